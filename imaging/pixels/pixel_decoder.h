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

/// Decodes one frame (from 0), of a mosaic one tile, of a DICOM file that passed the gate. Throws Error with
/// a pixel kind.
std::shared_ptr<const Image> decodeFrame(const GatedFile& file, int frame);

/// The stored values, grey: a palette is left aside, since the indices of a label map are its meaning. Throws
/// as decodeFrame.
std::shared_ptr<const Image> decodeIndices(const GatedFile& file, int frame);

/// One frame as a FrameDecoder reads it; who wants several frames of a file keeps one.
std::shared_ptr<const Image> decodeFrame(const std::filesystem::path& path, int frame = 0,
                                         const ArchivePasswords& passwords = {});

/// Transfer syntaxes that decodeFrame reads.
bool canDecode(std::string_view transferSyntaxUid);

}  // namespace residua
