// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/archive_keyring.h"

namespace residua {

void ArchiveKeyring::set(const std::filesystem::path& archive, const std::string& password) {
    const std::lock_guard lock(mutex_);
    passwords_[archive] = password;
}

ArchivePasswords ArchiveKeyring::all() const {
    const std::lock_guard lock(mutex_);
    return passwords_;
}

}  // namespace residua
