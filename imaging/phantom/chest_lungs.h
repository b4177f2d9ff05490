// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/phantom/chest_anatomy.h"
#include "imaging/phantom/plane.h"

namespace residua::phantom {

/// Blood vessels of both lungs, in cm of water beyond the lung around them: trees that divide and taper from
/// the hila, kept to where there is lung.
Plane projectVessels(const ChestAnatomy& chest, const Plane& lung, Random& random);

struct LungLesion {
    Plane water;  ///< cm of water in place of air, 0 outside the lungs
};

/// One opacity: a consolidation with soft irregular borders and open bronchi, or a rounder mass, at a place
/// where most of the lung's depth is free.
LungLesion drawLungLesion(const ChestAnatomy& chest, const Plane& lung, Random& random);

}  // namespace residua::phantom
