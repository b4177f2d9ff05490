// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "imaging/containers/archive_path.h"
#include "imaging/pixels/image.h"
#include "imaging/study/study.h"

namespace residua {

struct GatedFile;

/// Decodes one frame (from 0) of a DICOM file that passed the gate. Throws Error with a pixel kind.
std::shared_ptr<const Image> decodeFrame(const GatedFile& file, int frame);

/// Reads, gates and decodes: a DICOM file or a JPEG/PNG picture (8 and 16 bit), told apart by their first
/// bytes; also one inside a ZIP archive.
std::shared_ptr<const Image> decodeFrame(const std::filesystem::path& path, int frame = 0,
                                         const ArchivePasswords& passwords = {});

/// Transfer syntaxes that decodeFrame reads.
bool canDecode(std::string_view transferSyntaxUid);

}  // namespace residua
