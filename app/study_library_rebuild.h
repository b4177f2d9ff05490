// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>

namespace residua {

class StudyLibrary;

/// What came over from a damaged library.
struct RebuiltLibrary {
    std::size_t studies = 0;
    std::size_t answers = 0;     ///< all that were ever given
    std::size_t results = 0;     ///< of networks, one an image
    std::filesystem::path kept;  ///< where the damaged file is now
    bool isWhole = true;         ///< false: some rows could not be read
};

/// Puts a new library in the place of the damaged one, with every row that can still be read, page by page;
/// the damaged file stays beside it under a name with the date. Nobody may have the library open.
/// @param session answers that were kept in memory meanwhile; they come over as well
/// Throws Error DiskFull, WriteFailed or LibraryUnusable; then the damaged file is where it was.
RebuiltLibrary rebuildLibrary(const std::filesystem::path& file, StudyLibrary* session = nullptr);

}  // namespace residua
