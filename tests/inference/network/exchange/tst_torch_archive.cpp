// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <cstring>

#include "imaging/atomic_file.h"
#include "imaging/error.h"
#include "inference/network/exchange/weights_file.h"
#include "tests/inference/network/exchange/torch_file.h"

using namespace residua;
using namespace residua::test;
using namespace std::string_literals;
namespace fs = std::filesystem;

namespace {

template <class Number>
std::string bytesOf(const std::vector<Number>& numbers) {
    return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

template <class Number = float>
std::vector<Number> numbersOf(const StoredTensor& tensor) {
    std::vector<Number> numbers(tensor.bytes.size() / sizeof(Number));
    if (!numbers.empty()) std::memcpy(numbers.data(), tensor.bytes.data(), tensor.bytes.size());
    return numbers;
}

const std::string kSix = bytesOf<float>({0, 1, 2, 3, 4, 5});

/// A dict of the one tensor "w".
std::string onlyTensor(const std::string& tensor) {
    return pickled::whole(pickled::dict({{pickled::text("w"), tensor}}));
}

}  // namespace

class TestTorchArchive : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    fs::path path_ = folder_.filePath("weights.pth").toStdString();

    WeightsFile read(const std::string& pickle,
                     const std::map<std::string, std::string>& records = {{"data/0", kSix}}) {
        writeTorchFile(path_, pickle, records);
        return readWeightsFile(path_);
    }

    Problem refusal() {
        try {
            readWeightsFile(path_);
        } catch (const Error& error) {
            return error.problem();
        }
        return {ProblemKind::Unexpected, {}, "was not refused"};
    }

    Problem refusalOf(const std::string& pickle,
                      const std::map<std::string, std::string>& records = {{"data/0", kSix}},
                      Stored stored = Stored::Plain) {
        writeTorchFile(path_, pickle, records, stored);
        return refusal();
    }

private Q_SLOTS:
    void tensorsComeInTheirOrderWithTheirNumbers() {
        const auto file =
            read(pickled::whole(pickled::dict({{pickled::text("b"), pickled::tensor("0", 6, {2, 3}, {3, 1})},
                                               {pickled::text("a"), pickled::tensor("1", 1, {}, {})}})),
                 {{"data/0", kSix}, {"data/1", bytesOf<float>({7})}});
        QCOMPARE(file.tensors.size(), std::size_t{2});
        QCOMPARE(file.tensors[0].name, "b"s);
        QCOMPARE(file.tensors[0].shape, (std::vector<std::int64_t>{2, 3}));
        QCOMPARE(numbersOf(file.tensors[0]), (std::vector<float>{0, 1, 2, 3, 4, 5}));
        QCOMPARE(numbersOf(file.tensors[1]), (std::vector<float>{7}));
        QVERIFY(file.under.empty());
    }

    void viewsOfAStorageAreReadRowByRow() {
        const auto file = read(
            pickled::whole(pickled::dict({{pickled::text("turned"), pickled::tensor("0", 6, {3, 2}, {1, 3})},
                                          {pickled::text("end"), pickled::tensor("0", 6, {2}, {1}, 4)},
                                          {pickled::text("none"), pickled::tensor("0", 6, {0}, {1}, 6)}})));
        QCOMPARE(numbersOf(file.tensors.at(0)), (std::vector<float>{0, 3, 1, 4, 2, 5}));
        QCOMPARE(numbersOf(file.tensors.at(1)), (std::vector<float>{4, 5}));
        QCOMPARE(numbersOf(file.tensors.at(2)), (std::vector<float>{}));
    }

