// SPDX-License-Identifier: GPL-3.0-or-later
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTextBrowser>
#include <QtTest>

#include "app/documentation.h"
#include "tests/support/python_peer.h"
#include "ui/dialogs/docs_dialog.h"

using namespace residua;

namespace {

const QDir kDocs(QStringLiteral(RESIDUA_SOURCE_DIR "/resources/docs"));
const QRegularExpression kOption(QStringLiteral("(?<![\\w-])--[a-z][a-z-]*"));

QString textOf(const QString& file) {
    QFile source(file);
    return source.open(QIODevice::ReadOnly) ? QString::fromUtf8(source.readAll()) : QString();
}

QStringList pages() {
    return kDocs.entryList({"*.md"}, QDir::Files);
}

/// Lines in fenced blocks that begin with `residua`, or with `./bootstrap run`, in a Markdown text.
QStringList examplesIn(const QString& markdown) {
    QStringList examples;
    bool fenced = false;
    for (const QString& line : markdown.split('\n')) {
        if (line.startsWith(QLatin1String("```"))) fenced = !fenced;
        if (fenced && (line == QLatin1String("residua") || line.startsWith(QLatin1String("residua "))))
            examples += line;
    }
    return examples;
}

/// Links to other pages, without their anchors.
QStringList linksIn(const QString& markdown) {
    static const QRegularExpression link(QStringLiteral("\\]\\(([^)#]+)"));
    QStringList links;
    auto all = link.globalMatch(markdown);
    while (all.hasNext()) {
        const QString target = all.next().captured(1);
        if (!target.contains(QLatin1String("://"))) links += target;
    }
    return links;
}

QString helpOf(const QString& command) {
    QProcess process;
    process.start(QStringLiteral(RESIDUA_PROGRAM), QStringList{command, "--help"});
    return process.waitForFinished(30000) && process.exitCode() == 0
               ? QString::fromUtf8(process.readAllStandardOutput())
               : QString();
}

QStringList optionsIn(const QString& text) {
    QStringList options;
    auto all = kOption.globalMatch(text);
    while (all.hasNext()) options += all.next().captured();
    options.removeDuplicates();
    return options;
}

}  // namespace

/// What the user's pages promise about themselves and about the program.
class TestDocs : public QObject {
    Q_OBJECT

    const QStringList commands_{"analyze", "report",         "train",  "evaluate", "fit-gate",
                                "models",  "import-weights", "export", "phantom"};
    QMap<QString, QString> help_;

private Q_SLOTS:
    void initTestCase() {
        for (const QString& command : commands_) {
            help_[command] = helpOf(command);
            QVERIFY2(help_[command].contains("Usage: residua " + command), qPrintable(command));
        }
    }

    void everyExampleIsACommandWithItsOptions() {
        int examples = 0;
        QStringList files{QStringLiteral(RESIDUA_SOURCE_DIR "/README.md")};
        for (const QString& page : pages()) files += kDocs.filePath(page);
        for (const QString& file : files)
            for (const QString& example : examplesIn(textOf(file))) {
                ++examples;
                const QStringList words = example.split(' ', Qt::SkipEmptyParts);
                const QString command = words.value(1);
                if (!commands_.contains(command)) {  // the window, with paths
                    for (const QString& option : optionsIn(example))
                        QVERIFY2(option == "--help" || option == "--version", qPrintable(example));
                    continue;
                }
                for (const QString& option : optionsIn(example))
                    QVERIFY2(optionsIn(help_[command]).contains(option), qPrintable(example));
            }
        QVERIFY(examples >= 15);
    }

    void everyOptionIsOnThePageOfTheCommandLine() {
        const QString page = textOf(kDocs.filePath("command-line.md"));
        for (const QString& command : commands_) {
            QVERIFY2(page.contains("\n## " + command + '\n'), qPrintable(command));
            const QString part = page.section("\n## " + command + '\n', 1).section("\n## ", 0, 0);
            const QString common = page.section("\n## ", 0, 0);
            for (const QString& option : optionsIn(help_[command]))
                QVERIFY2((part + common).contains('`' + option) || option == "--help",
                         qPrintable(command + ' ' + option));
            for (const QString& option : optionsIn(part))
                QVERIFY2(optionsIn(help_[command]).contains(option) || option == "--json",
                         qPrintable(command + ' ' + option));
        }
    }

