// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <string>

namespace residua {

/// What the reader did to the view: one of the eight states of a square.
struct ViewOrientation {
    int quarterTurns = 0;   ///< clockwise; any integer, counted modulo 4
    bool mirrored = false;  ///< left and right swapped, before the turns
    bool operator==(const ViewOrientation&) const = default;
};

/// The patient's directions at the four edges of the view, e.g. "L", "LA"; empty where they cannot be told.
struct SideMarkers {
    std::string left, right, top, bottom;
    bool operator==(const SideMarkers&) const = default;
};

/// Side markers of a turned or mirrored view (PS3.3 C.7.6.1.1.1, C.7.6.2.1.1).
/// @param cosines ImageOrientationPatient: row, then column direction in LPS; a direction is named by its
///   strongest axis, and by the second one too where it is more than 10° off the first
/// @param patientOrientation PatientOrientation, e.g. "L\\F"; read where there are no usable cosines
SideMarkers sideMarkers(const std::optional<std::array<double, 6>>& cosines,
                        const std::string& patientOrientation, ViewOrientation view);

}  // namespace residua
