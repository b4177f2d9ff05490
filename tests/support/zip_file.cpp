// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/zip_file.h"

#include <zip.h>

#include <algorithm>
#include <stdexcept>

#include "imaging/atomic_file.h"

namespace residua::test {

namespace fs = std::filesystem;

void writeZip(const fs::path& file, const std::vector<ZipMember>& members, const std::string& password) {
    int code = 0;
    zip_t* zip = zip_open(file.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    if (zip == nullptr) throw std::runtime_error("no archive could be made");
    for (const auto& member : members) {
        auto* source = zip_source_buffer(zip, member.bytes.data(), member.bytes.size(), 0);
        const auto index = zip_file_add(zip, member.name.c_str(), source, ZIP_FL_ENC_UTF_8);
        if (index < 0) throw std::runtime_error("no file could be added");
        if (member.encryption == ZipEncryption::None) continue;
        const auto method = member.encryption == ZipEncryption::Aes256 ? ZIP_EM_AES_256 : ZIP_EM_TRAD_PKWARE;
        if (zip_file_set_encryption(zip, static_cast<zip_uint64_t>(index), static_cast<zip_uint16_t>(method),
                                    password.c_str()) != 0)
            throw std::runtime_error("no such encryption");
    }
    if (zip_close(zip) != 0) throw std::runtime_error(zip_strerror(zip));
}

std::vector<ZipMember> membersOf(const fs::path& folder, ZipEncryption encryption) {
    std::vector<ZipMember> members;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            members.push_back(
                {entry.path().lexically_relative(folder).string(), readWholeFile(entry.path()), encryption});
    std::ranges::sort(members, {}, &ZipMember::name);
    return members;
}

}  // namespace residua::test
