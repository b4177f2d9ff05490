// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/trainer.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>

#include "inference/findings/counter_random.h"
#include "inference/findings/metrics.h"
#include "inference/network/autocast.h"
#include "inference/network/batch_loader.h"
#include "inference/network/bundle.h"
#include "inference/network/checkpoint.h"
#include "inference/network/compute_place.h"
#include "inference/network/gate_fitting.h"
#include "inference/network/optimiser.h"
#include "inference/network/state_dict.h"
#include "inference/network/training_loss.h"
#include "inference/network/training_result.h"
#include "inference/network/training_start.h"

namespace residua {

namespace {

namespace fs = std::filesystem;

constexpr int kMostDivergences = 2;
constexpr double kRateAfterDivergence = 1.0 / 3;
constexpr double kEqualAuc = 1e-4;  // closer together than this, the loss decides

class Stopwatch {
public:
    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

std::vector<std::size_t> imagesOf(const TrainingCache& cache, Split split) {
    std::vector<std::size_t> images;
    for (std::size_t i = 0; i < cache.size(); ++i)
        if (cache.sample(i).image.split == split) images.push_back(i);
    return images;
}

NamedTensors copied(const NamedTensors& tensors) {
    NamedTensors copies;
    for (const auto& [name, tensor] : tensors) copies.emplace_back(name, tensor.detach().clone());
    return copies;
}

void copyInto(const NamedTensors& to, const NamedTensors& from) {
    at::NoGradGuard frozen;
    for (std::size_t i = 0; i < to.size(); ++i) to[i].second.detach().copy_(from[i].second);
}

void append(NamedTensors& all, const std::string& prefix, const NamedTensors& tensors) {
    for (const auto& [name, tensor] : tensors) all.emplace_back(prefix + name, tensor);
}

/// One run of train(): what lives through its epochs.
class Training {
public:
    Training(const TrainingRecipe& recipe, const TrainingCache& cache, fs::path folder, std::stop_token stop,
             const TrainingObserver& observer)
        : recipe_(recipe),
          cache_(cache),
          folder_(std::move(folder)),
          stop_(std::move(stop)),
          observer_(observer),
          place_(choosePlace(recipe)),
          training_(imagesOf(cache, Split::Train)),
          validation_(imagesOf(cache, Split::Validation)),
          loss_(recipe, cache, training_, place_.device),
          start_(startNetwork(recipe, cache, training_, place_, stop_)),
          checkpointFile_(folder_ / (recipe.name + ".checkpoint")),
          recipeText_(recipeIdentity(recipe)),
          dataText_(dataIdentity(cache)) {
        classWeightsOf(cache, validation_, recipe);  // both classes to choose by
        startTensors_ = copied(start_.network.state());
        start_.network.requireGradients();
        optimiser_.emplace(start_.network, recipe);
        best_ = copied(optimiser_->average());
    }

    ModelCard run() {
        resumeOrBegin();
        while (progress_.epoch < recipe_.epochs && progress_.withoutImprovement < recipe_.patience)
            runEpoch();
        return finish();
    }

private:
    ResNet& network() { return start_.network; }
    void note(const std::string& text) const {
        if (observer_.note) observer_.note(text);
    }
    void enter(TrainingState state) const {
        if (observer_.state) observer_.state(state);
    }
    void throwIfStopped() const {
        if (stop_.stop_requested()) throw Error(ProblemKind::Cancelled, {});
    }

    std::int64_t stepsPerEpoch() const {
        return std::max<std::int64_t>(1, static_cast<std::int64_t>(training_.size()) / recipe_.batch);
    }

    void resumeOrBegin() {
        const auto checkpoint = readCheckpoint(checkpointFile_, recipeText_, dataText_);
        if (!checkpoint) {
            progress_.threads = place_.threads;
            progress_.precision = place_.precisionName();
            progress_.device = place_.device.str();
            save();  // what a loss that is no number in the first epoch goes back to
            return;
        }
        load(*checkpoint);
        note("resumed after epoch " + std::to_string(progress_.epoch));
        const bool same = progress_.threads == place_.threads &&
                          progress_.precision == place_.precisionName() &&
                          progress_.device == place_.device.str();
        if (!same)
            note("resumed with other threads, precision or device (" + std::to_string(place_.threads) + ", " +
                 place_.precisionName() + ", " + place_.device.str() + " instead of " +
                 std::to_string(progress_.threads) + ", " + progress_.precision + ", " + progress_.device +
                 "): the weights will differ a little from those of an unbroken training");
    }

    void load(const Checkpoint& checkpoint) {
        progress_ = checkpoint.progress;
        restore(checkpoint, "network.", network().state(), checkpointFile_);
        restore(checkpoint, "", optimiser_->state(), checkpointFile_);
        restore(checkpoint, "best.", best_, checkpointFile_);
        if (recipe_.startAveraging > 0) restore(checkpoint, "start.", startTensors_, checkpointFile_);
        restore(checkpoint, "loss.", loss_.state(), checkpointFile_);
        optimiser_->setSteps(progress_.steps);
    }

