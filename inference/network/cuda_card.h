// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

namespace residua {

/// The CUDA device that LibTorch uses first.
struct CudaCard {
    std::string name;             ///< e.g. "NVIDIA H100 80GB HBM3"
    bool computesInBf16 = false;  ///< compute capability 8.0 and later
};

/// Asks the driver itself, so that no CUDA header is needed: the code is the same for LibTorch with and
/// without CUDA. Empty where LibTorch sees no device.
std::optional<CudaCard> findCudaCard();

}  // namespace residua
