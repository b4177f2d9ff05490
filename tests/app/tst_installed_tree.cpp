// SPDX-License-Identifier: GPL-3.0-or-later
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/tiny_bundle.h"

using nlohmann::json;
namespace fs = std::filesystem;

/// `cmake --install` into a folder that is then moved: nothing may remember the first place.
class TestInstalledTree : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString moved_;

    struct Run {
        int exitCode = -1;
        QByteArray output, errors;
    };

    Run run(const QStringList& arguments, const QString& language = QStringLiteral("C")) const {
        QProcess process;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert("LC_ALL", language);
        environment.remove("LANGUAGE");
        process.setProcessEnvironment(environment);
        process.start(moved_ + "/bin/residua", arguments);
        if (!process.waitForFinished(120000)) return {};
        return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
    }

private Q_SLOTS:
    void initTestCase() {
        const QString first = folder_.filePath("first place");
        moved_ = folder_.filePath("second place");
        QProcess install;
        install.start("cmake", {"--install", RESIDUA_BUILD_DIR, "--prefix", first});
        QVERIFY2(install.waitForFinished(120000) && install.exitCode() == 0,
                 install.readAllStandardError().constData());
        QVERIFY(QDir().rename(first, moved_));
    }

    void theProgramStarts() {
        const auto said = run({"--version"});
        QCOMPARE(said.exitCode, 0);
        QVERIFY(said.output.startsWith("residua "));
    }

    void theEngineIsFoundBesideTheProgram() {
        const auto said = run({"phantom", folder_.filePath("phantoms"), "--count", "1", "--size", "64"});
        QVERIFY2(said.exitCode == 0, said.errors.constData());
        QVERIFY(QFile::exists(folder_.filePath("phantoms/labels.csv")));
    }

    void networksAreFoundInTheMovedTree() {
        const auto models = fs::path(moved_.toStdString()) / "share/residua/models";
        const auto bundle = residua::test::writeTinyBundle(models);
        const auto said = run({"models", "--json"});
        QCOMPARE(said.exitCode, 0);
        QStringList found;
        for (const auto& line : said.output.split('\n')) {
            const auto event = json::parse(line.toStdString(), nullptr, false);
            if (!event.is_object() || event.value("event", "") != "model") continue;
            QCOMPARE(event.at("origin").get<std::string>(), std::string("supplied"));
            found += QString::fromStdString(event.at("folder").get<std::string>());
        }
        QVERIFY(found.contains(QString::fromStdString(bundle.string())));
        // All that came along as folders are there, and nothing of the source tree.
        for (const auto& path : found) QVERIFY2(path.startsWith(moved_), qPrintable(path));
        const QDir sources(RESIDUA_SOURCE_DIR "/resources/models");
        QCOMPARE(found.size(), sources.entryList(QDir::Dirs | QDir::NoDotAndDotDot).size() + 1);
    }

    void documentationIsInstalled() {
        const QDir docs(RESIDUA_SOURCE_DIR "/resources/docs");
        const auto pages = docs.entryList({"*.md"}, QDir::Files);
        QVERIFY(pages.size() >= 8);
        for (const auto& page : pages)
            QVERIFY2(QFile::exists(moved_ + "/share/residua/docs/" + page), qPrintable(page));
    }

    void theDesktopFindsTheProgram() {
        for (const char* file : {"applications/residua.desktop", "metainfo/residua.metainfo.xml",
                                 "icons/hicolor/scalable/apps/residua.svg"})
            QVERIFY2(QFile::exists(moved_ + "/share/" + file), file);
        QFile desktop(moved_ + "/share/applications/residua.desktop");
        QVERIFY(desktop.open(QIODevice::ReadOnly));
        const auto text = desktop.readAll();
        QVERIFY(text.contains("MimeType=application/dicom;"));
        QVERIFY(text.contains("Exec=residua %F"));
    }

    void translationsAreFoundInTheMovedTree() {
        const auto title = [](const QString& words) {  // PDF 32000-1 7.9.2.2: UTF-16BE
            QByteArray bytes;
            for (const QChar c : words) bytes.append(char(c.unicode() >> 8)).append(char(c.unicode() & 255));
            return bytes;
        };
        const std::pair<const char*, const char*> languages[] = {
            {"C", "Image review report"}, {"de_DE.UTF-8", "Bericht zur Bilddurchsicht"}};
        for (const auto& [language, words] : languages) {
            const QString target = folder_.filePath(QString(language) + ".pdf");
            const auto said = run(
                {"report", RESIDUA_SOURCE_DIR "/tests/app/analysis.golden.json", "--out", target}, language);
            QVERIFY2(said.exitCode == 0, said.errors.constData());
            QFile pdf(target);
            QVERIFY(pdf.open(QIODevice::ReadOnly));
            QVERIFY2(pdf.readAll().contains(title(words)), language);
        }
    }
};

QTEST_GUILESS_MAIN(TestInstalledTree)
#include "tst_installed_tree.moc"
