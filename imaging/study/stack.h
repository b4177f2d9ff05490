// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "imaging/study/study.h"

namespace residua {

/// One image of a stack: an instance of the series and a frame of it.
struct Slice {
    std::size_t instance = 0;  ///< index into Series::instances
    int frame = 0;             ///< from 0
    double location = 0;       ///< mm along the stack's normal; 0 without geometry
};

/// Slices of one kind, ordered along the normal of ImageOrientationPatient (PS3.3 C.7.6.2.1.1).
struct Stack {
    std::string
        label;  ///< what sets it apart from the series' other stacks, e.g. "TE 30 ms", "b 1000"; or empty
    std::vector<Slice> slices;
    double spacingBetweenSlices = 0;  ///< mm, median of the gaps; 0 with fewer than two slices
    bool hasGeometry = false;
    bool isLocalizer =
        false;  ///< a scout, to plan other images on: by ImageType, words, or few slices in several planes
    std::vector<Problem>
        problems;  ///< SlicesMissing, SlicesDoubled, GeometryMissing, FrameGroupsMissing, with the positions
};

/// Splits a series by orientation, size, kind of image, echo, b-value and time, multi-frame images by what
/// their functional groups and dimensions say of each frame, and orders each part by position along the
/// normal; without geometry by instance and frame number. Instances without pixels are left out.
std::vector<Stack> makeStacks(const Series& series);

}  // namespace residua
