// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace residua {

/// A spacing is always named: a length on a projection radiograph is only as good as its calibration.
enum class SpacingKind {
    None,                    ///< lengths are in pixels
    Patient,                 ///< PixelSpacing of a cross-sectional image: mm in the patient
    Detector,                ///< ImagerPixelSpacing: mm at the detector plane
    MagnificationCorrected,  ///< ImagerPixelSpacing / EstimatedRadiographicMagnificationFactor
    Calibrated,  ///< PixelSpacing of a projection, calibrated or unlike ImagerPixelSpacing (PS3.3 10.7.1.3)
};

struct Spacing {
    SpacingKind kind = SpacingKind::None;
    double row = 1;     ///< mm between the centres of adjacent rows (vertical)
    double column = 1;  ///< mm between the centres of adjacent columns (horizontal)
    bool operator==(const Spacing&) const = default;
};

}  // namespace residua
