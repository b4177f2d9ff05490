// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <sstream>

#include "app/protocol.h"
#include "imaging/error.h"

using namespace residua;

namespace {

ImageResult someResult() {
    ImageResult result;
    result.path = "/a/1.dcm";
    result.frame = 3;
    result.studyUid = "1", result.seriesUid = "1.1", result.sopInstanceUid = "1.1.1",
    result.modelSha256 = "ab";
    result.scope = {ScopeState::NotChecked, "no view"};
    FindingScore score;
    score.finding = "opacity", score.score = 0.5, score.logit = 0.25, score.bias = -1;
    score.map = {2, 1, {0.1F, -2.5F}, {}, {32, 0, 15.5, 0, 32, 15.5}};
    result.prediction = {{score}, "cpu", "fp32", "a note"};
    return result;
}

ProblemKind kindOf(const std::string& line) {
    try {
        decode(line);
    } catch (const Error& error) {
        return error.problem().kind;
    }
    return ProblemKind::Unexpected;
}

}  // namespace

class TestProtocol : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void linesAreAsDocumented_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("golden");
        const auto row = [](const char* name, const Message& message, const char* golden) {
            QTest::addRow("%s", name) << QByteArray::fromStdString(encode(message)) << QByteArray(golden);
        };
        row("hello", HelloMessage{1, "9.9"},
            R"({"jsonrpc":"2.0","method":"hello","params":{"build":"9.9","protocol":1}})");
        row("predict", PredictMessage{7, {"/m/net", {{"/a/1.dcm", 2, "1.2.3"}}, "DX"}},
            R"({"id":7,"jsonrpc":"2.0","method":"predict","params":{"archive_passwords":[],"bundle":"/m/net","images":[{"frame":2,"path":"/a/1.dcm","sop_instance_uid":"1.2.3"}],"picture_modality":"DX"}})");
        row("predict in an archive",
            PredictMessage{7, {"/m/net", {{"/a.zip/1.dcm", 0}}, "", {{"/a.zip", "pw"}}}},
            R"({"id":7,"jsonrpc":"2.0","method":"predict","params":{"archive_passwords":[{"archive":"/a.zip","password":"pw"}],"bundle":"/m/net","images":[{"frame":0,"path":"/a.zip/1.dcm","sop_instance_uid":""}],"picture_modality":""}})");
        row("cancel", CancelMessage{7}, R"({"jsonrpc":"2.0","method":"cancel","params":{"id":7}})");
        row("leave a core", LeaveCoreMessage{true},
            R"({"jsonrpc":"2.0","method":"leave_core","params":{"leave":true}})");
        row("progress", ProgressMessage{7, 1, 384},
            R"({"jsonrpc":"2.0","method":"progress","params":{"done":1,"id":7,"total":384}})");
        row("done", EndMessage{7, PredictEnd::Done, {}},
            R"({"id":7,"jsonrpc":"2.0","result":{"end":"done"}})");
        row("cancelled", EndMessage{7, PredictEnd::Cancelled, {}},
            R"({"id":7,"jsonrpc":"2.0","result":{"end":"cancelled"}})");
        row("failed",
            EndMessage{7, PredictEnd::Failed, {ProblemKind::BundleWeightsChanged, "/m/net", "hash"}},
            R"({"error":{"code":-32000,"data":{"detail":"hash","kind":"bundle_weights_changed","path":"/m/net"},"message":"bundle_weights_changed"},"id":7,"jsonrpc":"2.0"})");
        row("result", ResultMessage{7, someResult()},
            R"({"jsonrpc":"2.0","method":"result","params":{"id":7,"image":{"device":"cpu","findings":[{"bias":-1.0,"code":"opacity","logit":0.25,"map":{"height":1,"to_image":[32.0,0.0,15.5,0.0,32.0,15.5],"values":[0.1,-2.5],"width":2},"score":0.5}],"frame":3,"model_sha256":"ab","note":"a note","path":"/a/1.dcm","precision":"fp32","scope":{"reason":"no view","state":"not_checked"},"series_uid":"1.1","sop_instance_uid":"1.1.1","study_uid":"1"}}})");
    }

    void linesAreAsDocumented() {
        QFETCH(QByteArray, line);
        QFETCH(QByteArray, golden);
        QCOMPARE(line, golden);
        // Read and written again, nothing is lost.
        QCOMPARE(QByteArray::fromStdString(encode(decode(golden.toStdString()))), golden);
    }

    void classMapsComeBackBitByBit() {
        auto result = someResult();
        result.prediction.findings[0].map.values = {1.0F / 3, -1e-38F};
        const auto back = std::get<ResultMessage>(decode(encode(ResultMessage{1, result})));
        QCOMPARE(back.result.prediction.findings[0].map.values, result.prediction.findings[0].map.values);
    }

    void pathsOutsideUtf8ComeBackUnchanged() {
        const std::string latin1 = "/studies/M\xfcller\xff.dcm";
        const auto line = encode(PredictMessage{1, {"/m", {{latin1, 0}}, ""}});
        const auto back = std::get<PredictMessage>(decode(line));
        QCOMPARE(back.request.images.at(0).path.native(), latin1);
    }

    void aRequestMayLeaveOpenWhichImageLiesThere() {
        const auto line = encode(PredictMessage{1, {"/m", {{"/a.dcm", 0, "1.2"}}, ""}});
        auto older = line;
        const std::string field = R"(,"sop_instance_uid":"1.2")";
        older.erase(older.find(field), field.size());
        QCOMPARE(std::get<PredictMessage>(decode(line)).request.images.at(0).sopInstanceUid,
                 std::string("1.2"));
        QVERIFY(std::get<PredictMessage>(decode(older)).request.images.at(0).sopInstanceUid.empty());
    }

    void lineFeedsInPathsStayInsideTheLine() {
        const auto line = encode(PredictMessage{1, {"/m", {{"/a\nb.dcm", 0}}, ""}});
        QVERIFY(line.find('\n') == std::string::npos);
        QCOMPARE(std::get<PredictMessage>(decode(line)).request.images.at(0).path.native(),
                 std::string("/a\nb.dcm"));
    }

    void foreignLinesAreRefused_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addRow("not JSON") << QByteArray("Warning: printed by a library");
        QTest::addRow("empty") << QByteArray();
        QTest::addRow("a list") << QByteArray("[1,2]");
        QTest::addRow("another version of JSON-RPC")
            << QByteArray(R"({"jsonrpc":"1.0","id":1,"result":{"end":"done"}})");
        QTest::addRow("unknown method") << QByteArray(R"({"jsonrpc":"2.0","method":"run","params":{}})");
        QTest::addRow("id as text") << QByteArray(
            R"({"jsonrpc":"2.0","method":"cancel","params":{"id":"7"}})");
        QTest::addRow("id beyond int")
            << QByteArray(R"({"jsonrpc":"2.0","method":"cancel","params":{"id":99999999999}})");
        QTest::addRow("fractional frame") << QByteArray(
            R"({"jsonrpc":"2.0","id":1,"method":"predict","params":{"bundle":"m","images":[{"path":"a","frame":0.5}]}})");
        QTest::addRow("images no list") << QByteArray(
            R"({"jsonrpc":"2.0","id":1,"method":"predict","params":{"bundle":"m","images":{}}})");
        QTest::addRow("path that is a number")
            << QByteArray(R"({"jsonrpc":"2.0","id":1,"method":"predict","params":{"bundle":5,"images":[]}})");
        QTest::addRow("nested beyond reason") << QByteArray(100'000, '[');
    }

    void foreignLinesAreRefused() {
        QFETCH(QByteArray, line);
        QCOMPARE(kindOf(line.toStdString()), ProblemKind::EngineProtocol);
    }

    void refusalsDoNotRepeatTheLine() {
        try {
            decode("Doe^Jane {");
            QFAIL("not JSON");
        } catch (const Error& error) {
            QVERIFY(!QString(error.what()).contains("Doe"));
        }
    }

    void aLineOfMoreThanOneMebibyteIsRefusedUnread() {
        std::istringstream longest(std::string(kLongestLine, 'x') + "\nnext\n");
        QCOMPARE(readLine(longest)->size(), kLongestLine);
        QCOMPARE(*readLine(longest), std::string("next"));
        std::istringstream endless(std::string(2 * kLongestLine, 'x'));
        QVERIFY_EXCEPTION_THROWN(readLine(endless), Error);
        QVERIFY_EXCEPTION_THROWN(encode(PredictMessage{1, {std::string(kLongestLine, 'x'), {}, ""}}), Error);
    }

    void aCutOffLastLineIsNoMessage() {
        std::istringstream input("whole\ncut");
        QCOMPARE(*readLine(input), std::string("whole"));
        QVERIFY(!readLine(input));
    }
};

QTEST_APPLESS_MAIN(TestProtocol)
#include "tst_protocol.moc"
