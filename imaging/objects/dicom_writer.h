// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "imaging/atomic_file.h"

class DcmFileFormat;

namespace residua {

/// Writes a DICOM object so that it is whole or absent: DCMTK writes into memory (its saveFile says 'Normal'
/// on a full disk), an AtomicFile takes the bytes. Explicit little endian. Throws Error DiskFull or
/// WriteFailed.
void writeDicom(DcmFileFormat& object, const std::filesystem::path& target, const WriteCall& write = {});

}  // namespace residua
