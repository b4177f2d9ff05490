// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <iosfwd>

#include "app/engine.h"

namespace residua {

/// Serves the protocol (protocol.h) with `engine` until the input ends, the other side's protocol differs, or
/// a line is not ours; the latter two are told in a last error reply. What still runs then is cancelled.
/// @param leaveCore called when the window wants one core for itself, or gives it back
/// @return true if the input just ended
bool serve(std::istream& input, std::ostream& output, Engine& engine,
           const std::function<void(bool leave)>& leaveCore = {});

}  // namespace residua
