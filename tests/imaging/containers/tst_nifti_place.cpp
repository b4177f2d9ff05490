// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "imaging/geometry/orientation.h"
#include "imaging/pixels/frame_decoder.h"
#include "imaging/pixels/grey_pipeline.h"
#include "imaging/study/stack.h"
#include "tests/imaging/containers/nifti_files.h"
#include "tests/imaging/containers/shown_stack.h"
#include "tests/support/phantom_studies.h"

using namespace residua;
using namespace residua::test;
namespace fs = std::filesystem;

namespace {

/// How a volume's axes lie in the patient: patient axis (0 L, 1 P, 2 H) and direction of i, j and k.
struct Storage {
    std::array<std::size_t, 3> axis{0, 1, 2};
    std::array<int, 3> sign{1, 1, 1};
    QByteArray name() const {
        QByteArray text;
        for (std::size_t i = 0; i < 3; ++i) text += (sign[i] > 0 ? "LPH" : "RAF")[axis[i]];
        return text;
    }
};

std::vector<Storage> allStorages() {
    std::vector<Storage> storages;
    std::array<std::size_t, 3> axis{0, 1, 2};
    do
        for (int signs = 0; signs < 8; ++signs)
            storages.push_back({axis, {signs & 1 ? -1 : 1, signs & 2 ? -1 : 1, signs & 4 ? -1 : 1}});
    while (std::ranges::next_permutation(axis).found);
    return storages;
}

/// A grid of voxels in the patient: LPS place of voxel (0, 0, 0) and the steps along L, P and H.
struct Grid {
    std::array<int, 3> size{};
    Point3 origin{};
    Point3 step{};
};

/// The affine and the size of a volume on the grid, stored along other axes.
std::pair<RasAffine, std::array<int, 3>> stored(const Grid& grid, const Storage& storage) {
    RasAffine affine{};
    std::array<int, 3> size{};
    Point3 origin = grid.origin;
    for (std::size_t voxel = 0; voxel < 3; ++voxel) {
        const auto axis = storage.axis[voxel];
        size[voxel] = grid.size[axis];
        affine[axis][voxel] = storage.sign[voxel] * grid.step[axis];
        if (storage.sign[voxel] < 0) origin[axis] += grid.step[axis] * (grid.size[axis] - 1);
    }
    for (std::size_t row = 0; row < 3; ++row) {
        affine[row][3] = origin[row];
        if (row < 2)  // LPS to RAS
            for (double& value : affine[row]) value = -value;
    }
    return {affine, size};
}

RasAffine turned(const RasAffine& affine, double degrees) {
    // About an axis that is none of the patient's, by Rodrigues.
    const double length = std::hypot(1, 2, 3), angle = degrees * std::numbers::pi / 180;
    const Point3 u{1 / length, 2 / length, 3 / length};
    const double c = std::cos(angle), s = std::sin(angle);
    const std::array<Point3, 3> cross{Point3{0, -u[2], u[1]}, {u[2], 0, -u[0]}, {-u[1], u[0], 0}};
    RasAffine result{};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 4; ++j)
            for (std::size_t k = 0; k < 3; ++k)
                result[i][j] += ((i == k ? c : 0) + s * cross[i][k] + (1 - c) * u[i] * u[k]) * affine[k][j];
    return result;
}

}  // namespace

/// The same head as DICOM and as NIfTI: the same value at the same place of the patient, hung the same way.
class TestNiftiPlace : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    fs::path path_;
    Shown dicom_;
    std::map<Place, double> truth_;
    Grid grid_;

    /// The DICOM head as a NIfTI file that is stored along other axes.
    NiftiFile volume(const Storage& storage) const {
        const auto [affine, size] = stored(grid_, storage);
        NiftiFile file;
        file.setSize(size[0], size[1], size[2]);
        file.setSform(affine);
        file.setVoxels([&, affine = affine](int i, int j, int k, int) {
            Point3 point{};
            for (std::size_t row = 0; row < 3; ++row) {
                point[row] = affine[row][0] * i + affine[row][1] * j + affine[row][2] * k + affine[row][3];
                if (row < 2) point[row] = -point[row];
            }
            return static_cast<int>(truth_.at(placeOf(point)));
        });
        return file;
    }
    Shown written(const NiftiFile& file, const char* name = "volume.nii") const {
        writeBytes(path_ / name, file.bytes());
        return open(path_ / name);
    }