    void everyRecipeFieldIsOnThePageOfTraining() {
        const QString page = textOf(kDocs.filePath("training.md")) + textOf(kDocs.filePath("networks.md"));
        for (const char* recipe : {"chest-pneumonia", "brain-tumour", "demo-opacity"}) {
            const QString text =
                textOf(QStringLiteral(RESIDUA_SOURCE_DIR "/resources/models/%1.recipe.json").arg(recipe));
            auto keys = QRegularExpression(QStringLiteral("\"([a-z_]+)\":")).globalMatch(text);
            const QStringList free{"source", "population"};  // of `data`
            int count = 0;
            while (keys.hasNext()) {
                const QString key = keys.next().captured(1);
                QVERIFY2(free.contains(key) || page.contains('`' + key + '`'), qPrintable(key));
                ++count;
            }
            QVERIFY(count > 30);
        }
    }

    void figuresOfTheShippedNetworkAreThoseOfItsCard() {
        const QString page = textOf(kDocs.filePath("networks.md"));
        const QString card =
            textOf(QStringLiteral(RESIDUA_SOURCE_DIR "/resources/models/chest-pneumonia/card.json"));
        const auto evaluation = QJsonDocument::fromJson(card.toUtf8())["evaluation"]["test"];
        const auto finding = evaluation["findings"][0];
        const auto number = [](const QJsonValue& value) { return QString::number(value.toDouble(), 'f', 3); };
        const auto interval = [&](const char* name) {
            const auto figure = finding[QLatin1String(name)];
            return QStringLiteral("%1 [%2 – %3]")
                .arg(number(figure["value"]), number(figure["low"]), number(figure["high"]));
        };
        const QStringList rows{"| AUC | " + interval("auc"),
                               "sensitivity at its threshold | " + interval("sensitivity"),
                               "specificity at its threshold | " + interval("specificity"),
                               "calibration error | " + number(finding["ece"]),
                               "16 × 16 pixels, without a network | " +
                                   number(finding["baselines"]["nearest_neighbour_16x16"]["auc"]["value"]),
                               "border pixels alone, without a network | " +
                                   number(finding["baselines"]["border_pixels_only"]["auc"]["value"]),
                               QStringLiteral("images of %1 patients").arg(finding["patients"].toInt())};
        for (const QString& row : rows) QVERIFY2(page.contains(row), qPrintable(row));
    }

    void figuresOfTheBrainNetworkAreThoseOfItsCard() {
        const QString page = textOf(kDocs.filePath("networks.md"));
        const QString card =
            textOf(QStringLiteral(RESIDUA_SOURCE_DIR "/resources/models/brain-tumour/card.json"));
        const auto evaluation = QJsonDocument::fromJson(card.toUtf8())["evaluation"];
        const auto external = evaluation["external"]["findings"][0];
        const auto number = [](const QJsonValue& value) { return QString::number(value.toDouble(), 'f', 3); };
        const auto interval = [&](const QJsonValue& figure) {
            return QStringLiteral("%1 [%2 – %3]")
                .arg(number(figure["value"]), number(figure["low"]), number(figure["high"]));
        };
        const auto test = [&](int finding) { return evaluation["test"]["findings"][finding]; };
        const auto upright = evaluation["external_upright"]["findings"][0];
        const auto both = [&](const auto& said) { return said(external) + " | " + said(upright) + " |"; };
        const auto figure = [&](const char* name) {
            return both([&](const QJsonValue& of) { return interval(of[QLatin1String(name)]); });
        };
        const auto ofSize = [&](int size) {
            return both([&](const QJsonValue& of) { return number(of["by_size"][size]["auc"]); });
        };
        const auto pointing = [&](const char* name) {
            return both([&](const QJsonValue& of) {
                return number(of["heat"]["pointing_game"][QLatin1String(name)]);
            });
        };
        const QStringList rows{
            "| AUC, tumour | " + figure("auc"),
            "below 1 % of the image | " + ofSize(0),
            "1 % to 3 % of the image | " + ofSize(1),
            "sensitivity at its threshold | " + figure("sensitivity"),
            "specificity at its threshold | " + figure("specificity"),
            "calibration error | " + both([&](const QJsonValue& of) { return number(of["ece"]); }),
            "hottest place inside the mask | " + pointing("share"),
            "hottest place within 15 pixels of it | " + pointing("within_15_pixels"),
            "glioma against the other kinds | " + interval(test(1)["auc"]),
            "| AUC, meningioma | " + interval(test(2)["auc"]),
            "| AUC, pituitary tumour | " + interval(test(3)["auc"]),
            "inside the outline, tumour | " + number(test(0)["heat"]["pointing_game"]["share"]),
            "within 15 pixels of it | " + number(test(0)["heat"]["pointing_game"]["within_15_pixels"]),
            "without a network: pituitary tumour | " +
                number(test(3)["baselines"]["nearest_neighbour_16x16"]["auc"]["value"]),
            QStringLiteral("%1 slices with a tumour").arg(test(0)["images"].toInt())};
        for (const QString& row : rows) QVERIFY2(page.contains(row), qPrintable(row));
    }

