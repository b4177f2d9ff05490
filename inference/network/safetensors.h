// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace residua {

/// The tensors' types that Residua reads and writes (names in the file: F32, F16, BF16, I64).
enum class TensorType { Float32, Float16, BFloat16, Int64 };

/// A tensor as it lies in a file, little-endian, row by row; possibly unaligned, so copy before use.
struct StoredTensor {
    std::string name;
    TensorType type = TensorType::Float32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
};

/// A safetensors file in memory (huggingface/safetensors, format of version 0.4): 8 bytes little-endian
/// header length, a JSON header, the tensors' bytes without gaps. It is read, not mapped: the bytes that were
/// hashed are the bytes that are used, and a file cut short meanwhile cannot end the program. Nothing in it
/// is trusted; a file that breaks a rule throws Error WeightsFormatInvalid, its detail naming rule and
/// tensor.
class Safetensors {
public:
    /// @param path for the problem only
    Safetensors(std::string bytes, const std::filesystem::path& path);

    const std::vector<StoredTensor>& tensors() const { return tensors_; }  ///< in the order of their bytes
    const std::map<std::string, std::string>& metadata() const { return metadata_; }
    const std::filesystem::path& path() const { return path_; }

    Safetensors(Safetensors&&) = delete;  // the tensors point into bytes_
    Safetensors& operator=(Safetensors&&) = delete;

private:
    void readHeader(std::string_view header, std::size_t dataOffset);

    std::string bytes_;
    std::filesystem::path path_;
    std::vector<StoredTensor> tensors_;
    std::map<std::string, std::string> metadata_;
};

/// A whole file, tensors in the order given, each aligned to its type. Names must differ and not be
/// "__metadata__".
std::string safetensorsBytes(const std::vector<StoredTensor>& tensors,
                             const std::map<std::string, std::string>& metadata = {});

/// Writes the same bytes to a file, atomically, without holding them all. Throws Error DiskFull or
/// WriteFailed.
void writeSafetensors(const std::filesystem::path& target, const std::vector<StoredTensor>& tensors,
                      const std::map<std::string, std::string>& metadata = {});

}  // namespace residua
