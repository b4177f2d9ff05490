// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "imaging/study/stack.h"
#include "imaging/study/study_scanner.h"
#include "tests/support/real_data.h"

using namespace residua;
using namespace residua::test;

namespace {

constexpr std::array kAxial{1.0, 0.0, 0.0, 0.0, 1.0, 0.0};
constexpr std::array kSagittal{0.0, 1.0, 0.0, 0.0, 0.0, -1.0};
constexpr std::array kCoronal{1.0, 0.0, 0.0, 0.0, 0.0, -1.0};

Instance sliceAt(double z, int number = 0) {
    Instance instance;
    instance.path = "/s/" + std::to_string(number) + "-" + std::to_string(z);
    instance.instanceNumber = number;
    instance.rows = instance.columns = 64;
    instance.hasPixels = true;
    instance.position = {0.0, 0.0, z};
    instance.orientation = kAxial;
    return instance;
}

Series seriesOf(std::vector<Instance> instances, std::string modality = "MR") {
    Series series;
    series.modality = std::move(modality);
    series.instances = std::move(instances);
    return series;
}

std::vector<double> locations(const Stack& stack) {
    std::vector<double> result;
    for (const auto& slice : stack.slices) result.push_back(slice.location);
    return result;
}

std::vector<std::string> labels(const std::vector<Stack>& stacks) {
    std::vector<std::string> result;
    for (const auto& stack : stacks) result.push_back(stack.label);
    return result;
}

using Labels = std::vector<std::string>;

}  // namespace

