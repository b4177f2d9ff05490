// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/network/exchange/weights_file.h"

namespace residua {

/// The ZIP archive of torch.save, read with libzip: NAME/data.pkl describes the tensors, the records
/// NAME/data/KEY hold their numbers, uncompressed. (Not with LibTorch's own reader: it takes as much memory
/// as a record claims.) Throws as readWeightsFile.
WeightsFile readTorchArchive(const std::filesystem::path& path);

}  // namespace residua
