// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace residua {

/// The engine works behind the window: lowered priority for this process and what it starts.
void lowerPriority();

/// Keeps all threads of this process off one core, or gives it back. The number of threads stays, so that
/// results stay the same bit by bit. Does nothing on a machine with one core.
void leaveOneCore(bool leave);

}  // namespace residua