class TestStack : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void orderFollowsThePositionNotTheNumber() {
        const auto stacks =
            makeStacks(seriesOf({sliceAt(10, 1), sliceAt(0, 2), sliceAt(5, 3), sliceAt(-5, 4)}));
        QCOMPARE(stacks.size(), std::size_t{1});
        QCOMPARE(locations(stacks[0]), (std::vector<double>{-5, 0, 5, 10}));
        QCOMPARE(stacks[0].spacingBetweenSlices, 5.0);
        QVERIFY(stacks[0].hasGeometry && stacks[0].label.empty() && stacks[0].problems.empty());
    }

    void orderOfTheFilesDoesNotMatter() {
        std::vector<Instance> instances;
        for (int i = 0; i < 20; ++i) instances.push_back(sliceAt(i * 2.5, i));
        std::mt19937 random(1);
        std::ranges::shuffle(instances, random);
        const auto stacks = makeStacks(seriesOf(instances));
        QVERIFY(std::ranges::is_sorted(locations(stacks.at(0))));
    }

    void obliqueSlicesAreOrderedAlongTheirNormal() {
        const double c = std::cos(0.5), s = std::sin(0.5);
        std::vector<Instance> instances;
        for (const int i : {2, 0, 1}) {
            auto slice = sliceAt(0, i);
            slice.orientation = {1, 0, 0, 0, c, s};
            slice.position = {7, -s * 3 * i, c * 3 * i};
            instances.push_back(slice);
        }
        const auto stacks = makeStacks(seriesOf(instances));
        QCOMPARE(stacks.size(), std::size_t{1});
        QVERIFY(std::abs(stacks[0].spacingBetweenSlices - 3) < 1e-9);
        QCOMPARE(stacks[0].slices[0].instance, std::size_t{1});
    }

    void threePlanesBecomeThreeStacks() {
        std::vector<Instance> instances;
        for (const auto& plane : {kSagittal, kAxial, kCoronal})
            for (int i = 0; i < 6; ++i) {
                instances.push_back(sliceAt(i * 4, int(instances.size())));
                instances.back().orientation = plane;
                instances.back().position = {i * 4.0, i * 4.0, i * 4.0};
            }
        const auto stacks = makeStacks(seriesOf(instances));
        QCOMPARE(labels(stacks), (Labels{"sagittal", "axial", "coronal"}));
        for (const auto& stack : stacks) QCOMPARE(stack.slices.size(), std::size_t{6});
        QVERIFY(!stacks[0].isLocalizer);
    }

    void fewSlicesInSeveralPlanesAreScouts() {
        std::vector<Instance> instances;
        for (const auto& plane : {kSagittal, kAxial, kCoronal})
            for (int i = 0; i < 5; ++i) {
                instances.push_back(sliceAt(i * 4, int(instances.size())));
                instances.back().orientation = plane;
                instances.back().position = {i * 4.0, i * 4.0, i * 4.0};
            }
        const auto stacks = makeStacks(seriesOf(instances));
        QCOMPARE(labels(stacks), (Labels{"sagittal, localizer", "axial, localizer", "coronal, localizer"}));
        QVERIFY(std::ranges::all_of(stacks, &Stack::isLocalizer));
        const auto onePlane = makeStacks(seriesOf({instances[0], instances[1]}));
        QVERIFY(!onePlane.at(0).isLocalizer);
        QVERIFY(!makeStacks(seriesOf(instances, "CT")).at(0).isLocalizer);
    }

    void seriesThatIsCalledAScoutIsOne() {
        auto series = seriesOf({sliceAt(0, 1), sliceAt(5, 2)});
        series.description = "3-plane scout";
        const auto stacks = makeStacks(series);
        QCOMPARE(labels(stacks), Labels{"localizer"});
        QVERIFY(stacks[0].isLocalizer);
    }

    void scoutsAreAStackOfTheirOwnAndNamed() {
        std::vector<Instance> instances;
        for (int i = 0; i < 6; ++i) {
            instances.push_back(sliceAt(i * 4, i));
            instances.back().imageType = i < 2 ? "ORIGINAL\\PRIMARY\\LOCALIZER" : "ORIGINAL\\PRIMARY\\AXIAL";
        }
        const auto stacks = makeStacks(seriesOf(instances));
        QCOMPARE(labels(stacks), (Labels{"other", "localizer"}));
        QVERIFY(!stacks[0].isLocalizer && stacks[1].isLocalizer);
        QCOMPARE(stacks[1].slices.size(), std::size_t{2});
        QCOMPARE(labels(makeStacks(seriesOf({instances[0], instances[1]}))), Labels{"localizer"});
    }

    void jitterOfTheCosinesSplitsNothing() {
        auto a = sliceAt(0, 1), b = sliceAt(5, 2);
        b.orientation = {0.99999, 0.004, 0, -0.004, 0.99999, 0};
        QCOMPARE(makeStacks(seriesOf({a, b})).size(), std::size_t{1});
    }

    void viewsAllAroundStayTogether() {
        std::vector<Instance> instances;
        for (int i = 0; i < 36; ++i) {
            auto view = sliceAt(0, i);
            const double angle = i * 10 * 3.14159265358979 / 180;
            view.orientation = {std::cos(angle), std::sin(angle), 0, 0, 0, -1};
            instances.push_back(view);
        }
        const auto stacks = makeStacks(seriesOf(instances));
        QCOMPARE(stacks.size(), std::size_t{1});
        QCOMPARE(stacks[0].slices.size(), std::size_t{36});
        QVERIFY(!stacks[0].hasGeometry && stacks[0].problems.empty());
    }

    void whatDiffersIsSplitAndNamed_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QStringList>("expected");
        QTest::addRow("echo") << "echo" << QStringList{"TE 30 ms", "TE 80.5 ms"};
        QTest::addRow("b-value") << "b" << QStringList{"b 0", "b 1000"};
        QTest::addRow("size") << "size" << QStringList{"64 × 64", "128 × 64"};
        QTest::addRow("kind") << "kind" << QStringList{"magnitude", "phase"};
        QTest::addRow("temporal position") << "temporal" << QStringList{"time point 1", "time point 2"};
        QTest::addRow("acquisition number") << "acquisition" << QStringList{"time point 1", "time point 2"};
        QTest::addRow("acquisition time") << "time" << QStringList{"time point 1", "time point 2"};
        QTest::addRow("order alone") << "nothing" << QStringList{"time point 1", "time point 2"};
    }
    void whatDiffersIsSplitAndNamed() {
        QFETCH(QString, what);
        QFETCH(QStringList, expected);
        std::vector<Instance> instances;
        for (int i = 0; i < 12; ++i) {
            const bool second = i >= 6;
            auto slice = sliceAt(i % 6 * 4, i);
            slice.imageType = "ORIGINAL\\PRIMARY\\M\\ND";
            if (what == "echo") slice.echoTime = second ? 80.5 : 30;
            if (what == "b") slice.bValue = second ? 1000 : 0;
            if (what == "size" && second) slice.columns = 128;
            if (what == "kind" && second) slice.imageType = "ORIGINAL\\PRIMARY\\P\\ND";
            if (what == "temporal") slice.temporalPosition = second ? 2 : 1;
            if (what == "acquisition") slice.acquisitionNumber = second ? 2 : 1;
            if (what == "time") slice.acquisitionTime = second ? "101500" : "101400";
            instances.push_back(slice);
        }
        const auto stacks = makeStacks(seriesOf(instances));
        QStringList found;
        for (const auto& stack : stacks) {
            found << QString::fromStdString(stack.label);
            QCOMPARE(locations(stack), (std::vector<double>{0, 4, 8, 12, 16, 20}));
            QVERIFY(stack.problems.empty());
        }
        QCOMPARE(found, expected);
    }

    void triggerTimesOfSingleSlicesSplitNothing() {
        std::vector<Instance> instances;
        for (int i = 0; i < 6; ++i) {
            instances.push_back(sliceAt(i * 4, i));
            instances.back().temporalPosition = i * 35.0;
        }
        QCOMPARE(makeStacks(seriesOf(instances)).size(), std::size_t{1});
    }

    void oneSliceOverTimeIsOneStack() {
        std::vector<Instance> instances;
        for (int i = 0; i < 25; ++i) instances.push_back(sliceAt(12, i));
        const auto stacks = makeStacks(seriesOf(instances));
        QCOMPARE(stacks.size(), std::size_t{1});
        QVERIFY(stacks[0].problems.empty());
        for (std::size_t i = 0; i < 25; ++i) QCOMPARE(stacks[0].slices[i].instance, i);
    }

    void missingSlicesAreTold() {
        std::vector<Instance> instances;
        for (const int i : {0, 1, 2, 3, 4, 7, 8, 9}) instances.push_back(sliceAt(i * 3, i));
        const auto stacks = makeStacks(seriesOf(instances));
        QCOMPARE(stacks[0].problems.size(), std::size_t{1});
        QCOMPARE(stacks[0].problems[0].kind, ProblemKind::SlicesMissing);
        QCOMPARE(stacks[0].problems[0].detail, std::string("2 missing between 12 and 21 mm"));
        QCOMPARE(stacks[0].problems[0].path, instances[5].path);
    }

    void unevenStackHasNoMissingSlices() {
        std::vector<Instance> instances;
        for (const double z : {0.0, 3.0, 10.0, 14.0, 22.0, 31.0}) instances.push_back(sliceAt(z, int(z)));
        QVERIFY(makeStacks(seriesOf(instances))[0].problems.empty());
    }

    void doubledSliceIsTold() {
        std::vector<Instance> instances;
        for (int i = 0; i < 6; ++i) instances.push_back(sliceAt(i * 3, i));
        instances.push_back(sliceAt(9, 99));
        const auto stacks = makeStacks(seriesOf(instances));
        QCOMPARE(stacks.size(), std::size_t{1});
        QCOMPARE(stacks[0].problems.size(), std::size_t{1});
        QCOMPARE(stacks[0].problems[0].kind, ProblemKind::SlicesDoubled);
        QCOMPARE(stacks[0].problems[0].detail, std::string("two slices at 9 mm"));
    }

    void slicesWithoutGeometryAreOrderedByNumberAndToldSo() {
        std::vector<Instance> instances{sliceAt(0, 3), sliceAt(0, 1), sliceAt(0, 2)};
        for (auto& instance : instances) instance.position.reset();
        const auto stacks = makeStacks(seriesOf(instances));
        QCOMPARE(stacks[0].slices[0].instance, std::size_t{1});
        QCOMPARE(stacks[0].slices[2].instance, std::size_t{0});
        QVERIFY(!stacks[0].hasGeometry);
        QCOMPARE(stacks[0].problems.at(0).kind, ProblemKind::GeometryMissing);
    }

    void radiographsNeedNoGeometry_data() {
        QTest::addColumn<QString>("modality");
        for (const auto* modality : {"CR", "DX", "DR", "MG", "RF", "XA", "US", "OT"})
            QTest::addRow("%s", modality) << modality;
    }
    void radiographsNeedNoGeometry() {
        QFETCH(QString, modality);
        std::vector<Instance> instances{sliceAt(0, 2), sliceAt(0, 1)};
        for (auto& instance : instances) {
            instance.position.reset();
            instance.orientation.reset();
        }
        const auto stacks = makeStacks(seriesOf(instances, modality.toStdString()));
        QCOMPARE(stacks.size(), std::size_t{1});
        QVERIFY(stacks[0].problems.empty());
        QCOMPARE(stacks[0].slices[0].instance, std::size_t{1});
    }

    void singleSliceHasNoProblem() {
        auto slice = sliceAt(0);
        slice.position.reset();
        QVERIFY(makeStacks(seriesOf({slice}))[0].problems.empty());
    }

    void instancesWithoutPixelsAreLeftOut() {
        auto report = sliceAt(0, 1);
        report.hasPixels = false;
        QVERIFY(makeStacks(seriesOf({report})).empty());
        QVERIFY(makeStacks(seriesOf({})).empty());
        QCOMPARE(makeStacks(seriesOf({report, sliceAt(3, 2)})).at(0).slices.at(0).instance, std::size_t{1});
    }

    void framesOfAnImageStayInTheirOrder() {
        auto image = sliceAt(0, 1);
        image.frames = 40;
        image.position.reset();
        const auto stacks = makeStacks(seriesOf({image}));
        QCOMPARE(stacks.at(0).slices.size(), std::size_t{40});
        for (int i = 0; i < 40; ++i) QCOMPARE(stacks[0].slices[std::size_t(i)].frame, i);
        QVERIFY(stacks[0].label.empty() && stacks[0].problems.empty());
    }

    void headOfThreeHundredEightyFourSlicesIsOneStack() {
        RESIDUA_NEEDS_DATA("dicom/mr-t1");
        const auto scan = scanStudies({realData() / "dicom/mr-t1"});
        const auto stacks = makeStacks(scan.studies.at(0).series.at(0));
        QCOMPARE(stacks.size(), std::size_t{1});
        QCOMPARE(stacks[0].slices.size(), std::size_t{384});
        QVERIFY(stacks[0].hasGeometry && stacks[0].problems.empty());
        QVERIFY(std::abs(stacks[0].spacingBetweenSlices - 0.66667) < 1e-3);
        QVERIFY(std::ranges::is_sorted(locations(stacks[0])));
    }

    void smallBrainIsOneStack() {
        RESIDUA_NEEDS_DATA("dicom/mr-small");
        const auto scan = scanStudies({realData() / "dicom/mr-small"});
        QCOMPARE(scan.studies.size(), std::size_t{1});
        const auto stacks = makeStacks(scan.studies.at(0).series.at(0));
        QCOMPARE(stacks.size(), std::size_t{1});
        QCOMPARE(stacks[0].slices.size(), std::size_t{6});
        QCOMPARE(stacks[0].spacingBetweenSlices, 9.0);
    }

    void functionalSeriesBecomesItsTimePoints() {
        RESIDUA_NEEDS_DATA("dicom/mr-ge-epi");
        const auto scan = scanStudies({realData() / "dicom/mr-ge-epi"});
        const auto stacks = makeStacks(scan.studies.at(0).series.at(0));
        QCOMPARE(labels(stacks), (Labels{"time point 1", "time point 2", "time point 3", "time point 4"}));
        for (const auto& stack : stacks) {
            QVERIFY(stack.slices.size() >= 14);  // the last volume lacks its uppermost slice
            QVERIFY(std::abs(stack.spacingBetweenSlices - 5) < 1e-4);
            QVERIFY(stack.problems.empty());
        }
    }
};

QTEST_APPLESS_MAIN(TestStack)
#include "tst_stack.moc"
