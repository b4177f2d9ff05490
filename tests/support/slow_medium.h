// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace residua::test {

/// What a stick, a disc or a share is like, for the files below one folder.
struct Medium {
    double bytesPerSecond = 0;  ///< of all readers together; 0 = no limit
    double openMilliseconds = 0;
    int failure = 0;  ///< errno of every open and read, e.g. EIO; 0 = none
};

/// Makes the folder such a medium for the processes that hold the library residua_slow_medium: it stands
/// before the C library's open and pread. Readers queue, as one medium serves them; a page read once is in
/// the system's memory and comes at once.
///
/// A program that is not linked with it takes it by LD_PRELOAD and these of the environment:
/// RESIDUA_MEDIUM_STATE, a file that all processes of one medium share; RESIDUA_MEDIUM_FOLDER, _SPEED (bytes
/// a second) and _OPEN_MS; RESIDUA_MEDIUM_CORES, the cores that the machine is to seem to have.
void setMedium(const std::filesystem::path& folder, const Medium& medium);

}  // namespace residua::test
