// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/phantom/phantom.h"

namespace residua::phantom {

/// A frontal chest radiograph; options.slices is not used.
Phantom simulateChest(const PhantomOptions& options);

}  // namespace residua::phantom
