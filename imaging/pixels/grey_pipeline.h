// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

#include "imaging/pixels/image.h"

namespace residua {

/// Stored value → modality LUT or rescale → VOI LUT or window → presentation (MONOCHROME1 inverted last);
/// PS3.4 N.2.

/// The modality values (e.g. HU) of all pixels, width × height; of a colour image its luma 0 to 255.
std::vector<float> modalityValues(const Image& image);

/// The modality value at a pixel, for the probe; none outside the image. Colour: luma.
std::optional<double> modalityValueAt(const Image& image, int x, int y);

/// A window over the given percentiles (0 to 100) of the modality values without padding and without what is
/// shuttered.
Window percentileWindow(const Image& image, double low = 0.5, double high = 99.5);

/// What to show: one of the file's VOI LUTs, or a window.
using Voi = std::variant<Window, LookupTable>;

/// The image's default: its first VOI LUT, else its first usable window, else percentileWindow.
Voi defaultVoi(const Image& image);

/// Renders to the display range. `invert` swaps black and white on top of the photometric interpretation.
enum class Polarity { AsStored, Inverted };
/// What Image::cover says: overlays in a light colour with a dark edge, the shuttered part in its grey.
enum class Covers { Shown, Hidden };
DisplayImage render(const Image& image, const Voi& voi, Polarity polarity = Polarity::AsStored,
                    Covers covers = Covers::Shown);

/// The same without covers as 8-bit grey, width × height; for comparison with other programs and for
/// thumbnails.
std::vector<std::uint8_t> renderGrey8(const Image& image, const Voi& voi,
                                      Polarity polarity = Polarity::AsStored);

}  // namespace residua
