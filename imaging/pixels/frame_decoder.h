// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

#include "imaging/containers/archive_path.h"
#include "imaging/pixels/image.h"
#include "imaging/study/known_file.h"
#include "imaging/study/medium_turns.h"

namespace residua {

/// Reads and decodes frames of files of every kind, told apart by their first bytes: DICOM files that pass
/// the gate, pictures, volumes, also inside ZIP archives. Keeps the last volume in memory (at most 2 GiB)
/// until a file of another kind is read, so that a compressed one is inflated once and not once a frame.
/// Thread-safe: threads that want one volume wait for one reading of it.
class FrameDecoder {
public:
    FrameDecoder();
    ~FrameDecoder();

    /// @param frame from 0
    /// @param known what must still lie there
    /// Throws Error, with the path, of a file or pixel kind; FileChanged where another image lies there.
    std::shared_ptr<const Image> decode(const std::filesystem::path& path, int frame,
                                        const ArchivePasswords& passwords = {}, const KnownFile& known = {},
                                        ReadTurn turn = {});
    /// Lets the kept volume go.
    void clear();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace residua
