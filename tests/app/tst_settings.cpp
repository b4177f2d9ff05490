// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>

#include "app/folders.h"
#include "app/settings.h"
#include "imaging/error.h"

using namespace residua;
namespace fs = std::filesystem;

class TestSettings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        path_ = folder_->path().toStdString();
    }

    void settingsComeBackAsTheyWere() {
        Settings settings;
        settings.theme = "light";
        settings.reader = "Änne";
        settings.autoPredict = false;
        settings.layout = QByteArray("\x00\x01\xff", 3);
        settings.presets["CT"] = {{40.5, 80, WindowFunction::Linear, "Brain"}};
        saveSettings(settings, path_ / "settings.json");
        const auto read = loadSettings(path_ / "settings.json");
        QCOMPARE(read.theme, settings.theme);
        QCOMPARE(read.reader, settings.reader);
        QCOMPARE(read.autoPredict, false);
        QCOMPARE(read.layout, settings.layout);
        QVERIFY(read.presets == settings.presets);
    }

    void brokenSettingsGiveDefaultsAndAreKept() {
        std::ofstream(path_ / "settings.json") << "{\"schema\": \"residua.settings/1\", ";
        QCOMPARE(loadSettings(path_ / "settings.json").theme, Settings().theme);
        QVERIFY(fs::exists(path_ / "settings.json.broken"));
        QCOMPARE(loadSettings(path_ / "missing.json").autoPredict, true);
    }

    void impossiblePresetsAreLeftOut() {
        std::ofstream(path_ / "settings.json")
            << R"({"schema": "residua.settings/1", "presets": {"CT": [{"center": 1, "width": -5}, {"width": 7}]}})";
        const auto presets = loadSettings(path_ / "settings.json").presets["CT"];
        QCOMPARE(presets.size(), std::size_t(1));
        QCOMPARE(presets[0].width, 7.0);
    }

    void ownPresetsTakeThePlaceOfTheUsualOnes() {
        Settings settings;
        QVERIFY(!presetsFor(settings, "CT").empty());
        QVERIFY(presetsFor(settings, "MR").empty());
        settings.presets["CT"] = {{1, 2, WindowFunction::Linear, "Mine"}};
        QCOMPARE(presetsFor(settings, "CT").size(), std::size_t(1));
    }

    void foldersFollowXdgAndAreTheUsersAlone() {
        qputenv("XDG_CACHE_HOME", QByteArray::fromStdString((path_ / "deep" / "cache").string()));
        const auto folder = cacheFolder();
        QCOMPARE(folder, path_ / "deep" / "cache" / "residua");
        for (auto made = folder; made != path_; made = made.parent_path())
            QCOMPARE(fs::status(made).permissions(), fs::perms::owner_all);
    }

    void relativeXdgFolderIsIgnored() {
        qputenv("XDG_CONFIG_HOME", "relative");
        qputenv("HOME", QByteArray::fromStdString(path_.string()));
        QCOMPARE(configFolder(), path_ / ".config" / "residua");
    }

    void folderThatCannotBeMadeIsTold() {
        std::ofstream(path_ / "file") << "in the way";
        try {
            makePrivateFolder(path_ / "file" / "below");
            QFAIL("a file in the way must be told");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::WriteFailed);
        }
    }

    void oldestFilesLeaveTheCacheFirst() {
        const auto now = fs::file_time_type::clock::now();
        for (int i = 0; i < 5; ++i) {
            const auto file = path_ / std::to_string(i);
            std::ofstream(file) << std::string(100, 'x');
            fs::last_write_time(file, now - std::chrono::hours(10 - i));
        }
        limitFolder(path_, 250);
        QVERIFY(!fs::exists(path_ / "2"));
        QVERIFY(fs::exists(path_ / "3"));
        QVERIFY(fs::exists(path_ / "4"));
    }

    void clearedCacheHoldsNoFiles() {
        qputenv("XDG_CACHE_HOME", QByteArray::fromStdString(path_.string()));
        makePrivateFolder(cacheFolder() / "thumbnails");
        std::ofstream(cacheFolder() / "thumbnails" / "a.png") << "1234";
        QCOMPARE(clearCache(), std::uintmax_t(4));
        QVERIFY(!fs::exists(cacheFolder() / "thumbnails" / "a.png"));
    }

private:
    std::unique_ptr<QTemporaryDir> folder_;
    fs::path path_;
};

QTEST_GUILESS_MAIN(TestSettings)
#include "tst_settings.moc"
