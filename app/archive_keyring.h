// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <mutex>
#include <string>

#include "imaging/containers/archive_path.h"

namespace residua {

/// The passwords that the reader has given for ZIP archives. They live as long as the window and reach no
/// file; the engine gets them with each request. Thread-safe.
class ArchiveKeyring {
public:
    void set(const std::filesystem::path& archive, const std::string& password);
    ArchivePasswords all() const;

private:
    mutable std::mutex mutex_;
    ArchivePasswords passwords_;
};

}  // namespace residua