    void everyLinkLeadsToAPageAndEveryPageIsReached() {
        QStringList reached{"index.md"};
        for (qsizetype i = 0; i < reached.size(); ++i)
            for (const QString& link : linksIn(textOf(kDocs.filePath(reached[i])))) {
                QVERIFY2(kDocs.exists(link), qPrintable(reached[i] + ": " + link));
                if (link.endsWith(".md") && !reached.contains(link)) reached += link;
            }
        for (const QString& page : pages()) QVERIFY2(reached.contains(page), qPrintable(page));
    }

    void thePythonExampleLoadsTheShippedNetwork() {
        RESIDUA_NEEDS_TORCHVISION();
        const QString page = textOf(kDocs.filePath("exchange.md"));
        const QString example = page.section("```python\n", 1).section("```", 0, 0);
        QVERIFY(example.count('\n') == 10);
        const auto run =
            test::runPython({"-c", example, RESIDUA_SOURCE_DIR "/resources/models/chest-pneumonia"});
        QVERIFY2(run.exitCode == 0, qPrintable(run.errors));
        QVERIFY2(run.output.contains("All keys matched"), qPrintable(run.output));
    }

    void theProgramShowsThePagesAndFollowsTheirLinks() {
        QVERIFY(hasDocumentation());
        QWidget window;
        showDocumentation(&window);
        auto* dialog = window.findChild<DocsDialog*>();
        QVERIFY(dialog);
        QCOMPARE(dialog->page(), QStringLiteral("index.md"));
        auto* text = dialog->findChild<QTextBrowser*>();
        QVERIFY(text->toPlainText().contains("Scores and heatmaps"));
        for (const QString& link : linksIn(textOf(kDocs.filePath("index.md")))) {
            Q_EMIT text->anchorClicked(QUrl(link));
            QCOMPARE(dialog->page(), link);
            QVERIFY(text->toPlainText().size() > 200);
        }
        const auto button = [&](const QString& words) {
            for (auto* one : dialog->findChildren<QPushButton*>())
                if (one->text() == words) return one;
            return static_cast<QPushButton*>(nullptr);
        };
        const QString last = dialog->page();
        button("Back")->click();
        QVERIFY(dialog->page() != last);
        button("Forward")->click();
        QCOMPARE(dialog->page(), last);
        QVERIFY(!button("Forward")->isEnabled());
        button("Contents")->click();
        QCOMPARE(dialog->page(), QStringLiteral("index.md"));
    }

    void aLinkOutOfTheFolderIsNotFollowed() {
        QWidget window;
        showDocumentation(&window);
        auto* dialog = window.findChild<DocsDialog*>();
        auto* text = dialog->findChild<QTextBrowser*>();
        QSignalSpy web(dialog, &DocsDialog::linkWished);
        for (const char* link :
             {"../packages/build.txt", "/etc/hostname", "missing.md", "../docs/viewing.md"}) {
            Q_EMIT text->anchorClicked(QUrl(link));
            QCOMPARE(dialog->page(), QStringLiteral("index.md"));
        }
        QCOMPARE(web.size(), 0);
        disconnect(dialog, &DocsDialog::linkWished, nullptr, nullptr);  // no browser in a test
        QSignalSpy asked(dialog, &DocsDialog::linkWished);
        Q_EMIT text->anchorClicked(QUrl("https://example.org/"));
        QCOMPARE(asked.size(), 1);
        QCOMPARE(dialog->page(), QStringLiteral("index.md"));
    }

    void aSecondWishShowsTheSameWindow() {
        QWidget window;
        showDocumentation(&window);
        showDocumentation(&window);
        QCOMPARE(window.findChildren<DocsDialog*>().size(), 1);
    }
};

QTEST_MAIN(TestDocs)
#include "tst_docs.moc"
