// SPDX-License-Identifier: GPL-3.0-or-later
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <filesystem>

#include "imaging/error.h"
#include "imaging/study/header_dump.h"
#include "tests/support/dicom_bytes.h"
#include "tests/support/phantom_studies.h"
#include "tests/support/real_data.h"

using namespace residua;
using namespace residua::test;
namespace fs = std::filesystem;

namespace {

constexpr std::uint32_t kItem = HeaderElement::kItem;

const HeaderElement* find(const HeaderDump& dump, std::uint32_t tag) {
    const auto found = std::ranges::find(dump.elements, tag, &HeaderElement::tag);
    return found == dump.elements.end() ? nullptr : &*found;
}

std::string valueOf(const HeaderDump& dump, std::uint32_t tag) {
    const auto* element = find(dump, tag);
    return element ? element->value : "not there";
}

/// Depth and tag of each row behind the meta header: "0 00081140, 1 fffee000, …".
QStringList shapeOf(const HeaderDump& dump) {
    QStringList rows;
    for (const auto& element : dump.elements)
        if (element.tag >> 16 != 2)
            rows += QStringLiteral("%1 %2").arg(element.depth).arg(element.tag, 8, 16, QLatin1Char('0'));
    return rows;
}

}  // namespace

class TestHeaderDump : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyElementOfAnImageIsListed() {
        const auto dump = dumpHeader(write(imageFile()));
        QVERIFY(!dump.problem);
        QCOMPARE(dump.total, dump.elements.size());
        QCOMPARE(valueOf(dump, 0x00020010), std::string("1.2.840.10008.1.2.1 (LittleEndianExplicit)"));
        const auto* name = find(dump, 0x00100010);
        QVERIFY(name);
        QCOMPARE(name->name, std::string("PatientName"));
        QCOMPARE(name->vr, std::string("PN"));
        QCOMPARE(name->value, std::string("Doe^Jane"));
        QCOMPARE(name->length, std::uint32_t{8});
        QCOMPARE(valueOf(dump, 0x00280010), std::string("4"));
        const auto* pixels = find(dump, kPixelData);
        QVERIFY(pixels && pixels->isCut && pixels->value.empty());
        QCOMPARE(pixels->length, std::uint32_t{16});
        QCOMPARE(dump.elements.back().tag, kPixelData);
    }

    void implicitVrsComeFromTheDictionary_data() {
        QTest::addColumn<QString>("syntax");
        for (const auto syntax : {kImplicitLittle, kExplicitLittle, kExplicitBig})
            QTest::addRow("%s", syntax.data()) << QString::fromUtf8(syntax.data());
    }
    void implicitVrsComeFromTheDictionary() {
        QFETCH(QString, syntax);
        const auto uid = syntax.toStdString();
        DicomBytes d(encodingOf(uid));
        d.text(0x00080060, "CS", "MR")
            .fd(0x00189087, {0.5, 1000})
            .us(0x00280010, {300})
            .us(0x00280103, {1})
            .header(0x00280106, "SS", 2)  // US or SS, says the dictionary
            .put(0xFFFE, 2);
        const auto dump = dumpHeader(write(dicomFile(uid, d.bytes())));
        QCOMPARE(find(dump, 0x00080060)->vr, std::string("CS"));
        QCOMPARE(valueOf(dump, 0x00280010), std::string("300"));
        QCOMPARE(find(dump, 0x00280106)->vr, std::string("SS"));
        QCOMPARE(valueOf(dump, 0x00280106), std::string("-2"));
        QCOMPARE(valueOf(dump, 0x00189087), std::string("0.5\\1000"));
    }

    void itemsNest_data() {
        QTest::addColumn<bool>("undefined");
        QTest::addRow("defined lengths") << false;
        QTest::addRow("undefined lengths") << true;
    }
    void itemsNest() {
        QFETCH(bool, undefined);
        const auto sequence = [&](DicomBytes& to, Tag tag, const std::vector<DicomBytes>& items) {
            undefined ? to.sequenceUndefined(tag, items) : to.sequence(tag, items);
        };
        DicomBytes inner, outer, dataset;
        inner.text(0x00080100, "SH", "CODE");
        sequence(outer, 0x0040A170, {inner, DicomBytes()});
        outer.text(0x00081155, "UI", "1.2");
        dataset.text(0x00080060, "CS", "MR");
        sequence(dataset, 0x00081140, {DicomBytes(), outer});
        dataset.text(0x00100010, "PN", "After^It");
        // The order inside the item is not ascending on purpose: real files do that.
        QCOMPARE(shapeOf(dumpHeader(write(dicomFile(kExplicitLittle, dataset.bytes())))),
                 QStringList({"0 00080060", "0 00081140", "1 fffee000", "1 fffee000", "2 0040a170",
                              "3 fffee000", "4 00080100", "3 fffee000", "2 00081155", "0 00100010"}));
    }

    void textsAreConvertedByTheirCharacterSet() {
        DicomBytes item, plain, d;
        item.text(0x00080005, "CS", "ISO_IR 144").text(0x00100010, "PN", "\xBB\xEE\xDA^\xB8");
        plain.text(0x00100010, "PN", "Buc^J\xE9r\xF4me");
        d.text(0x00080005, "CS", "ISO_IR 100")
            .text(0x00100010, "PN", "Buc^J\xE9r\xF4me")
            .sequence(0x00101002, {item, plain})
            .text(0x00104000, "LT", "first\r\nsecond\tline");
        const auto dump = dumpHeader(write(dicomFile(kExplicitLittle, d.bytes())));
        QStringList names;
        for (const auto& element : dump.elements)
            if (element.tag == 0x00100010) names += QString::fromStdString(element.value);
        QCOMPARE(names, QStringList({"Buc^Jérôme", "Люк^И", "Buc^Jérôme"}));
        QCOMPARE(QString::fromStdString(valueOf(dump, 0x00104000)), QString("first↵second line"));
    }

    void privateElementsNameTheirCreator() {
        DicomBytes item, d;
        item.text(0x00190010, "LO", "SOMEBODY ELSE").text(0x0019100C, "IS", "7");
        d.text(0x00190010, "LO", "SOMEBODY")
            .text(0x0019100C, "IS", "1000")
            .text(0x0019110C, "IS", "1")
            .sequence(0x00401001, {item});
        const auto dump = dumpHeader(write(dicomFile(kExplicitLittle, d.bytes())));
        QCOMPARE(find(dump, 0x00190010)->name, std::string("PrivateCreator"));
        QCOMPARE(find(dump, 0x0019100C)->creator, std::string("SOMEBODY"));
        QVERIFY(find(dump, 0x0019110C)->creator.empty());
        QCOMPARE(dump.elements.back().creator, std::string("SOMEBODY ELSE"));
        QVERIFY(dump.elements.back().name.empty());
    }

    void longValuesAreCutAndStillToldApart() {
        Bytes bytes(40, std::byte{0xAB}), other = bytes;
        other.back() = std::byte{0xAC};
        DicomBytes d;
        d.raw(0x00091010, "OB", bytes)
            .raw(0x00091011, "OB", other)
            .text(0x00204000, "LT", std::string(3000, 'x'))
            .raw(0x00091012, "US", Bytes(1000))
            .raw(0x00091013, "OB", {std::byte{1}});
        auto dump = dumpHeader(write(dicomFile(kExplicitLittle, d.bytes())));
        const auto *first = find(dump, 0x00091010), *second = find(dump, 0x00091011);
        QCOMPARE(first->value, second->value);
        QVERIFY(first->isCut && first->value.starts_with("AB AB") && first->length == 40);
        QVERIFY(!first->hasSameValue(*second) && first->hasSameValue(*first));
        QVERIFY(find(dump, 0x00204000)->isCut);
        QCOMPARE(valueOf(dump, 0x00204000), std::string(1024, 'x'));
        QVERIFY(find(dump, 0x00091012)->isCut);
        QVERIFY(!find(dump, 0x00091013)->isCut);
        QCOMPARE(valueOf(dump, 0x00091013), std::string("01"));
    }

    void cutTextsEndBetweenCharacters() {
        std::string text(1023, 'x');
        for (int i = 0; i < 100; ++i) text += "é";
        DicomBytes d;
        d.text(0x00080005, "CS", "ISO_IR 192").text(0x00204000, "LT", text);
        const auto value = valueOf(dumpHeader(write(dicomFile(kExplicitLittle, d.bytes()))), 0x00204000);
        QCOMPARE(value, std::string(1023, 'x'));
    }

    void pixelsTellImagesApart() {
        auto bytes = imageFile();
        const auto first = dumpHeader(write(bytes));
        QVERIFY(find(first, kPixelData)->hasSameValue(*find(dumpHeader(write(bytes)), kPixelData)));
        bytes.back() ^= std::byte{1};
        QVERIFY(!find(first, kPixelData)->hasSameValue(*find(dumpHeader(write(bytes)), kPixelData)));
    }

    void whatIsTooMuchIsCounted() {
        const auto all = dumpHeader(write(imageFile())), some = dumpHeader(write(imageFile()), 5);
        QCOMPARE(some.elements.size(), std::size_t{5});
        QCOMPARE(some.total, all.total);
    }

    void aMillionElementsAreQuick() {
        DicomBytes item, d;
        for (unsigned i = 0; i < 1000; ++i) item.raw(0x00091000 + i % 0xFF, "OB", {});
        d.text(0x00080060, "CS", "MR").sequence(0x00081140, std::vector<DicomBytes>(1000, item));
        const auto path = write(dicomFile(kExplicitLittle, d.bytes()));
        QElapsedTimer time;
        time.start();
        const auto dump = dumpHeader(path);
        QVERIFY2(time.elapsed() < 5000, qPrintable(QString::number(time.elapsed())));
        QCOMPARE(dump.elements.size(), kMostShownElements);
        QVERIFY(dump.total > 1'000'000);
    }

    void aBrokenFileGivesWhatLiesBeforeAndAProblem() {
        auto bytes = imageFile();
        bytes.resize(bytes.size() - 60);
        const auto dump = dumpHeader(write(bytes));
        QVERIFY(dump.problem);
        QCOMPARE(dump.problem->kind, ProblemKind::DicomTruncated);
        QCOMPARE(valueOf(dump, 0x00100010), std::string("Doe^Jane"));
        DicomBytes deep;
        for (int i = 0; i < 70; ++i) deep = DicomBytes().sequence(0x00081140, {deep});
        QCOMPARE(dumpHeader(write(dicomFile(kExplicitLittle, deep.bytes()))).problem->kind,
                 ProblemKind::DicomNestingTooDeep);
    }

    void whatHasNoHeaderIsAProblem_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("kind");
        QTest::addRow("picture") << QByteArray("\x89PNG\r\n\x1A\n\0\0\0\rIHDR", 16) + QByteArray(44, 'x')
                                 << int(ProblemKind::NotAnImage);
        QTest::addRow("text") << QByteArray("some text of a few words that is no DICOM file at all")
                              << int(ProblemKind::NotAnImage);
        QTest::addRow("empty") << QByteArray() << int(ProblemKind::FileEmpty);
    }
    void whatHasNoHeaderIsAProblem() {
        QFETCH(QByteArray, bytes);
        QFETCH(int, kind);
        const auto path = write(toBytes({bytes.data(), std::size_t(bytes.size())}));
        try {
            dumpHeader(path);
            QFAIL("no problem was told");
        } catch (const Error& error) {
            QCOMPARE(int(error.problem().kind), kind);
            QCOMPARE(error.problem().path, path);
        }
    }

    void aStopIsObeyed() {
        std::stop_source stop;
        stop.request_stop();
        try {
            dumpHeader(write(imageFile()), kMostShownElements, stop.get_token());
            QFAIL("went on");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::Cancelled);
        }
    }

    void everyRealFileIsReadOrAProblem() {
        RESIDUA_NEEDS_DATA("dicom");
        int read = 0;
        for (const char* folder : {"dicom/odd", "dicom/results", "dicom/mr-enhanced", "dicom/wg04"})
            for (const auto& entry : fs::recursive_directory_iterator(realData() / folder)) {
                if (!entry.is_regular_file()) continue;
                try {
                    const auto dump = dumpHeader(entry.path());
                    ++read;
                    for (const auto& element : dump.elements)
                        QVERIFY(QString::fromStdString(element.value).toUtf8().toStdString() ==
                                element.value);
                } catch (const Error& error) {
                    QVERIFY(error.problem().kind != ProblemKind::Unexpected);
                }
            }
        QVERIFY2(read > 150, qPrintable(QString::number(read)));
    }

private:
    fs::path write(const Bytes& bytes) const {
        const auto path = fs::path(folder_.path().toStdString()) / "file.dcm";
        writeBytes(path, bytes);
        return path;
    }

    QTemporaryDir folder_;
};

QTEST_APPLESS_MAIN(TestHeaderDump)
#include "tst_header_dump.moc"
