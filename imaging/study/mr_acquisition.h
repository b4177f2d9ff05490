// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <string>

#include "imaging/study/study.h"

namespace residua {

/// What an MR image was taken as, as far as its header tells; empty = not told.
struct MrAcquisition {
    /// "T1", "T2", "T2*", "PD", "FLAIR", "STIR", "DWI", "ADC", "MRA", "PERFUSION", "BOLD" or "LOCALIZER"
    std::string sequence;
    std::string sequenceSource;  ///< the attribute that told, e.g. "SeriesDescription (0008,103E)"
    std::string contrast;        ///< a contrast agent: "YES" or "NO"; empty for other modalities
    std::string contrastSource;
};

/// By a table of rules; the first that applies counts: AcquisitionContrast (PS3.3 C.8.13.3.1), ImageType and
/// b-value, words of SeriesDescription, ProtocolName and SequenceName, then the times of a spin echo.
/// Contrast: ContrastBolusAgent, else words of SeriesDescription and ProtocolName, else NO, since the
/// standard wants the agent named where there was one. Of other modalities only a LOCALIZER is told.
MrAcquisition mrAcquisition(const Series& series, const Instance& instance);

/// "AXIAL", "CORONAL", "SAGITTAL", or "OBLIQUE" where the slice is turned by more than 37 degrees from all of
/// them; empty without an orientation.
/// @param orientation as Instance::orientation
std::string planeOf(const std::optional<std::array<double, 6>>& orientation);

}  // namespace residua
