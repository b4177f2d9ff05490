// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "imaging/atomic_file.h"
#include "imaging/error.h"
#include "inference/network/bundle.h"
#include "inference/network/predictor.h"
#include "inference/network/resnet.h"
#include "inference/network/sha256.h"
#include "tests/support/failing_file.h"
#include "tests/support/tiny_bundle.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

template <class Work>
Problem problemOf(Work&& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.problem();
    }
    return {ProblemKind::Unexpected, {}, "nothing was thrown"};
}

std::string hash(std::string_view text) {
    return sha256(std::as_bytes(std::span(text.data(), text.size())));
}

void write(const fs::path& file, std::string_view bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

std::size_t entries(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {}));
}

}  // namespace

class TestBundle : public QObject {
    Q_OBJECT

    QTemporaryDir temporary_;
    int number_ = 0;

    fs::path freshFolder() {
        const fs::path folder = fs::path(temporary_.path().toStdString()) / std::to_string(++number_);
        fs::create_directory(folder);
        return folder;
    }

private Q_SLOTS:
    void sha256IsTheStandards_data() {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QString>("digest");
        // FIPS 180-4's examples, and lengths on both sides of the padding's edge (sha256sum).
        QTest::addRow("empty") << QByteArray()
                               << "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        QTest::addRow("abc") << QByteArray("abc")
                             << "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        QTest::addRow("two blocks") << QByteArray("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                                    << "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
        QTest::addRow("a million") << QByteArray(1'000'000, 'a')
                                   << "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
        QTest::addRow("55") << QByteArray(55, 'a')
                            << "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318";
        QTest::addRow("56") << QByteArray(56, 'a')
                            << "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a";
        QTest::addRow("64") << QByteArray(64, 'a')
                            << "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb";
    }
    void sha256IsTheStandards() {
        QFETCH(QByteArray, message);
        QFETCH(QString, digest);
        QCOMPARE(QString::fromStdString(hash(message.toStdString())), digest);
    }

    void writtenBundleIsReadBack() {
        const fs::path folder = test::writeTinyBundle(freshFolder());
        const Bundle bundle = loadBundle(folder);
        QCOMPARE(bundle.card.name, std::string("tiny"));
        QCOMPARE(bundle.card.findings, test::tinyCard().findings);
        QCOMPARE(bundle.card.weightsSha256, hash(bundle.weights));
        QCOMPARE(bundle.card.weightsSha256, sha256OfFile(folder / kWeightsFile));
        QCOMPARE(entries(folder), 2U);
        QCOMPARE(entries(folder.parent_path()), 1U);
    }

    void newBundleReplacesTheOldOneAsAWhole() {
        const fs::path folder = freshFolder();
        test::writeTinyBundle(folder, test::tinyCard(), 1);
        const std::string old = readBundle(folder / "tiny").weightsSha256;
        test::writeTinyBundle(folder, test::tinyCard(), 2);
        QVERIFY(readBundle(folder / "tiny").weightsSha256 != old);
        QCOMPARE(entries(folder), 1U);
    }

