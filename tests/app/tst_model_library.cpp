// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <memory>

#include "app/model_library.h"
#include "imaging/atomic_file.h"
#include "tests/support/app_samples.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

void writeBundle(const fs::path& folder, const std::string& name, const std::string& title,
                 const std::vector<std::string>& modalities = {}) {
    auto card = test::sampleAnalysis().model;
    card.name = name;
    card.title = title;
    card.scope.modalities = modalities;
    fs::create_directories(folder / name);
    writeFileAtomically(folder / name / "card.json", toJson(card));
    writeFileAtomically(folder / name / "model.safetensors", "weights");
}

Study studyOf(const std::string& modality) {
    Study study;
    study.series.resize(1);
    study.series[0].modality = modality;
    study.series[0].instances.resize(1);
    study.series[0].instances[0].hasPixels = true;
    return study;
}

}  // namespace

class TestModelLibrary : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        supplied_ = test::toPath(folder_->filePath("supplied"));
        user_ = test::toPath(folder_->filePath("user"));
        fs::create_directories(supplied_);
        fs::create_directories(user_);
    }

    void bundlesOfBothFoldersAreListedByName() {
        writeBundle(supplied_, "b", "B");
        writeBundle(user_, "a", "A");
        const auto library = readModelLibrary(supplied_, user_);
        QCOMPARE(library.models.size(), std::size_t{2});
        QCOMPARE(library.models[0].card.name, std::string("a"));
        QCOMPARE(library.models[0].origin, InstalledModel::Origin::User);
        QCOMPARE(library.models[1].origin, InstalledModel::Origin::Supplied);
        QVERIFY(library.problems.empty());
    }

    void ofTwoWithOneNameTheUsersWins() {
        writeBundle(supplied_, "net", "supplied");
        writeBundle(user_, "net", "own");
        const auto library = readModelLibrary(supplied_, user_);
        QCOMPARE(library.models.size(), std::size_t{1});
        QCOMPARE(library.find("net")->card.title, std::string("own"));
    }

    void aBrokenBundleIsAProblemAndHidesNoOther() {
        writeBundle(user_, "good", "Good");
        writeBundle(user_, "no-weights", "x");
        fs::remove(user_ / "no-weights" / "model.safetensors");
        writeBundle(user_, "no-card", "x");
        writeFileAtomically(user_ / "no-card" / "card.json", "{");
        const auto library = readModelLibrary(supplied_, user_);
        QCOMPARE(library.models.size(), std::size_t{1});
        QCOMPARE(library.problems.size(), std::size_t{2});
        QCOMPARE(library.problems[0].kind, ProblemKind::BundleCardInvalid);
        QCOMPARE(library.problems[1].kind, ProblemKind::BundleFileMissing);
        try {
            resolveModel(library, "no-weights");
            QFAIL("a broken bundle cannot be resolved");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::BundleFileMissing);
        }
    }

    void unfinishedTrainingsAreNoBundles() {
        fs::create_directories(user_ / ".net.training");
        QVERIFY(readModelLibrary(supplied_, user_).problems.empty());
    }

    void missingFoldersAreEmptyOnes() {
        const auto library = readModelLibrary(supplied_ / "none", user_ / "none");
        QVERIFY(library.models.empty() && library.problems.empty());
    }

    void unknownNamesListTheKnown() {
        writeBundle(user_, "net", "Net");
        try {
            resolveModel(readModelLibrary(supplied_, user_), "nett");
            QFAIL("unknown");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::ModelUnknown);
            QVERIFY(QString::fromStdString(error.problem().detail).contains("net"));
        }
    }

    void aFolderIsAModelToo() {
        writeBundle(user_, "net", "Net");
        QCOMPARE(resolveModel({}, (user_ / "net").string()).card.title, std::string("Net"));
    }

    void modelsAreChosenByTheirScope() {
        writeBundle(user_, "any", "Any");
        writeBundle(user_, "film", "Film", {"DX", "CR"});
        writeBundle(user_, "mr", "MR", {"MR"});
        const auto library = readModelLibrary(supplied_, user_);
        std::vector<std::string> names;
        for (const auto& model : modelsFor(library, studyOf("MR"))) names.push_back(model.card.name);
        QCOMPARE(names, (std::vector<std::string>{"any", "mr"}));
    }

    void userFolderFollowsXdg() {
        qputenv("XDG_DATA_HOME", "/somewhere");
        QCOMPARE(userModelFolder(), fs::path("/somewhere/residua/models"));
        qputenv("XDG_DATA_HOME", "relative");  // to be ignored (XDG base directory specification)
        qputenv("HOME", "/home/x");
        QCOMPARE(userModelFolder(), fs::path("/home/x/.local/share/residua/models"));
    }

private:
    std::unique_ptr<QTemporaryDir> folder_;
    fs::path supplied_, user_;
};

QTEST_APPLESS_MAIN(TestModelLibrary)
#include "tst_model_library.moc"
