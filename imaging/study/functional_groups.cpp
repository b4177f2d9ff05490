// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/functional_groups.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "imaging/study/element_value.h"

namespace residua {

namespace {

constexpr std::uint32_t kShared = 0x52009229, kPerFrame = 0x52009230, kDimensions = 0x00209222;

// Ours: ten times the frames of the longest series that we know of; more would be memory for nothing.
constexpr std::size_t kMostFrames = 100'000;
constexpr std::size_t kMostDimensions = 32;

/// A macro's element: the sequence around it and itself.
constexpr std::uint64_t inMacro(std::uint32_t sequence, std::uint32_t tag) {
    return std::uint64_t{sequence} << 32 | tag;
}

void takeFirst(std::optional<double>& value, const GateElement& element, std::string_view vr) {
    const auto numbers = numbersOf(element, vr);
    if (!value && !numbers.empty()) value = numbers.front();
}

/// Unsigned long values, also in implicit VR.
std::vector<std::uint32_t> indicesOf(const GateElement& element) {
    std::vector<std::uint32_t> indices;
    for (const double value : numbersOf(element, "UL"))
        if (indices.size() < kMostDimensions)
            indices.push_back(value >= 0 && value < 4e9 ? static_cast<std::uint32_t>(value) : 0);
    return indices;
}

/// An attribute tag (AT): two words, group and element.
std::optional<std::uint32_t> pointerOf(const GateElement& element) {
    if (element.value.size() != 4) return std::nullopt;
    const auto word = [&](std::size_t at) {
        const auto low = std::to_integer<std::uint32_t>(element.value[at]);
        const auto high = std::to_integer<std::uint32_t>(element.value[at + 1]);
        return element.byteOrder == std::endian::big ? low << 8 | high : high << 8 | low;
    };
    return word(0) << 16 | word(2);
}

void takeInto(Frame& frame, std::uint32_t macro, const GateElement& element) {
    switch (inMacro(macro, tagOf(element))) {
        case inMacro(0x00209113, 0x00200032):  // plane position
            frame.position = positionOf(numbersOf(element, "DS"));
            return;
        case inMacro(0x00209116, 0x00200037):  // plane orientation
            frame.orientation = orientationOf(numbersOf(element, "DS"));
            return;
        case inMacro(0x00189114, 0x00189082):  // MR echo
            return takeFirst(frame.echoTime, element, "FD");
        case inMacro(0x00189117, 0x00189087):  // MR diffusion
            return takeFirst(frame.bValue, element, "FD");
        case inMacro(0x00189118, 0x00209153):  // cardiac synchronization: delay after the trigger
            return takeFirst(frame.temporalPosition, element, "FD");
        case inMacro(0x00189226, 0x00089007):  // frame type of MR, CT, PET
        case inMacro(0x00189329, 0x00089007):
        case inMacro(0x00189751, 0x00089007):
            frame.type = textOf(element);
            return;
        case inMacro(0x00209111, 0x00209056):  // frame content
            frame.stackId = textOf(element);
            return;
        case inMacro(0x00209111, 0x00209128): {
            const auto index = numbersOf(element, "UL");
            if (!index.empty()) frame.temporalPosition = index.front();
            return;
        }
        case inMacro(0x00209111, 0x00209157):
            frame.indices = indicesOf(element);
            return;
        default:
            return;
    }
}

template <typename Value>
void complete(std::optional<Value>& value, const std::optional<Value>& shared) {
    if (!value) value = shared;
}

}  // namespace

void FunctionalGroups::clear() {
    shared_ = {};
    perFrame_.clear();
    dimensions_.clear();
}

Frame* FunctionalGroups::frameAt(std::uint32_t sequence, std::size_t item) {
    if (sequence == kShared) return item == 0 ? &shared_ : nullptr;
    if (sequence != kPerFrame || item >= kMostFrames) return nullptr;
    if (item >= perFrame_.size()) perFrame_.resize(item + 1);
    return &perFrame_[item];
}

void FunctionalGroups::take(const GateElement& element, std::span<const std::uint32_t> enclosing) {
    if (enclosing.size() == 1 && enclosing[0] == kDimensions && tagOf(element) == 0x00209165) {
        if (dimensions_.size() < kMostDimensions) dimensions_.push_back(pointerOf(element).value_or(0));
    } else if (enclosing.size() == 2) {
        if (Frame* frame = frameAt(enclosing[0], element.topItem)) takeInto(*frame, enclosing[1], element);
    }
}

std::vector<Frame> FunctionalGroups::frames(int count) const {
    if (count < 2 || perFrame_.size() < static_cast<std::size_t>(count)) return {};
    auto frames = perFrame_;
    frames.resize(static_cast<std::size_t>(count));
    for (auto& frame : frames) {
        complete(frame.position, shared_.position);
        complete(frame.orientation, shared_.orientation);
        complete(frame.echoTime, shared_.echoTime);
        complete(frame.bValue, shared_.bValue);
        complete(frame.temporalPosition, shared_.temporalPosition);
        if (frame.type.empty()) frame.type = shared_.type;
    }
    return frames;
}

std::optional<std::array<double, 3>> positionOf(const std::vector<double>& numbers) {
    if (numbers.size() < 3) return std::nullopt;
    return std::array{numbers[0], numbers[1], numbers[2]};
}

std::optional<std::array<double, 6>> orientationOf(const std::vector<double>& numbers) {
    if (numbers.size() < 6) return std::nullopt;
    std::array<double, 6> cosines{};
    std::copy_n(numbers.begin(), 6, cosines.begin());
    const auto length = [&](std::size_t i) { return std::hypot(cosines[i], cosines[i + 1], cosines[i + 2]); };
    const double across = cosines[0] * cosines[3] + cosines[1] * cosines[4] + cosines[2] * cosines[5];
    // Ours: cosines that are no two perpendicular directions say nothing.
    if (std::abs(length(0) - 1) > 0.05 || std::abs(length(3) - 1) > 0.05 || std::abs(across) > 0.05)
        return std::nullopt;
    return cosines;
}

}  // namespace residua
