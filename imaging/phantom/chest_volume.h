// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/phantom/chest_anatomy.h"
#include "imaging/phantom/plane.h"

namespace residua::phantom {

/// Path lengths through the soft parts of the chest along parallel rays, in cm.
struct ChestVolume {
    Plane body;  ///< all of the body, lungs included
    Plane lung;  ///< aerated lung
    Plane fat;
    Plane gas;  ///< windpipe, bronchi, stomach, bowel
};

ChestVolume projectChest(const ChestAnatomy& chest, const Plane& film);

}  // namespace residua::phantom
