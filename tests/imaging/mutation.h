// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "tests/support/dicom_bytes.h"

namespace residua::test {

/// A valid file, broken in one way.
struct BrokenFile {
    std::string recipe;  ///< what was done, with places, so that a failure can be understood
    Bytes bytes;
};

/// Breaks `valid` in a way that the seed chooses: cut, bits turned, lengths and numbers replaced, blocks
/// moved, elements of the image contradicted, the transfer syntax exchanged, streams spoilt. The same seed
/// gives the same bytes. Deflated datasets are broken inside, and deflated again.
BrokenFile broken(const Bytes& valid, std::uint64_t seed);

}  // namespace residua::test
