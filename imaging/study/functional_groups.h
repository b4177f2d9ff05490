// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "imaging/study/file_gate.h"
#include "imaging/study/study.h"

namespace residua {

/// Gathers what the shared and per-frame functional groups of a multi-frame image say, while it is walked
/// (PS3.3 C.7.6.16 and C.7.6.17).
class FunctionalGroups {
public:
    void clear();
    /// @param enclosing tags of the sequences around the element, outermost first
    void take(const GateElement& element, std::span<const std::uint32_t> enclosing);
    /// One a frame, each completed by the shared groups; empty where the file has groups for fewer frames.
    std::vector<Frame> frames(int count) const;
    const std::vector<std::uint32_t>& dimensions() const { return dimensions_; }

private:
    Frame* frameAt(std::uint32_t sequence, std::size_t item);

    Frame shared_;
    std::vector<Frame> perFrame_;
    std::vector<std::uint32_t> dimensions_;
};

/// The first three numbers as a position; none where there are fewer.
std::optional<std::array<double, 3>> positionOf(const std::vector<double>& numbers);
/// Six numbers as cosines; none where they are no two perpendicular directions.
std::optional<std::array<double, 6>> orientationOf(const std::vector<double>& numbers);

}  // namespace residua
