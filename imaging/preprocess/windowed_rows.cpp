// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/preprocess/windowed_rows.h"

#include <algorithm>
#include <limits>
#include <string>

#include "imaging/error.h"
#include "imaging/pixels/grey_pipeline.h"
#include "imaging/preprocess/voi_values.h"

namespace residua {
namespace {

void requirePixels(const Image& image) {
    const std::size_t samples = image.isColour() ? 3 : 1;
    const auto size = std::visit([](const auto& pixels) { return pixels.size(); }, image.pixels);
    if (image.width <= 0 || image.height <= 0 ||
        size != samples * static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height))
        throw Error(ProblemKind::PixelHeaderInvalid, {},
                    std::to_string(image.width) + " x " + std::to_string(image.height) + " with " +
                        std::to_string(size) + " pixels");
}

/// An image of one row that holds every value its pixels' type can take, lowest first.
Image rampOf(const Image& image) {
    Image ramp;
    std::visit(
        [&](const auto& pixels) {
            using Pixel = typename std::decay_t<decltype(pixels)>::value_type;
            using Limits = std::numeric_limits<Pixel>;
            std::vector<Pixel> all;
            for (int value = Limits::min(); value <= Limits::max(); ++value)
                all.push_back(static_cast<Pixel>(value));
            ramp.width = static_cast<int>(all.size());
            ramp.pixels = std::move(all);
        },
        image.pixels);
    ramp.height = 1;
    ramp.photometric = image.photometric;
    ramp.bitsStored = image.bitsStored;
    ramp.rescaleSlope = image.rescaleSlope;
    ramp.rescaleIntercept = image.rescaleIntercept;
    ramp.modalityLut = image.modalityLut;
    return ramp;
}

int lowestStored(const Image& image) {
    return std::holds_alternative<std::vector<std::int16_t>>(image.pixels)
               ? std::numeric_limits<std::int16_t>::min()
               : 0;
}

}  // namespace

WindowedRows::WindowedRows(const Image& image, const PreprocessSpec& spec) : image_(image) {
    requirePixels(image);
    const Voi voi = spec.window == PreprocessSpec::WindowChoice::Image
                        ? defaultVoi(image)
                        : Voi(percentileWindow(image, spec.lowPercentile, spec.highPercentile));
    if (image.isColour()) {
        values_ = applyVoi(modalityValues(image), voi);
        return;
    }
    table_ = applyVoi(modalityValues(rampOf(image)), voi);
    if (image.photometric == Photometric::Monochrome1)
        for (float& value : table_) value = 1 - value;
    if (image.padding) {
        const int lowest = lowestStored(image);
        const int last = static_cast<int>(table_.size()) - 1;
        for (int stored = std::max(image.padding->first - lowest, 0);
             stored <= std::min(image.padding->second - lowest, last); ++stored)
            table_[static_cast<std::size_t>(stored)] = 0;
    }
}

void WindowedRows::read(int y, int first, int count, float* out) const {
    const auto offset = static_cast<std::ptrdiff_t>(y) * image_.width + first;
    if (table_.empty()) {
        std::copy_n(values_.begin() + offset, count, out);
        return;
    }
    const float* table = table_.data() - lowestStored(image_);
    std::visit(
        [&](const auto& pixels) {
            std::transform(pixels.begin() + offset, pixels.begin() + offset + count, out,
                           [table](auto stored) { return table[stored]; });
        },
        image_.pixels);
}

}  // namespace residua
