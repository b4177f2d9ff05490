// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/preprocess/voi_values.h"

#include <algorithm>
#include <cmath>

namespace residua {
namespace {

float windowValue(double value, const Window& window) {
    if (window.function == WindowFunction::Sigmoid) {
        const double width = std::max(window.width, 1e-9);
        return static_cast<float>(1.0 / (1.0 + std::exp(-4.0 * (value - window.center) / width)));
    }
    const bool exact = window.function == WindowFunction::LinearExact;
    const double center = exact ? window.center : window.center - 0.5;
    const double width = exact ? window.width : window.width - 1;
    if (width <= 0) return value > center ? 1.F : 0.F;  // width 1 of LINEAR is a step at its centre
    return static_cast<float>(std::clamp((value - center) / width + 0.5, 0.0, 1.0));
}

float tableValue(double value, const LookupTable& table) {
    const double last = static_cast<double>(table.entries.size()) - 1;
    const auto index = std::clamp(std::round(value) - table.firstInput, 0.0, last);
    const double maximum = std::exp2(table.bits) - 1;
    return static_cast<float>(std::min(table.entries[static_cast<std::size_t>(index)] / maximum, 1.0));
}

}  // namespace

std::vector<float> applyVoi(std::span<const float> modality, const Voi& voi) {
    std::vector<float> values(modality.size());
    const auto apply = [&](auto function) {
        std::transform(modality.begin(), modality.end(), values.begin(), function);
    };
    if (const auto* window = std::get_if<Window>(&voi)) {
        apply([&](float value) { return windowValue(value, *window); });
    } else if (const auto& table = std::get<LookupTable>(voi); !table.entries.empty()) {
        apply([&](float value) { return tableValue(value, table); });
    }
    return values;
}

}  // namespace residua
