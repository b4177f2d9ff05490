// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "app/analysis.h"
#include "imaging/containers/archive_path.h"

namespace residua {

struct PredictImage {
    std::filesystem::path path;
    int frame = 0;
    std::string sopInstanceUid = {};  ///< what must lie there, else FileChanged; empty = any image
};

struct PredictRequest {
    std::filesystem::path bundle;      ///< the bundle's folder
    std::vector<PredictImage> images;  ///< predicted in this order: what is looked at comes first
    std::string pictureModality;       ///< for JPEG and PNG pictures
    ArchivePasswords passwords = {};   ///< of encrypted ZIP archives that hold images
};

enum class PredictEnd { Done, Cancelled, Failed };

/// What a request reports, from any thread, in order: results, then one end.
struct PredictObserver {
    std::function<void(const ImageResult&)> result;
    /// @param problem why it Failed (BundleWeightsChanged, EngineDied, …): images without a result are 'not
    /// scored'
    std::function<void(PredictEnd end, const Problem& problem)> end;
};

/// Interactive prediction: one request at a time is worked on, others wait in order. In-process (engine core,
/// tests), child process (engine_client, the window), or FakeEngine (tests/support).
class Engine {
public:
    virtual ~Engine() = default;
    /// @return the request's id, > 0
    virtual int predict(PredictRequest request, PredictObserver observer) = 0;
    virtual void cancel(int id) = 0;
};

}  // namespace residua
