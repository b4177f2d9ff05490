// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>

namespace residua {

class Interruption;

/// `residua-engine ARGS…`: one command, its lines on `output`; or `serve`, the protocol on input and output.
/// @return the exit code
int runEngine(int argc, const char* const* argv, std::istream& input, std::ostream& output,
              Interruption& interruption);

}  // namespace residua
