// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/pixels/image.h"

class DcmItem;

namespace residua {

/// Covers what lies outside of the display shutter of a parsed dataset (PS3.3 C.7.6.11; of a frame
/// C.7.6.16.2.15): rectangle, circle and polygon, together what lies inside all of them. Edges and corners
/// are open. A shutter that would leave nothing open is left away. Bitmap shutters come with the overlays.
/// @param image its size and spacing are known
void readShutter(DcmItem& dataset, Image& image);

}  // namespace residua
