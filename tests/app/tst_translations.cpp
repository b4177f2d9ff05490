// SPDX-License-Identifier: GPL-3.0-or-later
#include <QProcess>
#include <QPushButton>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>

#include "app/problem_text.h"
#include "app/settings.h"
#include "app/translations.h"
#include "imaging/atomic_file.h"
#include "ui/dialogs/about_dialog.h"
#include "ui/dialogs/docs_dialog.h"
#include "ui/dialogs/keys_dialog.h"
#include "ui/header_view.h"
#include "ui/library_view.h"
#include "ui/main_window.h"

using namespace residua;

namespace {

struct Text {
    QString context, source, translation;
    bool finished = true;
};

QList<Text> readTexts(const QString& file) {
    QFile source(file);
    if (!source.open(QIODevice::ReadOnly)) return {};
    QXmlStreamReader xml(&source);
    QList<Text> texts;
    QString context;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement) continue;
        if (xml.name() == QLatin1String("name")) context = xml.readElementText();
        if (xml.name() == QLatin1String("source")) texts.append({context, xml.readElementText(), {}, true});
        if (xml.name() == QLatin1String("translation")) {
            texts.last().finished = xml.attributes().value("type").isEmpty();
            texts.last().translation = xml.readElementText();
        }
    }
    return texts;
}

QStringList placesOf(const QString& text) {
    QStringList places;
    auto all = QRegularExpression(QStringLiteral("%L?\\d")).globalMatch(text);
    while (all.hasNext()) places += all.next().captured();
    places.sort();
    return places;
}

QSet<QString> keysOf(const QList<Text>& texts) {
    QSet<QString> keys;
    for (const Text& text : texts) keys += text.context + QStringLiteral(" | ") + text.source;
    return keys;
}

/// Asked first: what the program looks up, and whether the German texts know it.
class Listener : public QTranslator {
public:
    explicit Listener(const QSet<QString>& known) : known_(known) {}
    QString translate(const char* context, const char* source, const char*, int) const override {
        const QString key = QString::fromUtf8(context) + QStringLiteral(" | ") + QString::fromUtf8(source);
        const bool ours = !QByteArray(context).startsWith('Q');  // Qt's own texts are Qt's
        if (ours) ++asked;
        if (ours && !known_.contains(key)) unknown += key;
        return {};
    }
    bool isEmpty() const override { return false; }
    mutable int asked = 0;
    mutable QStringList unknown;

private:
    const QSet<QString>& known_;
};

}  // namespace

class TestTranslations : public QObject {
    Q_OBJECT

    const QString german_ = QStringLiteral(RESIDUA_SOURCE_DIR "/resources/translations/residua_de.ts");

private Q_SLOTS:
    void everyGermanTextIsFinished() {
        const auto texts = readTexts(german_);
        QVERIFY(texts.size() > 300);
        for (const Text& text : texts) {
            QVERIFY2(text.finished && !text.translation.trimmed().isEmpty(), qPrintable(text.source));
            QVERIFY2(placesOf(text.source) == placesOf(text.translation), qPrintable(text.source));
        }
    }

    void everyTextOfTheSourcesIsInTheGermanFile() {
        QTemporaryDir folder;
        const QString fresh = folder.filePath(QStringLiteral("residua_de.ts"));
        QProcess collect;
        collect.setWorkingDirectory(QStringLiteral(RESIDUA_SOURCE_DIR));
        collect.start(QStringLiteral(RESIDUA_LUPDATE),
                      {"-I", ".", "ui", "app", "-locations", "none", "-silent", "-ts", fresh});
        QVERIFY(collect.waitForFinished(60000));
        const auto inSources = keysOf(readTexts(fresh)), inFile = keysOf(readTexts(german_));
        QVERIFY(inSources.size() > 300);
        const auto added = inSources - inFile, gone = inFile - inSources;
        QVERIFY2(added.isEmpty(), qPrintable(QStringList(added.values()).join('\n')));
        QVERIFY2(gone.isEmpty(), qPrintable(QStringList(gone.values()).join('\n')));
    }

    void germanWindowShowsGerman() {
        const Translations translations(QLocale(QStringLiteral("de_DE")));
        MainWindow window;
        QCOMPARE(window.actions()[Command::OpenFolder]->text(), QStringLiteral("Ordner öffnen …"));
        QCOMPARE(window.actions()[Command::Invert]->text(), QStringLiteral("Invertieren"));
        QStringList buttons;
        for (const auto* button : window.findChildren<QPushButton*>()) buttons += button->text();
        QVERIFY(buttons.contains(QStringLiteral("Beispiele öffnen")));
        QCOMPARE(problemText({ProblemKind::FileEmpty, {}, {}}).what, QStringLiteral("Die Datei ist leer."));
    }

    void whatTheWindowLooksUpIsTranslated() {
        const auto known = keysOf(readTexts(german_));
        Listener listener(known);
        QCoreApplication::installTranslator(&listener);
        {
            MainWindow window;
            window.setPage(MainWindow::Page::Viewer);
            for (const auto state : {FindingsPanel::State::Idle, FindingsPanel::State::NoModel,
                                     FindingsPanel::State::NotScored, FindingsPanel::State::Ready})
                window.findings().setState(state);
            window.setProblems({{"a", "b", "c", "d"}, {"e", "f", "g", "h"}});
            const KeysDialog keys;
            const AboutDialog about;
            const HeaderView header;
            const LibraryView library;
            const ProblemsDialog problems({{"a", "b", "c", "d"}});
            const DocsDialog docs([](const QString&) { return QStringLiteral("# page"); });
            for (int kind = 0; kind <= static_cast<int>(ProblemKind::Unexpected); ++kind)
                problemText({static_cast<ProblemKind>(kind), {}, {}});
        }
        QCoreApplication::removeTranslator(&listener);
        QVERIFY(listener.asked > 200);
        QVERIFY2(listener.unknown.isEmpty(), qPrintable(listener.unknown.join('\n')));
    }

    void otherLanguagesShowEnglish() {
        const Translations translations(QLocale(QStringLiteral("fr_FR")));
        const MainWindow window;
        QCOMPARE(window.actions()[Command::OpenFolder]->text(), QStringLiteral("Open folder…"));
    }

    void aGermanWindowWritesNumbersWithPoints() {
        const QLocale before;
        QLocale::setDefault(QLocale(QStringLiteral("de_DE")));
        QTemporaryDir folder;
        const auto file = std::filesystem::path(folder.path().toStdString()) / "settings.json";
        Settings settings;
        settings.presets[QStringLiteral("MR")] = {Window{40.5, 400.25, WindowFunction::Linear, "a"}};
        saveSettings(settings, file);
        QLocale::setDefault(before);
        const auto text = QByteArray::fromStdString(readWholeFile(file, 1 << 20));
        QVERIFY(text.contains("40.5"));
        QVERIFY(text.contains("400.25"));
        QCOMPARE(loadSettings(file).presets[QStringLiteral("MR")].at(0).center, 40.5);
    }
};

QTEST_MAIN(TestTranslations)
#include "tst_translations.moc"
