// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/checkpoint.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <algorithm>

#include <bit>
#include <nlohmann/json.hpp>
#include <utility>

#include "inference/findings/counter_random.h"
#include "inference/network/state_dict.h"
#include "inference/network/trainer.h"

namespace residua {

namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file, const std::string& detail) {
    throw Error(ProblemKind::CheckpointInvalid, file, detail);
}

Json epochJson(const EpochReport& report) {
    return {{"epoch", report.epoch},
            {"epochs", report.epochs},
            {"training_loss", report.trainingLoss},
            {"validation_loss", report.validationLoss},
            {"validation_auc", report.validationAuc},
            {"learning_rate", report.learningRate},
            {"seconds", report.seconds},
            {"best", report.best},
            {"epochs_without_improvement", report.epochsWithoutImprovement}};
}

EpochReport epochFrom(const Json& json) {
    EpochReport report;
    report.epoch = json.at("epoch").get<int>();
    report.epochs = json.at("epochs").get<int>();
    report.trainingLoss = json.at("training_loss").get<double>();
    report.validationLoss = json.at("validation_loss").get<double>();
    report.validationAuc = json.at("validation_auc").get<double>();
    report.learningRate = json.at("learning_rate").get<double>();
    report.seconds = json.at("seconds").get<double>();
    report.best = json.at("best").get<bool>();
    report.epochsWithoutImprovement = json.at("epochs_without_improvement").get<int>();
    return report;
}

std::string progressText(const TrainingProgress& progress) {
    Json history = Json::array();
    for (const auto& report : progress.history) history.push_back(epochJson(report));
    return Json{{"epoch", progress.epoch},
                {"steps", progress.steps},
                {"best_auc", progress.bestAuc},
                {"best_loss", progress.bestLoss},
                {"best_epoch", progress.bestEpoch},
                {"without_improvement", progress.withoutImprovement},
                {"rate_factor", progress.rateFactor},
                {"divergences", progress.divergences},
                {"threads", progress.threads},
                {"precision", progress.precision},
                {"device", progress.device},
                {"seconds", progress.seconds},
                {"history", history}}
        .dump();
}

TrainingProgress progressFrom(const std::string& text) {
    const Json json = Json::parse(text);
    TrainingProgress progress;
    progress.epoch = json.at("epoch").get<int>();
    progress.steps = json.at("steps").get<std::int64_t>();
    progress.bestAuc = json.at("best_auc").get<double>();
    progress.bestLoss = json.at("best_loss").get<double>();
    progress.bestEpoch = json.at("best_epoch").get<int>();
    progress.withoutImprovement = json.at("without_improvement").get<int>();
    progress.rateFactor = json.at("rate_factor").get<double>();
    progress.divergences = json.at("divergences").get<int>();
    progress.threads = json.at("threads").get<int>();
    progress.precision = json.at("precision").get<std::string>();
    progress.device = json.at("device").get<std::string>();
    progress.seconds = json.at("seconds").get<double>();
    for (const auto& report : json.at("history")) progress.history.push_back(epochFrom(report));
    return progress;
}

std::string metadataOf(const Safetensors& file, const std::string& key) {
    const auto found = file.metadata().find(key);
    if (found == file.metadata().end()) fail(file.path(), "no '" + key + "' in it");
    return found->second;
}

}  // namespace

void writeCheckpoint(const fs::path& file, const std::string& recipe, const std::string& data,
                     const TrainingProgress& progress, const NamedTensors& tensors, const WriteCall& write) {
    const auto bytes =
        toSafetensors(tensors, TensorType::Float32,
                      {{"recipe", recipe}, {"data", data}, {"progress", progressText(progress)}});
    AtomicFile out(file, write);
    out.write(bytes);
    out.commit();
}

std::optional<Checkpoint> readCheckpoint(const fs::path& path, const std::string& recipe,
                                         const std::string& data) {
    if (!fs::exists(path)) return std::nullopt;
    try {
        const Safetensors file(readWholeFile(path, std::size_t{16} << 30), path);
        if (metadataOf(file, "recipe") != recipe)
            fail(path, "it belongs to another recipe; remove it, or choose another name");
        if (metadataOf(file, "data") != data)
            fail(path, "it belongs to other training images; remove it, or choose another name");
        Checkpoint checkpoint{progressFrom(metadataOf(file, "progress")), {}};
        for (const auto& tensor : file.tensors()) checkpoint.tensors[tensor.name] = toTensor(tensor);
        return checkpoint;
    } catch (const Json::exception& error) {
        fail(path, error.what());
    } catch (const Error& error) {
        if (error.problem().kind != ProblemKind::WeightsFormatInvalid) throw;
        fail(path, error.problem().detail);
    }
}

void restore(const Checkpoint& checkpoint, const std::string& prefix, const NamedTensors& tensors,
             const fs::path& file) {
    at::NoGradGuard frozen;
    for (const auto& [name, tensor] : tensors) {
        const auto found = checkpoint.tensors.find(prefix + name);
        if (found == checkpoint.tensors.end()) fail(file, "'" + prefix + name + "' is missing");
        if (found->second.sizes() != tensor.sizes()) fail(file, "'" + prefix + name + "' has another shape");
        tensor.detach().copy_(found->second);
    }
}

std::string recipeIdentity(TrainingRecipe recipe) {
    recipe.threads = 0;
    recipe.device = Device::Auto;
    recipe.precision = Precision::Auto;
    return toJson(recipe);
}

std::string dataIdentity(const TrainingCache& cache) {
    std::uint64_t hash = cache.size();
    const auto mix = [&](std::uint64_t value) {
        hash = mixBits(hash ^ mixBits(value + 0x9e3779b97f4a7c15ULL));
    };
    for (std::size_t i = 0; i < cache.size(); ++i) {
        const auto& sample = cache.sample(i);
        const auto image = cache.pixels(i);
        mix(hashText(sample.image.path.string()));
        mix(hashText(sample.image.patientId));
        mix(static_cast<std::uint64_t>(sample.image.split));
        for (const float target : sample.targets) mix(std::bit_cast<std::uint32_t>(target));
        mix(static_cast<std::uint64_t>(image.width) << 32 | static_cast<std::uint64_t>(image.height));
        const std::size_t stride =
            std::max<std::size_t>(1, image.pixels.size() / 61);  // a sample of the pixels
        for (std::size_t at = 0; at < image.pixels.size(); at += stride) mix(image.pixels[at]);
    }
    return std::to_string(hash);
}

}  // namespace residua
