// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace residua::test {

enum class ZipEncryption { None, Traditional, Aes256 };

struct ZipMember {
    std::string name;
    std::string bytes;
    ZipEncryption encryption = ZipEncryption::None;
};

/// Writes an archive as other programs do, deflated; names are taken as they are.
void writeZip(const std::filesystem::path& file, const std::vector<ZipMember>& members,
              const std::string& password = {});

/// All files below a folder, named relative to it.
std::vector<ZipMember> membersOf(const std::filesystem::path& folder,
                                 ZipEncryption encryption = ZipEncryption::None);

}  // namespace residua::test