    void save() {
        progress_.steps = optimiser_->steps();
        NamedTensors tensors;
        append(tensors, "network.", network().state());
        append(tensors, "", optimiser_->state());
        append(tensors, "best.", best_);
        if (recipe_.startAveraging > 0) append(tensors, "start.", startTensors_);
        append(tensors, "loss.", loss_.state());
        writeCheckpoint(checkpointFile_, recipeText_, dataText_, progress_, tensors);
    }

    void runEpoch() {
        const Stopwatch watch;
        EpochReport report;
        report.epoch = progress_.epoch + 1;
        report.epochs = recipe_.epochs;
        enter(TrainingState::Training);
        if (!trainEpoch(report)) return goBack();
        enter(TrainingState::Validating);
        validate(report);
        if (!std::isfinite(report.validationLoss)) return goBack();
        report.seconds = watch.seconds();
        progress_.seconds += report.seconds;
        progress_.epoch = report.epoch;
        progress_.history.push_back(report);
        save();
        if (observer_.epoch) observer_.epoch(report);
    }

    /// The epoch's own order of the images, cut into steps; what is left over comes in another epoch.
    std::vector<std::vector<std::size_t>> epochBatches() const {
        auto order = training_;
        CounterRandom random(recipe_.seed, epoch(), 0x0bdeb);
        for (std::size_t i = 0; i + 1 < order.size(); ++i)
            std::swap(order[i], order[i + random.below(order.size() - i)]);
        auto batches = inBatches(order, static_cast<std::size_t>(recipe_.batch));
        batches.resize(static_cast<std::size_t>(stepsPerEpoch()));
        return batches;
    }

    /// @return false if the loss was no number
    bool trainEpoch(EpochReport& report) {
        BatchLoader loader(
            epochBatches(), inputSize(recipe_.input),
            [&](std::size_t image, std::span<float> input) {
                augmentToNetwork(cache_.pixels(image), recipe_.input, recipe_.augmentation, keyOf(image),
                                 input);
            },
            place_.loaders);
        const auto warmup =
            static_cast<std::int64_t>(recipe_.warmupEpochs * static_cast<double>(stepsPerEpoch()));
        const Stopwatch watch;
        double lossSum = 0;
        std::size_t done = 0;
        std::size_t images = 0;
        while (auto batch = loader.next()) {
            throwIfStopped();
            report.learningRate =
                recipe_.learningRate * progress_.rateFactor *
                scheduleFactor(optimiser_->steps(), warmup, stepsPerEpoch() * recipe_.epochs);
            const double loss = trainStep(*batch, report.learningRate);
            if (!std::isfinite(loss)) return false;
            lossSum += loss;
            images += batch->images.size();
            ++done;
            if (observer_.step)
                observer_.step(report.epoch, done, loader.size(), loss,
                               static_cast<double>(images) / std::max(watch.seconds(), 1e-9));
        }
        report.trainingLoss = lossSum / static_cast<double>(done);
        return true;
    }

    std::uint64_t epoch() const { return static_cast<std::uint64_t>(progress_.epoch); }
    AugmentationKey keyOf(std::size_t image) const { return {recipe_.seed, epoch(), image}; }

    double trainStep(Batch& batch, double rate) {
        const auto input = inputTensor(batch.values, static_cast<std::int64_t>(batch.images.size()),
                                       recipe_.input, place_.device);
        at::Tensor features;
        {
            const Autocast reduced(place_.bf16, place_.device.is_cuda());
            features = network().features(input, Phase::Train);
        }
        const auto loss = loss_(network(), features, batch.images, epoch());
        const double value = loss.item<double>();
        if (!std::isfinite(value)) return value;
        loss.backward();
        optimiser_->step(rate);
        optimiser_->follow();
        return value;
    }

    /// Figures of the averaged network on the validation part, and whether it is the best so far.
    void validate(EpochReport& report) {
        ResNet averaged(recipe_.architecture, static_cast<std::int64_t>(recipe_.findings.size()));
        averaged.to(place_.device, at::kFloat);
        copyInto(averaged.state(), optimiser_->average());
        const auto cases = casesOf(averaged, recipe_, cache_, validation_, place_, stop_);
        report.validationLoss = std::numeric_limits<double>::quiet_NaN();
        double aucSum = 0;
        double lossSum = 0;
        for (const auto& finding : cases) {
            double loss = 0;
            for (std::size_t i = 0; i < finding.logits.size(); ++i) {
                const double z = finding.logits[i];
                if (!std::isfinite(z)) return;
                loss += std::max(z, 0.0) - z * finding.labels[i] + std::log1p(std::exp(-std::abs(z)));
            }
            lossSum += loss / static_cast<double>(finding.logits.size());
            aucSum += areaUnderRoc(finding.logits, finding.labels);
        }
        report.validationAuc = aucSum / static_cast<double>(cases.size());
        report.validationLoss = lossSum / static_cast<double>(cases.size());
        keepIfBest(report);
    }

