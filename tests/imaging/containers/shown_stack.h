// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "imaging/error.h"
#include "imaging/geometry/orientation.h"
#include "imaging/pixels/frame_decoder.h"
#include "imaging/pixels/grey_pipeline.h"
#include "imaging/study/stack.h"
#include "imaging/study/study_scanner.h"

namespace residua::test {

using Point3 = std::array<double, 3>;
using Place = std::array<long, 3>;

/// A point of the patient to a hundredth of a millimetre; the addend keeps round numbers off the edges.
inline Place placeOf(const Point3& point) {
    Place place{};
    std::ranges::transform(point, place.begin(), [](double mm) { return std::lround(mm * 100 + 0.137); });
    return place;
}

/// Where a pixel lies, mm.
inline Point3 pixelPlace(const Frame& facts, const Spacing& spacing, int x, int y) {
    Point3 point = facts.position.value();
    for (std::size_t i = 0; i < 3; ++i)
        point[i] += facts.orientation.value()[i] * spacing.column * x +
                    facts.orientation.value()[i + 3] * spacing.row * y;
    return point;
}

/// A stack as a reader sees it: its slices in order, decoded.
struct Shown {
    Series series;
    Stack stack;
    std::vector<std::shared_ptr<const Image>> images;

    const Instance& instance(std::size_t slice) const {
        return series.instances[stack.slices[slice].instance];
    }
    Frame facts(std::size_t slice) const { return frameOf(instance(slice), stack.slices[slice].frame); }
};

/// The first stack of a file or folder. Throws Error with the first problem.
inline Shown open(const std::filesystem::path& path) {
    const auto scan = scanStudies({path});
    if (!scan.problems.empty()) throw Error(scan.problems.front());
    Shown shown{scan.studies.at(0).series.at(0), {}, {}};
    shown.stack = makeStacks(shown.series).at(0);
    FrameDecoder decoder;
    for (const auto& slice : shown.stack.slices)
        shown.images.push_back(decoder.decode(shown.series.instances[slice.instance].path, slice.frame));
    return shown;
}

/// The modality value at each place of the patient.
inline std::map<Place, double> valuesOf(const Shown& shown) {
    std::map<Place, double> values;
    for (std::size_t slice = 0; slice < shown.images.size(); ++slice) {
        const auto& image = *shown.images[slice];
        for (int y = 0; y < image.height; ++y)
            for (int x = 0; x < image.width; ++x)
                values[placeOf(pixelPlace(shown.facts(slice), image.spacing, x, y))] =
                    *modalityValueAt(image, x, y);
    }
    return values;
}

/// What differs between a volume and the DICOM stack that it was made of; empty where nothing does.
inline std::string differenceOf(const Shown& volume, const Shown& dicom) {
    if (volume.images.size() != dicom.images.size()) return "the number of slices";
    for (std::size_t i = 0; i < dicom.images.size(); ++i) {
        const auto facts = volume.facts(i), expected = dicom.facts(i);
        const auto where = " of slice " + std::to_string(i);
        if (modalityValues(*volume.images[i]) != modalityValues(*dicom.images[i]))
            return "the pixels" + where;
        for (std::size_t axis = 0; axis < 3; ++axis)
            if (!(std::abs((*facts.position)[axis] - (*expected.position)[axis]) < 0.01))
                return "the place" + where;
        for (std::size_t part = 0; part < 6; ++part)
            if (!(std::abs((*facts.orientation)[part] - (*expected.orientation)[part]) < 1e-4))
                return "the orientation" + where;
        const auto &spacing = volume.images[i]->spacing, &wanted = dicom.images[i]->spacing;
        if (spacing.kind != wanted.kind || !(std::abs(spacing.row - wanted.row) < 1e-5) ||
            !(std::abs(spacing.column - wanted.column) < 1e-5))
            return "the spacing" + where;
        if (!(sideMarkers(facts.orientation, {}, {}) == sideMarkers(expected.orientation, {}, {})))
            return "the sides" + where;
    }
    return {};
}

}  // namespace residua::test