    void otherTypesOfNumbers() {
        const auto tensor = [](const char* key, const char* type) {
            return pickled::tensor(key, 2, {2}, {1}, 0, type);
        };
        const auto file =
            read(pickled::whole(pickled::dict({{pickled::text("double"), tensor("0", "DoubleStorage")},
                                               {pickled::text("half"), tensor("1", "HalfStorage")},
                                               {pickled::text("long"), tensor("2", "LongStorage")},
                                               {pickled::text("bool"), tensor("3", "BoolStorage")}})),
                 {{"data/0", bytesOf<double>({0.5, -3})},
                  {"data/1", bytesOf<std::uint16_t>({0x3C00, 0})},
                  {"data/2", bytesOf<std::int64_t>({9, -9})},
                  {"data/3", "\1\0"s}});
        QCOMPARE(file.tensors.size(), std::size_t{3});
        QCOMPARE(file.tensors[0].type, TensorType::Float32);
        QCOMPARE(numbersOf(file.tensors[0]), (std::vector<float>{0.5F, -3}));
        QCOMPARE(file.tensors[1].type, TensorType::Float16);
        QCOMPARE(numbersOf<std::int64_t>(file.tensors[2]), (std::vector<std::int64_t>{9, -9}));
    }

    void aCheckpointsStateDictIsFound() {
        const auto weights = pickled::dict({{pickled::text("w"), pickled::tensor("0", 6, {6}, {1})}});
        const auto other = pickled::dict({{pickled::text("m"), pickled::tensor("0", 6, {6}, {1})}});
        const auto checkpoint = pickled::dict({{pickled::text("epoch"), pickled::number(3)},
                                               {pickled::text("ema"), other},
                                               {pickled::text("state_dict"), weights}});
        const auto file = read(pickled::whole(checkpoint));
        QCOMPARE(file.under, "state_dict"s);
        QCOMPARE(file.tensors.at(0).name, "w"s);
        const auto unclear =
            pickled::dict({{pickled::text("ema"), other}, {pickled::text("student"), weights}});
        QVERIFY(refusalOf(pickled::whole(unclear)).detail.find("'ema', 'student'") != std::string::npos);
    }

    void sizesThatLieAreRefused_data() {
        QTest::addColumn<QByteArray>("pickle");
        QTest::addColumn<QString>("detail");
        const auto row = [](const char* name, const std::string& tensor, const char* detail) {
            QTest::addRow("%s", name) << QByteArray::fromStdString(onlyTensor(tensor)) << detail;
        };
        const std::uint32_t many = 0x7FFFFFFF;
        row("shape beyond the storage", pickled::tensor("0", 6, {7}, {1}), "beyond the 6 numbers");
        row("offset beyond the storage", pickled::tensor("0", 6, {2}, {1}, 5), "beyond the 6 numbers");
        row("strides beyond the storage", pickled::tensor("0", 6, {2, 3}, {4, 1}), "beyond the 6 numbers");
        row("a shape that overflows", pickled::tensor("0", 6, {many, many, many, many}, {1, 1, 1, 1}),
            "beyond the 6");
        row("strides that overflow", pickled::tensor("0", 6, {2, 3}, {many, many}), "beyond the 6 numbers");
        row("one number spread out", pickled::tensor("0", 6, {65536, 65536}, {0, 0}), "beyond the 6 numbers");
        row("a storage larger than its record", pickled::tensor("0", 100, {100}, {1}), "has 24 bytes");
        row("a storage of 8 GB", pickled::tensor("0", many, {many}, {1}), "beyond the 2147483647 numbers");
        row("no such record", pickled::tensor("1", 6, {6}, {1}), "'archive/data/1' is missing");
    }
    void sizesThatLieAreRefused() {
        QFETCH(QByteArray, pickle);
        QFETCH(QString, detail);
        const auto problem = refusalOf(pickle.toStdString());
        QVERIFY2(QString::fromStdString(problem.detail).contains(detail), problem.detail.c_str());
        QCOMPARE(problem.kind, ProblemKind::WeightsFormatInvalid);
    }

    void compressedRecordsAreRefusedBeforeMemoryIsTaken() {
        const std::string zeros(std::size_t{64} << 20, '\0');
        const auto problem = refusalOf(onlyTensor(pickled::tensor("0", 1 << 24, {1 << 24}, {1})),
                                       {{"data/0", zeros}}, Stored::Deflated);
        QVERIFY2(problem.detail.find("is compressed") != std::string::npos, problem.detail.c_str());
        QVERIFY(fs::file_size(path_) < (1 << 20));
    }

