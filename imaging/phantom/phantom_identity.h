// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "imaging/phantom/phantom.h"

namespace residua::phantom {

/// Who the simulated patient is; everything follows from the phantom's options.
struct Identity {
    std::string patientName, patientId, birthDate, age;
    std::string studyDate, studyTime, accessionNumber;
    std::string studyUid, seriesUid, frameOfReferenceUid;
    std::string fileStem;  ///< e.g. "chest-0007-opacity"
};

Identity identityOf(const Phantom& phantom);

/// The UID of a slice's SOP instance.
std::string instanceUid(const Phantom& phantom, std::size_t slice);

}  // namespace residua::phantom
