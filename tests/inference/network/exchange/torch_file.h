// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace residua::test {

/// Pickle opcodes as torch.save writes them, put together by hand.
namespace pickled {
std::string text(const std::string& value);
std::string number(std::uint32_t value);
std::string global(const std::string& module, const std::string& name);
std::string tuple(const std::vector<std::string>& items);
/// An OrderedDict of keys and values, both pickled.
std::string dict(const std::vector<std::pair<std::string, std::string>>& items);
/// _rebuild_tensor_v2 on the storage data/KEY of `numbers` numbers.
std::string tensor(const std::string& key, std::uint32_t numbers, const std::vector<std::uint32_t>& shape,
                   const std::vector<std::uint32_t>& strides, std::uint32_t offset = 0,
                   const std::string& storage = "FloatStorage");
/// With protocol and stop.
std::string whole(const std::string& value);
}  // namespace pickled

/// How a record of the archive is stored.
enum class Stored { Plain, Deflated };

/// Writes a ZIP archive "archive/…" as torch.save's: data.pkl, version and the records given ("data/0", …).
void writeTorchFile(const std::filesystem::path& path, const std::string& pickle,
                    const std::map<std::string, std::string>& records, Stored stored = Stored::Plain);

}  // namespace residua::test
