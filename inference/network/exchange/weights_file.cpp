// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/exchange/weights_file.h"

#include <array>
#include <fstream>
#include <string_view>

#include "imaging/atomic_file.h"
#include "imaging/error.h"
#include "inference/network/exchange/torch_archive.h"

namespace residua {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

namespace {

constexpr auto kZipStart = "PK\3\4"sv;
// A pickle of protocol 2 that begins with torch.save's magic number, 0x1950a86a20f9469cfc6c.
constexpr auto kOldTorchStart = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"sv;

std::string firstBytes(const fs::path& path) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) throw Error(ProblemKind::FileMissing, path);
    if (!fs::is_regular_file(status)) throw Error(ProblemKind::FileUnreadable, path, "not a regular file");
    std::ifstream file(path, std::ios::binary);
    if (!file) throw Error(ProblemKind::FileUnreadable, path);
    std::array<char, kOldTorchStart.size()> bytes{};
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (file.gcount() == 0) throw Error(ProblemKind::FileEmpty, path);
    return {bytes.data(), static_cast<std::size_t>(file.gcount())};
}

}  // namespace

WeightsFile readWeightsFile(const fs::path& path) {
    const auto start = firstBytes(path);
    if (start == kOldTorchStart) throw Error(ProblemKind::WeightsFormatOld, path);
    if (start.starts_with(kZipStart)) return readTorchArchive(path);
    WeightsFile file;
    file.path = path;
    const auto safetensors = std::make_shared<const Safetensors>(readWholeFile(path), path);
    file.tensors = safetensors->tensors();
    file.memory = safetensors;
    return file;
}

}  // namespace residua
