// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace residua {

/// How the slices of a mosaic lie in its one image: row by row from the top left, in a square of places of
/// which the last may be empty. Frame i of such a file is tile i.
struct Mosaic {
    int tiles = 1;  ///< 1 to perRow²
    int perRow = 1;
    int tileRows = 0;
    int tileColumns = 0;

    int left(int tile) const { return tile % perRow * tileColumns; }
    int top(int tile) const { return tile / perRow * tileRows; }
};

}  // namespace residua
