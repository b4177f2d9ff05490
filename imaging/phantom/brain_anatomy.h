// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "imaging/phantom/noise.h"
#include "imaging/phantom/random.h"

namespace residua::phantom {

/// Lengths in mm: x to the patient's left, y to the back, z to the top of the head; 0 = middle of the head.
struct Point3 {
    float x = 0, y = 0, z = 0;
};

struct BrainLesion {
    Point3 centre;
    float rx = 12, ry = 12, rz = 12;
    float roughness = 0.2F;  ///< of the border, as a part of the radius
    float rim = 0;           ///< mm of enhancing wall around a dark middle; 0 = enhancing throughout
    float oedema = 10;       ///< mm of swollen white matter around
    Noise outline{0};

    /// Distance in mm to the border, negative inside.
    float distance(Point3 p) const;
};

struct BrainAnatomy {
    float halfWidth = 74, halfLength = 94, height = 88;
    float age = 45;  ///< years
    float scalp = 6, skull = 7, subarachnoid = 2;
    float sulcusWidth = 1, ventricles = 1;
    float gyrusSize = 16;
    Noise folds{0}, branches{0}, shape{0}, texture{0};
    std::optional<BrainLesion> lesion;

    /// Depth below the skin in mm, negative outside.
    float depth(Point3 p) const;
    /// Depth of the brain's surface below the skin.
    float brainDepth() const { return scalp + skull + subarachnoid; }
};

BrainAnatomy drawBrainAnatomy(Random& random);
BrainLesion drawBrainLesion(const BrainAnatomy& brain, Random& random);

/// Signal of each tissue, 0 to 1, for one weighting.
struct TissueSignal {
    float skin, fat, muscle, bone, marrow, csf, grey, white, deepGrey, lesion, necrosis, oedema, eye;
};

/// What a voxel at p gives: air 0.
float tissueSignal(const BrainAnatomy& brain, const TissueSignal& signal, Point3 p);

/// Distance in mm to the ventricles, negative inside.
float ventricleDistance(const BrainAnatomy& brain, Point3 p);

}  // namespace residua::phantom
