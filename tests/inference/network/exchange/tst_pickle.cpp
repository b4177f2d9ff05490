// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "imaging/error.h"
#include "inference/network/exchange/pickle.h"
#include "tests/inference/network/exchange/torch_file.h"

using namespace residua;
using namespace residua::test;
using namespace std::string_literals;

namespace {

const std::string kStart = "\x80\x02";

Problem refusalOf(const std::string& bytes) {
    try {
        const Pickle pickle(bytes, "x.pth");
    } catch (const Error& error) {
        return error.problem();
    }
    return {ProblemKind::Unexpected, {}, "was not refused"};
}

/// @param bytes between protocol and stop
void row(const char* name, const std::string& bytes, ProblemKind kind, const char* detail) {
    QTest::addRow("%s", name) << QByteArray::fromStdString(kStart + bytes) << int(kind) << detail;
}

void addCodeRows() {
    constexpr auto kind = ProblemKind::WeightsContentRefused;
    row("a shell", pickled::global("posix", "system") + pickled::tuple({pickled::text("touch pwned")}) + "R.",
        kind, "class or function 'posix.system'");
    row("eval", pickled::global("builtins", "eval") + ".", kind, "'builtins.eval'");
    row("a class of the training script", pickled::global("argparse", "Namespace") + ")\x81}b.", kind,
        "'argparse.Namespace'");
    row("a function of torch that is none of these", pickled::global("torch.hub", "load") + ".", kind,
        "'torch.hub.load'");
    row("a TorchScript program", pickled::global("__torch__.torchvision.models.resnet", "ResNet") + ".", kind,
        "'__torch__.torchvision.models.resnet.ResNet'");
    row("an instance by the old opcode", "(ios\nsystem\n.", kind, "opcode INST");
    row("a name from the stack", pickled::text("os") + pickled::text("system") + "\x93.", kind,
        "opcode STACK_GLOBAL");
    row("an object with arguments", pickled::global("collections", "OrderedDict") + ")\x81.", kind,
        "opcode NEWOBJ");
    row("a registered extension", "\x82\x01.", kind, "opcode EXT1");
    row("a storage that is called",
        pickled::global("torch", "FloatStorage") + pickled::tuple({pickled::number(9)}) + "R.", kind,
        "a call of 'torch.FloatStorage' with 1 values");
    row("attributes of something else", "]}b.", kind, "BUILD");
    row("another protocol", "\x80\x04.", kind, "pickle protocol 4");
    row("a number of 2,000 bits", "\x8a\xfa" + std::string(250, 'x') + ".", kind, "more than 64 bits");
    row("a name without end of 1 MB", "c" + std::string(1 << 20, 'x') + "\ny\n.", kind,
        "class or function 'xxx");
}

void addBrokenRows() {
    constexpr auto kind = ProblemKind::WeightsFormatInvalid;
    row("nothing", "", kind, "ends in the middle");
    row("text of 4 GB", "X\xff\xff\xff\xffxyz", kind, "ends in the middle");
    row("a name without end", "cposix", kind, "ends in the middle");
    row("stop without a value", ".", kind, "takes what it never gave");
    row("a tuple of nothing", "\x87.", kind, "takes what it never gave");
    row("a tuple without its mark", "K\x01t.", kind, "takes what it never gave");
    row("takes from below a mark", "K\x01(\x85.", kind, "takes what it never gave");
    row("a memory that is empty", "h\x05.", kind, "takes what it never gave");
    row("byte that is no opcode", "\xff.", kind, "no opcode");
    row("appends to a number",
        "K\x01(K\x02"
        "e.",
        kind, "no list");
    row("sets items of a list", "](K\x02K\x02u.", kind, "no dict");
    row("a key without a value", "}(K\x02u.", kind, "no dict");
    row("calls a number", "K\x01)R.", kind, "no function");
    row("values without end", std::string(300'000, ')') + ".", kind, "more values than any network");
    row("more than 16 MiB", std::string(std::size_t{17} << 20, '('), kind, "limit 16 MiB");
    row("a storage without its size", "K\x01Q.", kind, "five values");
    row("a tensor without a storage",
        pickled::global("torch._utils", "_rebuild_tensor_v2") + "(K\x01K\x01))\x89NtR.", kind, "no storage");
    row("shape longer than strides", pickled::tensor("0", 4, {2, 2}, {1}) + ".", kind, "differ in length");
    row("a shape below zero", pickled::tensor("0", 4, {0xFFFFFFFF}, {1}) + ".", kind,
        "other than whole numbers");
    row("a hundred dimensions",
        pickled::tensor("0", 4, std::vector<std::uint32_t>(100, 1), std::vector<std::uint32_t>(100, 1)) + ".",
        kind, "no short tuple");
}

}  // namespace

class TestPickle : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void numbersTextAndListsAreRead() {
        const Pickle pickle(kStart +
                                "(K\x05J\xff\xff\xff\xffM\x01\x02\x8a\x02\xff\x7f\x8a\x01\xfe\x88N"
                                "G\x3f\xe0\0\0\0\0\0\0U\x02hi](K\x01K\x02"s +
                                "et.",
                            {});
        const auto* tuple = pickle.top().as<PickleValue::Tuple>();
        QVERIFY(tuple);
        QCOMPARE(tuple->items.size(), std::size_t{10});
        const auto whole = [&](std::size_t i) { return int(*tuple->items[i]->as<std::int64_t>()); };
        QCOMPARE(whole(0), 5);
        QCOMPARE(whole(1), -1);
        QCOMPARE(whole(2), 0x201);
        QCOMPARE(whole(3), 0x7fff);
        QCOMPARE(whole(4), -2);
        QCOMPARE(*tuple->items[5]->as<bool>(), true);
        QVERIFY(tuple->items[6]->as<std::monostate>());
        QCOMPARE(*tuple->items[7]->as<double>(), 0.5);
        QCOMPARE(*tuple->items[8]->as<std::string>(), "hi"s);
        QCOMPARE(tuple->items[9]->as<PickleValue::List>()->items.size(), std::size_t{2});
    }

