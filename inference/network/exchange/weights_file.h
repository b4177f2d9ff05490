// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "inference/network/safetensors.h"

namespace residua {

/// Tensors from elsewhere, by the names that the file gives them, in its order.
struct WeightsFile {
    std::filesystem::path path;
    std::string under;  ///< the key in a checkpoint's dict that held them, e.g. "state_dict"; usually empty
    std::vector<StoredTensor> tensors;
    std::shared_ptr<const void> memory;  ///< where their bytes lie
};

/// Reads a safetensors file, or what torch.save writes of a state dict since PyTorch 1.6 (a ZIP archive): the
/// dict itself, or one in a dict beside other facts ({"state_dict": …, "epoch": 3}). What it is shows in its
/// first bytes, not in its name. Float64 becomes Float32; tensors of other types than these, Float16,
/// BFloat16 and Int64 are left out. Nothing in the file is executed, and what it claims is held against its
/// size before memory is taken. Throws Error FileMissing, FileUnreadable, FileTooLarge (more than 1 GiB of
/// numbers), WeightsFormatInvalid (damaged, or neither format), WeightsFormatOld (torch.save before 1.6) or
/// WeightsContentRefused (a class, a function or an opcode that a state dict has no use for, by its name).
WeightsFile readWeightsFile(const std::filesystem::path& path);

}  // namespace residua