private Q_SLOTS:
    void initTestCase() {
        path_ = folder_.path().toStdString();
        auto phantom = simulatePhantom({PhantomKind::BrainMr, PhantomLesion::Present, 7, 24, 6});
        // A mark near the patient's left, behind, in the lowest slice: without it a mirrored head looks
        // alike.
        phantom.slices.back().pixels[20 * 24 + 21] = 4000;
        writePhantom(phantom, path_ / "dicom");
        dicom_ = open(path_ / "dicom");
        truth_ = valuesOf(dicom_);
        const auto first = dicom_.facts(0).position.value();
        const double between = dicom_.stack.spacingBetweenSlices;
        const auto& spacing = dicom_.images[0]->spacing;
        grid_ = {{24, 24, 6}, first, {spacing.column, spacing.row, between}};
        QCOMPARE(truth_.size(), std::size_t{24 * 24 * 6});
        QCOMPARE(truth_.at(placeOf({first[0] + 21 * spacing.column, first[1] + 20 * spacing.row, first[2]})),
                 4000.0);
    }

    void everyVoxelLiesWhereDicomHasIt_data() {
        QTest::addColumn<int>("storage");
        for (int i = 0; const auto& storage : allStorages())
            QTest::addRow("%s", storage.name().constData()) << i++;
    }
    void everyVoxelLiesWhereDicomHasIt() {
        QFETCH(int, storage);
        const auto how = allStorages()[static_cast<std::size_t>(storage)];
        const auto shown = written(volume(how));
        QVERIFY(shown.stack.hasGeometry && shown.stack.problems.empty());
        QCOMPARE(valuesOf(shown), truth_);
        // Hung as a radiologist does, whichever way it is stored.
        const auto& facts = shown.facts(0);
        const auto sides = sideMarkers(facts.orientation, {}, {});
        const char* const expected[] = {"P F", "L F", "L P"};  // sagittal, coronal, axial
        QCOMPARE(QByteArray::fromStdString(sides.right + ' ' + sides.bottom),
                 QByteArray(expected[how.axis[2]]));
    }

    void axialSlicesAreTheVeryImagesOfDicom() {
        for (const auto& how : allStorages()) {
            if (how.axis[2] != 2) continue;
            const auto shown = written(volume(how));
            QCOMPARE(shown.images.size(), dicom_.images.size());
            for (std::size_t i = 0; i < shown.images.size(); ++i) {
                const auto context = how.name() + " slice " + QByteArray::number(qulonglong(i));
                QVERIFY2(shown.images[i]->pixels == dicom_.images[i]->pixels, context.constData());
                const auto facts = shown.facts(i), expected = dicom_.facts(i);
                QVERIFY2(facts.orientation == expected.orientation, context.constData());
                QVERIFY2(placeOf(*facts.position) == placeOf(*expected.position), context.constData());
                QVERIFY(std::abs(shown.images[i]->spacing.row - dicom_.images[i]->spacing.row) < 1e-6);
                QCOMPARE(shown.images[i]->spacing.kind, SpacingKind::Patient);
                QCOMPARE(shown.instance(i).spacing, shown.images[i]->spacing);
            }
            // The patient's left is on the right of the image.
            QCOMPARE(modalityValueAt(*shown.images[0], 21, 20), std::optional(4000.0));
        }
    }

    void obliqueVolumesKeepTheirPlaces_data() {
        QTest::addColumn<double>("degrees");
        for (const double degrees : {5.0, 20.0, -35.0, 117.0}) QTest::addRow("%g", degrees) << degrees;
    }
    void obliqueVolumesKeepTheirPlaces() {
        QFETCH(double, degrees);
        for (const auto& how : allStorages()) {
            auto file = volume(how);
            file.version = 2;  // doubles: places to a hundredth of a millimetre
            file.setSform(turned(file.sform, degrees));
            const auto shown = written(file);
            // Turned back, each value is where it was.
            std::size_t found = 0;
            for (std::size_t slice = 0; slice < shown.images.size(); ++slice) {
                const auto& image = *shown.images[slice];
                for (int y = 0; y < image.height; ++y)
                    for (int x = 0; x < image.width; ++x) {
                        auto place = pixelPlace(shown.facts(slice), image.spacing, x, y);
                        place = {-place[0], -place[1], place[2]};
                        RasAffine moved{};
                        for (std::size_t i = 0; i < 3; ++i) moved[i][3] = place[i];
                        const RasAffine back = turned(moved, -degrees);
                        const Point3 there{-back[0][3], -back[1][3], back[2][3]};
                        const auto known = truth_.find(placeOf(there));
                        found += known != truth_.end() && known->second == *modalityValueAt(image, x, y);
                    }
            }
            QCOMPARE(found, truth_.size());
            const auto& o = *shown.facts(0).orientation;
            QVERIFY(std::abs(o[0] * o[3] + o[1] * o[4] + o[2] * o[5]) < 1e-6);
        }
    }

    void qformSaysTheSameAsSform_data() { obliqueVolumesKeepTheirPlaces_data(); }
    void qformSaysTheSameAsSform() {
        QFETCH(double, degrees);
        int mirrored = 0;
        for (const auto& how : allStorages()) {
            auto bySform = volume(how);
            bySform.setSform(turned(bySform.sform, degrees));
            auto byQform = bySform;
            byQform.sformCode = 0;
            byQform.sform = {};
            byQform.setQform(bySform.sform);
            mirrored += byQform.pixdim[0] < 0;
            const auto expected = written(bySform), shown = written(byQform, "qform.nii");
            for (std::size_t i = 0; i < expected.images.size(); ++i) {
                QVERIFY2(shown.images[i]->pixels == expected.images[i]->pixels, how.name().constData());
                for (std::size_t axis = 0; axis < 3; ++axis)
                    QVERIFY(std::abs((*shown.facts(i).position)[axis] - (*expected.facts(i).position)[axis]) <
                            0.01);
                for (std::size_t part = 0; part < 6; ++part)
                    QVERIFY(std::abs((*shown.facts(i).orientation)[part] -
                                     (*expected.facts(i).orientation)[part]) < 1e-4);
            }
        }
        QCOMPARE(mirrored, 24);  // half of them are left-handed: qfac -1
    }

    void sformComesBeforeQform() {
        auto file = volume({});
        auto elsewhere = file.sform;
        for (auto& row : elsewhere) row[3] += 100;
        file.setQform(elsewhere);
        QCOMPARE(valuesOf(written(file)), truth_);
    }

    void metresAndMicrometresAreMillimetres() {
        for (const auto& [units, factor] : {std::pair(1, 0.001), std::pair(3, 1000.0)}) {
            auto file = volume({});
            file.version = 2;
            file.units = units;
            for (auto& row : file.sform)
                for (double& value : row) value *= factor;
            QCOMPARE(valuesOf(written(file)), truth_);
        }
    }

    void withoutAPlaceTheSlicesKeepTheirOrderAndItIsTold() {
        auto file = volume({});
        file.sformCode = 0;
        file.pixdim = {1, 1.5, 2, 3};
        auto sheared = volume({});
        sheared.sform[0][1] += 0.5 * sheared.sform[1][1];  // voxels that are no rectangles
        for (const auto& one : {file, sheared}) {
            const auto shown = written(one);
            QVERIFY(!shown.stack.hasGeometry);
            QCOMPARE(shown.stack.slices.size(), std::size_t{6});
            QCOMPARE(shown.stack.problems.at(0).kind, ProblemKind::GeometryMissing);
            for (int i = 0; i < 6; ++i) QCOMPARE(shown.stack.slices[std::size_t(i)].frame, i);
            QVERIFY(!shown.facts(0).orientation && !shown.facts(0).position);
        }
        const auto spacing = written(file).images[0]->spacing;
        QCOMPARE(spacing, (Spacing{SpacingKind::Patient, 2, 1.5}));
    }

    void tiltedSlicesKeepTheirPositions() {
        // Slices that are not stacked along their normal, as of a tilted gantry.
        auto file = volume({});
        file.sform[1][2] += 0.4 * grid_.step[2];
        const auto shown = written(file);
        QVERIFY(shown.stack.hasGeometry);
        for (std::size_t i = 0; i < 6; ++i) {
            QVERIFY2(shown.images[i]->pixels == dicom_.images[i]->pixels, "pixels");
            const double expected = (*dicom_.facts(i).position)[1] - 0.4 * grid_.step[2] * double(i);
            QVERIFY(std::abs((*shown.facts(i).position)[1] - expected) < 1e-3);
        }
    }

    void timePointsAreStacks() {
        auto file = volume({});
        const auto [affine, size] = stored(grid_, {});
        file.setSize(size[0], size[1], size[2], 3);
        file.setVoxels([](int i, int, int k, int volume) { return 1000 * volume + 10 * k + i; });
        writeBytes(path_ / "times.nii", file.bytes());
        const auto study = readStudyOfFile(path_ / "times.nii");
        const auto stacks = makeStacks(study.series.at(0));
        QCOMPARE(stacks.size(), std::size_t{3});
        FrameDecoder decoder;
        for (int time = 0; time < 3; ++time) {
            const auto& stack = stacks[std::size_t(time)];
            QCOMPARE(QByteArray::fromStdString(stack.label), "time point " + QByteArray::number(time + 1));
            QCOMPARE(stack.slices.size(), std::size_t{6});
            for (int k = 0; k < 6; ++k) {
                const auto image = decoder.decode(path_ / "times.nii", stack.slices[std::size_t(k)].frame);
                QCOMPARE(modalityValueAt(*image, 5, 0), std::optional(1000.0 * time + 10 * k + 5));
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestNiftiPlace)
#include "tst_nifti_place.moc"
