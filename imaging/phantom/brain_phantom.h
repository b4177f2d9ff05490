// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/phantom/phantom.h"

namespace residua::phantom {

/// An axial MR stack of a head, T1-like with contrast agent, or T2-like.
Phantom simulateBrain(const PhantomOptions& options);

}  // namespace residua::phantom
