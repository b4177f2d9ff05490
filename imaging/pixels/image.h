// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "imaging/geometry/spacing.h"

namespace residua {

enum class Photometric { Monochrome1, Monochrome2, Rgb };  ///< palette and YBR are Rgb once decoded

enum class WindowFunction {
    Linear,
    LinearExact,
    Sigmoid
};  ///< VOILUTFunction, PS3.3 C.11.2.1.2.1 and C.11.2.1.3

/// Centre and width in the modality LUT's output units. width >= 1 for Linear, > 0 otherwise.
struct Window {
    double center = 0;
    double width = 1;
    WindowFunction function = WindowFunction::Linear;
    std::string explanation;  ///< WindowCenterWidthExplanation, or where it came from ("auto")
    bool operator==(const Window&) const = default;
};

/// A modality or VOI LUT sequence item (PS3.3 C.11.1, C.11.2): inputs from firstInput on; those outside take
/// the first or last entry.
struct LookupTable {
    int firstInput = 0;
    int bits = 16;  ///< of each entry, 8 to 16
    std::vector<std::uint16_t> entries;
    std::string explanation;
};

/// What lies over a pixel, as bits of Image::cover.
constexpr std::uint8_t kOverlaid = 1;   ///< a graphic, or the outline of a region (PS3.3 C.9.2)
constexpr std::uint8_t kShuttered = 2;  ///< outside of the display shutter (PS3.3 C.7.6.11)

/// One decoded frame: stored values, immutable once made and shared as std::shared_ptr<const Image>.
struct Image {
    int width = 0;
    int height = 0;
    Photometric photometric = Photometric::Monochrome2;
    /// Row by row, width × height values; colour is interleaved R, G, B as std::uint8_t (3 × width × height).
    std::variant<std::vector<std::uint8_t>, std::vector<std::int16_t>, std::vector<std::uint16_t>> pixels;
    int bitsStored = 8;  ///< 1 to 16

    double rescaleSlope = 1;
    double rescaleIntercept = 0;
    std::optional<LookupTable> modalityLut;  ///< takes the place of slope and intercept
    std::string units;                       ///< RescaleType or ModalityLUTType, e.g. "HU"; "" = arbitrary
    std::vector<Window> windows;             ///< the file's own, in its order
    std::vector<LookupTable> voiLuts;        ///< the file's own; honoured before the windows
    /// Stored values first ≤ v ≤ second are padding (PS3.3 C.7.5.1.1.2): out of statistics; shown through the
    /// window like any value, as DCMTK does.
    std::optional<std::pair<int, int>> padding;
    Spacing spacing;

    /// A byte a pixel, width × height; empty where nothing lies over the image. Only shown: the pixels below
    /// stay what they are, for networks too; what is shuttered is out of statistics, as padding is.
    std::vector<std::uint8_t> cover;
    std::uint8_t covered = 0;      ///< the bits that occur in `cover`
    std::uint8_t shutterGrey = 0;  ///< what is shuttered is shown as, 0 = black

    bool isColour() const { return photometric == Photometric::Rgb; }
    std::size_t byteSize() const;
};

/// Adds bits to the cover of a pixel.
void coverPixel(Image& image, std::size_t pixel, std::uint8_t bits);

/// A part of an image, with all that goes for the whole; the rectangle lies inside.
Image croppedTo(const Image& image, int left, int top, int width, int height);

/// Whether a pixel of an image stored in colour differs between its channels by more than a lossy codec's
/// rounding.
bool showsColour(const Image& image);

/// Whether all pixels, padding apart, have one value: a plate that was not exposed, a slice outside the
/// field.
bool isBlank(const Image& image);

/// What a viewport paints: 0xffRRGGBB, row by row (QImage::Format_RGB32).
struct DisplayImage {
    int width = 0;
    int height = 0;
    std::vector<std::uint32_t> argb;
};

}  // namespace residua
