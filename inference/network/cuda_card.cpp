// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/cuda_card.h"

#include <dlfcn.h>
#include <torch/cuda.h>

#include <array>

namespace residua {

namespace {

constexpr int kCapabilityMajor = 75;  // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, CUDA driver API

template <class Function>
Function symbol(void* library, const char* name) {
    return reinterpret_cast<Function>(::dlsym(library, name));
}

}  // namespace

std::optional<CudaCard> findCudaCard() {
    if (!torch::cuda::is_available()) return std::nullopt;
    CudaCard card{"CUDA device", false};
    void* driver = ::dlopen("libcuda.so.1", RTLD_LAZY);  // stays open: LibTorch holds it as well
    if (driver == nullptr) return card;
    const auto initialise = symbol<int (*)(unsigned)>(driver, "cuInit");
    const auto device = symbol<int (*)(int*, int)>(driver, "cuDeviceGet");
    const auto name = symbol<int (*)(char*, int, int)>(driver, "cuDeviceGetName");
    const auto attribute = symbol<int (*)(int*, int, int)>(driver, "cuDeviceGetAttribute");
    int handle = 0;
    if (!initialise || !device || !name || !attribute) return card;
    if (initialise(0) != 0 || device(&handle, 0) != 0) return card;
    std::array<char, 128> text{};
    if (name(text.data(), static_cast<int>(text.size()) - 1, handle) == 0) card.name = text.data();
    int major = 0;
    card.computesInBf16 = attribute(&major, kCapabilityMajor, handle) == 0 && major >= 8;
    return card;
}

}  // namespace residua
