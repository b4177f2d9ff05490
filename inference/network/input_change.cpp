// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/input_change.h"

#include <algorithm>
#include <string>
#include <utility>

#include "imaging/error.h"
#include "inference/findings/counter_random.h"
#include "inference/findings/model_card.h"
#include "inference/network/grey_image.h"

namespace residua {

namespace {

/// Output pixel → input pixel, in whole numbers, for an output of width × height.
using Place = std::pair<int, int> (*)(int x, int y, int width, int height);

Place placeOf(Orientation orientation, std::uint64_t number) {
    switch (orientation) {
        case Orientation::Mirrored:
            return [](int x, int y, int width, int) { return std::pair(width - 1 - x, y); };
        case Orientation::UpsideDown:
            if (number % 2 == 0)
                return [](int x, int y, int width, int height) {
                    return std::pair(width - 1 - x, height - 1 - y);
                };
            return [](int x, int y, int, int height) { return std::pair(x, height - 1 - y); };
        case Orientation::RotatedLeft:  // what was on the right is above
            return [](int x, int y, int, int height) { return std::pair(height - 1 - y, x); };
        case Orientation::RotatedRight:
            return [](int x, int y, int width, int) { return std::pair(y, width - 1 - x); };
        case Orientation::AsTrained:
            break;
    }
    return [](int x, int y, int, int) { return std::pair(x, y); };
}

bool turns(Orientation orientation) {
    return orientation == Orientation::RotatedLeft || orientation == Orientation::RotatedRight;
}

/// Where the shown part lies after the change; all is shown where all was.
ShownPart moved(const ShownPart& shown, Place place, int width, int height) {
    if (shown.right == 0) return shown;
    ShownPart result{width, height, 0, 0};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const auto [fromX, fromY] = place(x, y, width, height);
            if (!shown.holds(fromX, fromY)) continue;
            result.left = std::min(result.left, x), result.right = std::max(result.right, x + 1);
            result.top = std::min(result.top, y), result.bottom = std::max(result.bottom, y + 1);
        }
    return result;
}

GreyImage planeOf(const NetworkInput& input, int channel) {
    GreyImage plane(input.width, input.height);
    const auto size = static_cast<std::ptrdiff_t>(plane.values.size());
    const auto first = input.values.begin() + channel * size;
    plane.values.assign(first, first + size);
    return plane;
}

/// A turned plane brought back to the input's size: its proportions are given up, as a stretched image's are.
GreyImage ofSize(GreyImage plane, int width, int height) {
    if (plane.width == width && plane.height == height) return plane;
    return resample(plane, wholeAxis(plane.width, width), wholeAxis(plane.height, height));
}

template <class Value>
NetworkInput mapped(NetworkInput input, const PreprocessSpec& spec, const Value& valueOf) {
    std::size_t i = 0;
    for (int channel = 0; channel < input.channels; ++channel) {
        const auto c = static_cast<std::size_t>(channel);
        for (int y = 0; y < input.height; ++y)
            for (int x = 0; x < input.width; ++x, ++i) {
                if (!input.shown.holds(x, y)) continue;
                const float grey = input.values[i] * spec.std.at(c) + spec.mean.at(c);
                input.values[i] = (valueOf(grey, x, y) - spec.mean.at(c)) / spec.std.at(c);
            }
    }
    return input;
}

NetworkInput withNoise(const NetworkInput& input, const PreprocessSpec& spec, std::uint64_t number) {
    return mapped(input, spec, [&](float, int x, int y) {  // equal in all channels, as a grey image is
        return static_cast<float>(
            CounterRandom(number, static_cast<std::uint64_t>(x), static_cast<std::uint64_t>(y)).uniform());
    });
}

}  // namespace

NetworkInput inOrientation(const NetworkInput& input, Orientation orientation, std::uint64_t number) {
    const auto place = placeOf(orientation, number);
    const int width = turns(orientation) ? input.height : input.width;
    const int height = turns(orientation) ? input.width : input.height;
    NetworkInput result = input;
    result.values.clear();
    for (int channel = 0; channel < input.channels; ++channel) {
        const auto from = planeOf(input, channel);
        GreyImage to(width, height);
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x) {
                const auto [fromX, fromY] = place(x, y, width, height);
                to.row(y)[x] = from.row(fromY)[fromX];
            }
        const auto fitted = ofSize(std::move(to), input.width, input.height);
        result.values.insert(result.values.end(), fitted.values.begin(), fitted.values.end());
    }
    result.shown = width == input.width ? moved(input.shown, place, width, height) : ShownPart{};
    return result;
}

NetworkInput changedInput(const NetworkInput& input, const PreprocessSpec& spec, std::string_view change,
                          std::uint64_t number) {
    if (change == "inverted") return mapped(input, spec, [](float v, int, int) { return 1 - v; });
    if (change == "noise") return withNoise(input, spec, number);
    if (change == "blank") return mapped(input, spec, [](float, int, int) { return 0.5F; });
    const auto orientation = orientationFromName(change);
    if (!orientation || *orientation == Orientation::AsTrained)
        throw Error(ProblemKind::UsageInvalid, {}, "no change '" + std::string(change) + "'");
    return inOrientation(input, *orientation, number);
}

}  // namespace residua