    void manyCopiesOfOneStorageAreTooLarge() {
        const std::uint32_t side = 4096;  // 64 MiB, turned: each a copy
        std::vector<std::pair<std::string, std::string>> items;
        for (int i = 0; i < 20; ++i)
            items.emplace_back(pickled::text("w" + std::to_string(i)),
                               pickled::tensor("0", side * side, {side, 2, side / 2}, {1, side, 2 * side}));
        const auto problem = refusalOf(pickled::whole(pickled::dict(items)),
                                       {{"data/0", std::string(std::size_t{4} * side * side, '\0')}});
        QCOMPARE(problem.kind, ProblemKind::FileTooLarge);
    }

    void truncatedFilesAreRefused() {
        writeTorchFile(path_, onlyTensor(pickled::tensor("0", 6, {6}, {1})), {{"data/0", kSix}});
        const auto whole = readWholeFile(path_);
        for (std::size_t length = 1; length < whole.size(); length += 7) {
            writeFileAtomically(path_, whole.substr(0, length));
            const auto problem = refusal();
            QVERIFY2(problem.kind == ProblemKind::WeightsFormatInvalid, problem.detail.c_str());
        }
    }

    void aChangedByteIsNoticed() {
        writeTorchFile(path_, onlyTensor(pickled::tensor("0", 6, {6}, {1})), {{"data/0", kSix}});
        auto whole = readWholeFile(path_);
        whole.at(whole.find(kSix) + 9) ^= 1;
        writeFileAtomically(path_, whole);
        QVERIFY(refusal().detail.find("'archive/data/0' is damaged") != std::string::npos);
    }

    void codeInAnArchiveIsNeverRun() {
        const auto problem = refusalOf(pickled::whole(
            pickled::dict({{pickled::text("w"), pickled::global("os", "system") +
                                                    pickled::tuple({pickled::text("id")}) + "R"}})));
        QCOMPARE(problem.kind, ProblemKind::WeightsContentRefused);
        QVERIFY(problem.detail.find("'os.system'") != std::string::npos);
    }

    void whatIsNoStateDictIsTold() {
        QVERIFY(refusalOf(pickled::whole(pickled::number(3))).detail.find("no dict of tensors") !=
                std::string::npos);
        writeTorchFile(path_, onlyTensor(pickled::tensor("0", 6, {6}, {1})),
                       {{"data/0", kSix}, {"byteorder", "big"}});
        QVERIFY(refusal().detail.find("big-endian") != std::string::npos);
        writeTorchFile(path_, pickled::whole(pickled::number(3)), {{"code/data.pkl", "x"}});
        QVERIFY(refusal().detail.find("more than one data.pkl") != std::string::npos);
    }

    void filesOfOtherKindsAreTold_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("kind");
        QTest::addRow("torch.save before 1.6")
            << QByteArray("\x80\x02\x8a\nl\xfc\x9c\x46\xf9\x20j\xa8P\x19.\x80\x02M\xe9\x03.")
            << int(ProblemKind::WeightsFormatOld);
        QTest::addRow("text") << QByteArray("not weights at all") << int(ProblemKind::WeightsFormatInvalid);
        QTest::addRow("empty") << QByteArray() << int(ProblemKind::FileEmpty);
    }
    void filesOfOtherKindsAreTold() {
        QFETCH(QByteArray, bytes);
        QFETCH(int, kind);
        writeFileAtomically(path_, bytes.toStdString());
        QCOMPARE(int(refusal().kind), kind);
    }

    void aFileThatIsNotThereIsTold() {
        fs::remove(path_);
        QCOMPARE(refusal().kind, ProblemKind::FileMissing);
        fs::create_directory(path_);
        QCOMPARE(refusal().kind, ProblemKind::FileUnreadable);
        fs::remove(path_);
    }
};

QTEST_APPLESS_MAIN(TestTorchArchive)
#include "tst_torch_archive.moc"
