// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cstring>

#include "imaging/atomic_file.h"
#include "imaging/error.h"
#include "inference/network/safetensors.h"

using namespace residua;

namespace {

std::string file(std::uint64_t headerLength, const std::string& header, const std::string& data) {
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &headerLength, 8);
    return bytes + header + data;
}

std::string file(const std::string& header, std::size_t dataBytes) {
    return file(header.size(), header, std::string(dataBytes, 'x'));
}

std::string entry(const std::string& shape, const std::string& offsets, const std::string& dtype = "F32") {
    return R"({"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

Problem refusal(const std::string& bytes) {
    try {
        const Safetensors opened(bytes, "model.safetensors");
    } catch (const Error& error) {
        return error.problem();
    }
    return {ProblemKind::Unexpected, {}, "was not refused"};
}

template <class Number>
std::vector<Number> numbers(const StoredTensor& tensor) {
    std::vector<Number> result(tensor.bytes.size() / sizeof(Number));
    std::memcpy(result.data(), tensor.bytes.data(), tensor.bytes.size());
    return result;
}

void row(const char* name, const std::string& bytes, const char* detail) {
    QTest::addRow("%s", name) << QByteArray::fromStdString(bytes) << detail;
}

void addHeaderRows() {
    const std::string good = entry("[2]", "[0,8]");
    row("empty", "", "shorter than its 8 bytes");
    row("seven bytes", "1234567", "shorter than its 8 bytes");
    row("header of 2^63 bytes", file(std::uint64_t{1} << 63, "{}", ""), "limit 16 MiB");
    row("header of 2^64 - 1 bytes", file(~std::uint64_t{0}, "{}", ""), "limit 16 MiB");
    row("header beyond the file", file(100, "{}", ""), "longer than the file");
    row("no JSON", file("{\"a\":", 0), "not JSON");
    row("not UTF-8", file("{\"\xff\":1}", 0), "not JSON");
    row("trailing text", file("{} {}", 0), "not JSON");
    row("an array", file("[]", 0), "not a JSON object");
    row("nested without end", file(std::string(100'000, '['), 0), "nested too deep");
    row("objects without end",
        file(
            [] {
                std::string text;
                for (int i = 0; i < 50'000; ++i) text += R"({"a":)";
                return text;
            }(),
            0),
        "nested too deep");
    row("the same name twice", file(R"({"a":)" + good + R"(,"a":)" + good + "}", 8), "'a' occurs twice");
    row("the same field twice",
        file(R"({"a":{"dtype":"F32","shape":[2],"shape":[1],"data_offsets":[0,8]}})", 8),
        "'shape' occurs twice");
}

void addEntryRows() {
    row("entry is no object", file(R"({"a":3})", 0), "entry 'a' is not an object");
    row("type missing", file(R"({"a":{"shape":[2],"data_offsets":[0,8]}})", 8), "dtype of 'a' is missing");
    row("type unknown", file(R"({"a":)" + entry("[2]", "[0,8]", "F8_E4M3") + "}", 8), "dtype 'F8_E4M3'");
    row("shape missing", file(R"({"a":{"dtype":"F32","data_offsets":[0,8]}})", 8), "shape of 'a'");
    row("negative side", file(R"({"a":)" + entry("[-2]", "[0,8]") + "}", 8), "shape of 'a'");
    row("fractional side", file(R"({"a":)" + entry("[2.0]", "[0,8]") + "}", 8), "shape of 'a'");
    row("side beyond 2^63", file(R"({"a":)" + entry("[9223372036854775808]", "[0,8]") + "}", 8), "overflows");
    row("product overflows to the true size",
        file(R"({"a":)" + entry("[4294967296,4294967296,2]", "[0,0]") + "}", 0), "overflows");
    row("too many dimensions", file(R"({"a":)" + entry("[1,1,1,1,1,1,1,1,1]", "[0,4]") + "}", 4),
        "shape of 'a'");
}

void addOffsetRows() {
    const std::string good = entry("[2]", "[0,8]");
    row("offsets missing", file(R"({"a":{"dtype":"F32","shape":[2]}})", 8), "offsets of 'a'");
    row("offsets of three", file(R"({"a":)" + entry("[2]", "[0,8,8]") + "}", 8), "offsets of 'a'");
    row("offset negative", file(R"({"a":)" + entry("[2]", "[-8,0]") + "}", 8), "offset of 'a'");
    row("offsets backwards", file(R"({"a":)" + entry("[2]", "[8,0]") + "}", 8), "do not fit its shape");
    row("offsets too short", file(R"({"a":)" + entry("[2]", "[0,4]") + "}", 4), "do not fit its shape");
    row("offsets beyond the file", file(R"({"a":)" + good + "}", 7), "ends beyond the file");
    row("offsets near 2^64",
        file(R"({"a":)" + entry("[2]", "[18446744073709551600,18446744073709551608]") + "}", 8),
        "gap before");
    row("overlap", file(R"({"a":)" + good + R"(,"b":)" + entry("[2]", "[4,12]") + "}", 12), "overlaps");
    row("same place", file(R"({"a":)" + good + R"(,"b":)" + good + "}", 8), "overlaps");
    row("gap", file(R"({"a":)" + good + R"(,"b":)" + entry("[1]", "[12,16]") + "}", 16), "gap before 'b'");
    row("bytes left over", file(R"({"a":)" + good + "}", 9), "bytes after the last tensor");
    row("bytes and no tensor", file("{}", 4), "bytes after the last tensor");
    row("metadata is no object", file(R"({"__metadata__":[1]})", 0), "__metadata__");
    row("metadata holds numbers", file(R"({"__metadata__":{"a":1}})", 0), "__metadata__");
}

}  // namespace

class TestSafetensors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fileWrittenByPythonIsRead() {
        const Safetensors opened(
            readWholeFile(RESIDUA_SOURCE_DIR "/tests/inference/network/data/tiny.safetensors"), {});
        QCOMPARE(opened.metadata().at("format"), std::string("pt"));
        const auto& tensors = opened.tensors();
        QCOMPARE(tensors.size(), 3U);
        QCOMPARE(tensors[0].name, std::string("b.half"));
        QCOMPARE(tensors[0].type, TensorType::Float16);
        QCOMPARE(tensors[0].shape, (std::vector<std::int64_t>{2, 2}));
        QCOMPARE(numbers<std::uint16_t>(tensors[0]),
                 (std::vector<std::uint16_t>{0x3E00, 0xC000, 0x7BFF, 0x0001}));
        QCOMPARE(numbers<float>(tensors[1]), (std::vector<float>{0.1F, -3.25F, 1e-30F}));
        QCOMPARE(numbers<std::int64_t>(tensors[2]), (std::vector<std::int64_t>{std::int64_t{1} << 40, -7}));
    }

    void writtenFileComesBackAligned() {
        const std::vector<float> floats{1, 2, 3};
        const std::vector<std::uint16_t> halves{7};
        const std::vector<std::int64_t> wholes{-1};
        const auto bytesOf = [](const auto& values) { return std::as_bytes(std::span(values)); };
        const std::string bytes =
            safetensorsBytes({{"half \"quoted\"", TensorType::Float16, {1}, bytesOf(halves)},
                              {"float", TensorType::Float32, {3, 1}, bytesOf(floats)},
                              {"whole", TensorType::Int64, {}, bytesOf(wholes)}},
                             {{"epoch", "3"}});
        const Safetensors opened(bytes, {});
        QCOMPARE(opened.metadata().at("epoch"), std::string("3"));
        QCOMPARE(opened.tensors().size(), 3U);
        std::size_t offset = bytes.size() - 8 - 12 - 2;
        QCOMPARE(offset % 8, 0U);  // the data starts aligned, the wide types first
        QCOMPARE(opened.tensors()[0].name, std::string("whole"));
        QVERIFY(opened.tensors()[0].shape.empty());
        QCOMPARE(numbers<float>(opened.tensors()[1]), floats);
        QCOMPARE(opened.tensors()[2].name, std::string("half \"quoted\""));
    }

    void hostileFilesAreRefusedByName_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("detail");
        addHeaderRows();
        addEntryRows();
        addOffsetRows();
    }
    void hostileFilesAreRefusedByName() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, detail);
        const Problem problem = refusal(bytes.toStdString());
        QCOMPARE(problem.kind, ProblemKind::WeightsFormatInvalid);
        QVERIFY2(QString::fromStdString(problem.detail).contains(detail), problem.detail.c_str());
        QCOMPARE(problem.path, std::filesystem::path("model.safetensors"));
    }

    void everyTruncationIsRefused() {
        const std::string whole =
            readWholeFile(RESIDUA_SOURCE_DIR "/tests/inference/network/data/tiny.safetensors");
        for (std::size_t size = 0; size < whole.size(); ++size)
            QCOMPARE(refusal(whole.substr(0, size)).kind, ProblemKind::WeightsFormatInvalid);
    }

    void noChangedHeaderByteCrashes() {
        const std::string whole =
            readWholeFile(RESIDUA_SOURCE_DIR "/tests/inference/network/data/tiny.safetensors");
        std::uint64_t header = 0;
        std::memcpy(&header, whole.data(), 8);
        int accepted = 0;
        for (std::size_t i = 0; i < 8 + header; ++i) {
            for (const char value : {'\0', '"', '9', '}', '\xff'}) {
                std::string changed = whole;
                changed[i] = value;
                const auto kind = refusal(changed).kind;
                QVERIFY(kind == ProblemKind::WeightsFormatInvalid || kind == ProblemKind::Unexpected);
                accepted += kind == ProblemKind::Unexpected ? 1 : 0;
            }
        }
        QVERIFY(accepted > 0);  // a changed letter of a name is another, valid file: the hash tells those
    }
};

QTEST_APPLESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