    void aTensorIsItsStorageAndShape() {
        const Pickle pickle(pickled::whole(pickled::tensor("7", 12, {2, 3}, {3, 1}, 6)), {});
        const auto* tensor = pickle.top().as<PickleValue::Tensor>();
        QVERIFY(tensor);
        QCOMPARE(tensor->storage->key, "7"s);
        QCOMPARE(tensor->storage->type, "torch.FloatStorage"s);
        QCOMPARE(tensor->storage->numbers, std::uint64_t{12});
        QCOMPARE(tensor->offset, std::uint64_t{6});
        QCOMPARE(tensor->shape, (std::vector<std::uint64_t>{2, 3}));
    }

    void aListThatHoldsItselfEnds() {
        const Pickle pickle(kStart +
                                "]q\x01h\x01"
                                "a.",
                            {});
        const auto* list = pickle.top().as<PickleValue::List>();
        QVERIFY(list && list->items.at(0) == &pickle.top());
    }

    void deepNestingEnds() {
        std::string bytes = kStart + "N";
        bytes.append(200'000, '\x85');
        const Pickle pickle(bytes + ".", {});
        QVERIFY(pickle.top().as<PickleValue::Tuple>());
    }

    void whatIsNoWeightsIsRefusedByName_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("detail");
        addCodeRows();
        addBrokenRows();
    }
    void whatIsNoWeightsIsRefusedByName() {
        QFETCH(QByteArray, bytes);
        QFETCH(int, kind);
        QFETCH(QString, detail);
        const auto problem = refusalOf(bytes.toStdString());
        QVERIFY2(QString::fromStdString(problem.detail).contains(detail), problem.detail.c_str());
        QCOMPARE(int(problem.kind), kind);
        QCOMPARE(problem.path, std::filesystem::path("x.pth"));
        QVERIFY(problem.detail.size() < 200);
    }

    void everyCutIsRefused() {
        const std::string whole =
            pickled::whole(pickled::dict({{pickled::text("w"), pickled::tensor("0", 4, {2, 2}, {2, 1})}}));
        QCOMPARE(refusalOf(whole).detail, "was not refused"s);
        for (std::size_t length = 0; length < whole.size(); ++length)
            QCOMPARE(refusalOf(whole.substr(0, length)).kind, ProblemKind::WeightsFormatInvalid);
    }
};

QTEST_APPLESS_MAIN(TestPickle)
#include "tst_pickle.moc"
