// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "inference/findings/model_card.h"
#include "inference/network/exchange/weights_file.h"

namespace residua {

/// Where a file's tensors and a network's differ.
struct TensorMismatch {
    enum class Kind {
        Missing,     ///< the network needs it
        Unexpected,  ///< of a stage, but the network has none such: another depth
        WrongShape,
    };
    Kind kind = Kind::Missing;
    std::string tensor;  ///< by torchvision's name
    std::string detail;  ///< shapes: "64×7×7×7, needed 64×3×7×7"; empty where the kind says all
};
/// "missing", "unexpected", "wrong_shape"
std::string_view mismatchName(TensorMismatch::Kind kind);

/// Weights that a training can start from.
struct ImportedWeights {
    Architecture architecture;               ///< as asked, inputChannels as the file's conv1
    std::vector<StoredTensor> tensors;       ///< by torchvision's names; fc where the file has one
    std::vector<TensorMismatch> mismatches;  ///< none: every tensor but the head's is there and fits
    std::vector<std::string> notes;  ///< plain sentences: what was taken away, left out or is not needed
    std::shared_ptr<const void> memory;
};

/// Finds a ResNet's tensors in a file by the names of torchvision's, which timm's are too, below one prefix
/// where there is one ("module.", "backbone."). conv1 may have 1 or 3 channels; fc may be missing or have any
/// number of classes; batch norm's num_batches_tracked is not needed. What belongs to no ResNet (projection
/// heads) is left out with a note.
/// @param architecture its inputChannels are not looked at
/// Throws as layoutOf, and Error WeightsNotFinite (NaN or infinity, naming the tensor) or
/// WeightsFormatInvalid (several networks in one file).
ImportedWeights importWeights(const WeightsFile& file, const Architecture& architecture);

/// Writes a safetensors file that `train --start` takes. Throws Error DiskFull or WriteFailed.
void writeImported(const ImportedWeights& weights, const std::filesystem::path& target);

}  // namespace residua