    void fullDiskLeavesTheOldBundleAndNoHalf_data() {
        QTest::addColumn<int>("capacity");
        QTest::addRow("full in the weights") << 1000;
        QTest::addRow("full in the card") << 100'100;
    }
    void fullDiskLeavesTheOldBundleAndNoHalf() {
        QFETCH(int, capacity);
        const fs::path folder = freshFolder();
        const fs::path bundle = test::writeTinyBundle(folder);
        const std::string old = readBundle(bundle).weightsSha256;
        const auto problem = problemOf([&] {
            writeBundle(bundle, test::tinyCard(), std::string(100'000, 'x'),
                        test::failingFile(static_cast<std::size_t>(capacity)));
        });
        QCOMPARE(problem.kind, ProblemKind::DiskFull);
        QCOMPARE(readBundle(bundle).weightsSha256, old);
        QCOMPARE(entries(folder), 1U);
    }

    void missingParentIsTold() {
        QCOMPARE(problemOf([] { writeBundle("/nonexistent-folder/name", test::tinyCard(), "x"); }).kind,
                 ProblemKind::WriteFailed);
    }

    void unreadableCardIsNotWritten() {
        auto card = test::tinyCard();
        card.findings[0].temperature = 0;
        const fs::path folder = freshFolder();
        const auto problem = problemOf([&] { writeBundle(folder / "tiny", card, "x"); });
        QCOMPARE(problem.kind, ProblemKind::BundleCardInvalid);
        QCOMPARE(entries(folder), 0U);
    }

    void anyChangedByteOfTheWeightsIsRefused() {
        const fs::path folder = test::writeTinyBundle(freshFolder());
        const std::string good = readWholeFile(folder / kWeightsFile);
        for (const std::size_t at : {std::size_t{0}, std::size_t{20}, good.size() / 2, good.size() - 1}) {
            std::string changed = good;
            changed[at] = static_cast<char>(changed[at] ^ 1);
            write(folder / kWeightsFile, changed);
            QCOMPARE(problemOf([&] { readBundle(folder); }).kind, ProblemKind::BundleWeightsChanged);
            QCOMPARE(problemOf([&] { Predictor predictor(folder); }).kind, ProblemKind::BundleWeightsChanged);
        }
        write(folder / kWeightsFile, good.substr(0, good.size() - 1));
        QCOMPARE(problemOf([&] { readBundle(folder); }).kind, ProblemKind::BundleWeightsChanged);
        write(folder / kWeightsFile, good);
        QCOMPARE(readBundle(folder).name, std::string("tiny"));
    }

    void missingFilesAreNamed() {
        const fs::path folder = test::writeTinyBundle(freshFolder());
        fs::remove(folder / kWeightsFile);
        QCOMPARE(problemOf([&] { readBundle(folder); }),
                 (Problem{ProblemKind::BundleFileMissing, folder, "model.safetensors"}));
        QCOMPARE(problemOf([&] { readBundleCard(folder); }).kind, ProblemKind::BundleFileMissing);
        fs::remove(folder / kCardFile);
        QCOMPARE(problemOf([&] { readBundle(folder); }),
                 (Problem{ProblemKind::BundleFileMissing, folder, "card.json"}));
        QCOMPARE(problemOf([&] { readBundle("/nonexistent-folder"); }).kind, ProblemKind::BundleFileMissing);
    }

    void wrongWeightsAreNamedWhenLoaded_data() {
        QTest::addColumn<QByteArray>("weights");
        QTest::addColumn<QString>("kind");
        auto wide = test::tinyCard().architecture;
        wide.width = 16;
        QTest::addRow("another width")
            << QByteArray::fromStdString(randomWeights(wide, 2, 1)) << "weights_shape_mismatch";
        QTest::addRow("another number of findings")
            << QByteArray::fromStdString(randomWeights(test::tinyCard().architecture, 3, 1))
            << "weights_shape_mismatch";
        QTest::addRow("no safetensors") << QByteArray("PK\x03\x04 a zip file") << "weights_format_invalid";
        std::string notFinite = randomWeights(test::tinyCard().architecture, 2, 1);
        notFinite.replace(notFinite.size() - 4, 4, std::string("\x00\x00\x80\x7f", 4));  // +infinity
        QTest::addRow("infinity") << QByteArray::fromStdString(notFinite) << "weights_not_finite";
    }
    void wrongWeightsAreNamedWhenLoaded() {
        QFETCH(QByteArray, weights);
        QFETCH(QString, kind);
        const fs::path folder = freshFolder() / "tiny";
        writeBundle(folder, test::tinyCard(), weights.toStdString());
        const auto problem = problemOf([&] { Predictor predictor(folder, {.device = Device::Cpu}); });
        QCOMPARE(QString::fromStdString(std::string(kindName(problem.kind))), kind);
        QCOMPARE(problem.path, folder / kWeightsFile);
        QVERIFY(!problem.detail.empty());
    }

    void unknownNetworkIsRefusedWithoutItsWeights() {
        auto card = test::tinyCard();
        card.architecture.name = "resnet19";
        const fs::path folder = freshFolder() / "tiny";
        writeBundle(folder, card, "x");
        const auto problem = problemOf([&] { readBundleCard(folder); });
        QCOMPARE(problem.kind, ProblemKind::BundleCardInvalid);
        QCOMPARE(problem.path, folder / kCardFile);
        QVERIFY(QString::fromStdString(problem.detail).contains("resnet19"));
    }
};

QTEST_APPLESS_MAIN(TestBundle)
#include "tst_bundle.moc"
