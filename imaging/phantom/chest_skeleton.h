// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/phantom/chest_anatomy.h"
#include "imaging/phantom/plane.h"

namespace residua::phantom {

/// Path lengths through bone in cm of cortical bone, trabecular bone counted by its density: ribs, spine,
/// clavicles, shoulder blades, arms, breastbone.
Plane projectSkeleton(const ChestAnatomy& chest, const Plane& film, Random& random);

}  // namespace residua::phantom