    void keepIfBest(EpochReport& report) {
        const double gain = report.validationAuc - progress_.bestAuc;
        report.best = gain > kEqualAuc || (gain > -kEqualAuc && report.validationLoss < progress_.bestLoss);
        if (report.best) {
            progress_.bestAuc = std::max(progress_.bestAuc, report.validationAuc);
            progress_.bestLoss = report.validationLoss;
            progress_.bestEpoch = report.epoch;
            progress_.withoutImprovement = 0;
            copyInto(best_, optimiser_->average());
        } else {
            ++progress_.withoutImprovement;
        }
        report.epochsWithoutImprovement = progress_.withoutImprovement;
    }

    void goBack() {
        const int divergences = progress_.divergences + 1;
        const double rate = progress_.rateFactor * kRateAfterDivergence;
        if (divergences > kMostDivergences)
            throw Error(
                ProblemKind::TrainingDiverged, {},
                "the loss was no number in epoch " + std::to_string(progress_.epoch + 1) + ", three times");
        const auto checkpoint = readCheckpoint(checkpointFile_, recipeText_, dataText_);
        if (!checkpoint)
            throw Error(ProblemKind::CheckpointInvalid, checkpointFile_, "it was removed meanwhile");
        load(*checkpoint);
        progress_.divergences = divergences;
        progress_.rateFactor = rate;
        save();  // so that a resumed training does not diverge in the same way
        note("the loss was no number: back to the end of epoch " + std::to_string(progress_.epoch) +
             ", with a third of the learning rate");
    }

    ModelCard finish() {
        enter(TrainingState::Finishing);
        copyInto(network().state(), best_);
        if (recipe_.startAveraging > 0) averageWithStart();
        roundToHalf(network());
        auto card = describeResult(network(), recipe_, cache_, progress_, place_, stop_);
        throwIfStopped();
        const auto bundle = gated({std::move(card), toSafetensors(network().state(), TensorType::Float16)});
        card = writeBundle(folder_ / recipe_.name, bundle.card, bundle.weights);
        std::error_code ignored;  // a checkpoint left over is resumed and finished again: no harm
        fs::remove(checkpointFile_, ignored);
        enter(TrainingState::Done);
        return card;
    }

    /// With a gate, unless there are too few images for one or none is wanted.
    Bundle gated(Bundle bundle) const {
        if (!recipe_.gate) return bundle;
        const GateFitting how{recipe_.augmentation, recipe_.gateChanges, recipe_.seed, 0,
                              recipe_.device,       recipe_.threads};
        try {
            return withFittedGate(bundle, cache_, how, stop_, {});
        } catch (const Error& error) {
            if (error.problem().kind != ProblemKind::LabelTooFew) throw;
            note("images unlike those of the training will not be told: " + error.problem().detail);
            return bundle;
        }
    }

    /// Tensors that the start weights gave move back towards them; the norms' statistics are taken anew.
    void averageWithStart() {
        {
            at::NoGradGuard frozen;
            const auto state = network().state();
            for (std::size_t i = 0; i < state.size(); ++i)
                if (!start_.random.contains(state[i].first))
                    state[i].second.detach().lerp_(startTensors_[i].second, recipe_.startAveraging);
        }
        reestimateNorms(network(), recipe_, cache_, training_, place_, stop_);
    }

    const TrainingRecipe& recipe_;
    const TrainingCache& cache_;
    fs::path folder_;
    std::stop_token stop_;
    const TrainingObserver& observer_;
    ComputePlace place_;
    std::vector<std::size_t> training_;
    std::vector<std::size_t> validation_;
    TrainingLoss loss_;
    TrainingStart start_;
    fs::path checkpointFile_;
    std::string recipeText_;
    std::string dataText_;
    NamedTensors startTensors_;
    std::optional<Optimiser> optimiser_;
    NamedTensors best_;
    TrainingProgress progress_;
};

}  // namespace

ModelCard train(const TrainingRecipe& recipe, const TrainingCache& cache, const fs::path& folder,
                std::stop_token stop, const TrainingObserver& observer) {
    if (recipe.findings.empty()) throw Error(ProblemKind::UsageInvalid, {}, "recipe: no findings");
    if (cache.size() == 0 || cache.sample(0).targets.size() != recipe.findings.size())
        throw Error(ProblemKind::TrainingCacheInvalid, {}, "its targets are not the recipe's findings");
    if (observer.state) observer.state(TrainingState::Preparing);
    try {
        return Training(recipe, cache, folder, stop, observer).run();
    } catch (const Error& error) {
        if (error.problem().kind == ProblemKind::Cancelled && observer.state)
            observer.state(TrainingState::Stopped);
        throw;
    }
}

}  // namespace residua
