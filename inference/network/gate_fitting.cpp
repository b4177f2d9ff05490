// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/gate_fitting.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "inference/findings/gate_fit.h"
#include "inference/network/augmentation.h"
#include "inference/network/compute_place.h"
#include "inference/network/gate_tensors.h"
#include "inference/network/input_change.h"
#include "inference/network/pooled_features.h"
#include "inference/network/state_dict.h"
#include "inference/network/training_start.h"
#include "inference/network/trunk.h"

namespace residua {

using nlohmann::ordered_json;

namespace {

constexpr std::size_t kFewestTraining = 32;
constexpr std::size_t kFewestValidation = 20;
constexpr std::size_t kTurnedTraining = 1000;
constexpr std::size_t kTurnedValidation = 400;
constexpr double kWarned = 0.95;
constexpr double kRefused = 0.99;
constexpr double kUprightCalledOtherwise = 0.01;
constexpr double kToldApart = 0.8;
constexpr std::size_t kCardBatch = 32;
constexpr std::size_t kTrainingChanges = 1;
constexpr std::size_t kValidationChanges = 3;

std::vector<std::size_t> imagesOf(const TrainingCache& cache, Split split) {
    std::vector<std::size_t> images;
    for (std::size_t i = 0; i < cache.size(); ++i)
        if (cache.sample(i).image.split == split) images.push_back(i);
    return images;
}

/// At most `count`, evenly from all.
std::vector<std::size_t> evenly(const std::vector<std::size_t>& images, std::size_t count) {
    if (count == 0 || images.size() <= count) return images;
    std::vector<std::size_t> some;
    for (std::size_t i = 0; i < count; ++i) some.push_back(images[i * images.size() / count]);
    return some;
}

ComputePlace placeOf(const GateFitting& how) {
    TrainingRecipe recipe;
    recipe.device = how.device;
    recipe.threads = how.threads;
    recipe.precision = Precision::Fp32;
    return choosePlace(recipe);
}

ResNet networkOf(const ModelCard& card, const Safetensors& file) {
    ResNet network(card.architecture, static_cast<std::int64_t>(card.findings.size()));
    loadState(network, file);
    return network;
}

/// The changes of grey values alone: the place of what is shown stays, and a border or an inverted image is
/// no image of the training.
Augmentation greyChanges(Augmentation changes) {
    changes.mirror = changes.turn = changes.rotation = changes.scale = changes.aspect = changes.shift = 0;
    changes.borderErase = changes.borderOnly = changes.invert = 0;
    return changes;
}

/// Pooled features of cached images by the very trunk and fit that predict.
class Features {
public:
    Features(const ModelCard& card, const ResNet& network, const TrainingCache& cache,
             const ComputePlace& place, const GateFitting& how, std::stop_token stop,
             const Progress& progress)
        : card_(card),
          cache_(cache),
          seed_(how.seed),
          changes_(greyChanges(how.augmentation)),
          trunk_(network, place.device, at::kFloat),
          batch_(place.device.is_cuda() ? kCardBatch : 1),
          stop_(std::move(stop)),
          progress_(progress) {}

    /// How many images are to come in all, for the progress.
    void expect(std::size_t images) { total_ += images; }

    /// Each image as it is.
    FeatureTable of(const std::vector<std::size_t>& images, Orientation orientation) {
        FeatureTable table;
        run(
            images, [&](std::size_t image) { return asItIs(image, orientation); }, table);
        return table;
    }

    /// Each image after a random change of its grey values, added to the table. @param draw which change
    void addChanged(FeatureTable& table, const std::vector<std::size_t>& images, std::uint64_t draw) {
        run(
            images, [&](std::size_t image) { return changed(image, draw); }, table);
    }

private:
    NetworkInput asItIs(std::size_t image, Orientation orientation) const {
        auto input = networkInputOf(cache_.pixels(image), cache_.sample(image), card_.input);
        return orientation == Orientation::AsTrained ? input : inOrientation(input, orientation, image);
    }

    NetworkInput changed(std::size_t image, std::uint64_t draw) const {
        auto input = asItIs(image, Orientation::AsTrained);
        augmentToNetwork(cache_.pixels(image), card_.input, changes_, {seed_, draw, image}, input.values);
        return input;
    }

    template <class InputOf>
    void run(const std::vector<std::size_t>& images, InputOf inputOf, FeatureTable& table) {
        for (const auto& batch : inBatches(images, batch_)) {
            if (stop_.stop_requested()) throw Error(ProblemKind::Cancelled, {});
            std::vector<NetworkInput> inputs;
            for (const auto image : batch) inputs.push_back(inputOf(image));
            add(table, inputs);
            done_ += batch.size();
            if (progress_) progress_(done_, std::max(done_, total_));
        }
    }

    void add(FeatureTable& table, const std::vector<NetworkInput>& inputs) {
        const auto& spec = card_.input;
        const auto input = at::empty(
            {static_cast<std::int64_t>(inputs.size()), spec.channels, spec.height, spec.width}, at::kFloat);
        float* target = input.data_ptr<float>();
        for (const auto& one : inputs) target = std::ranges::copy(one.values, target).out;
        const auto features = trunk_.features(input).to(at::kCPU);  // [N, C, h, w]
        table.channels = static_cast<std::size_t>(features.size(1));
        for (std::size_t n = 0; n < inputs.size(); ++n)
            table.add(pooledFeatures(features[static_cast<std::int64_t>(n)], inputs[n].shown,
                                     card_.architecture.outputStride));
    }

    const ModelCard& card_;
    const TrainingCache& cache_;
    std::uint64_t seed_;
    Augmentation changes_;
    Trunk trunk_;
    std::size_t batch_;
    std::stop_token stop_;
    const Progress& progress_;
    std::size_t done_ = 0, total_ = 0;
};

/// Features of images in each orientation.
using Turned = std::map<Orientation, FeatureTable>;

std::vector<double> distancesOf(const Gate& gate, const FeatureTable& table) {
    std::vector<double> distances;
    for (std::size_t i = 0; i < table.size(); ++i)
        distances.push_back(distanceTo(gate, whitened(gate, table.row(i))));
    return distances;
}

/// One fit's work: what is measured on the way to the gate and its card.
class Fit {
public:
    Fit(Features& features, std::vector<std::size_t> training, std::vector<std::size_t> validation,
        const GateFitting& how, std::stop_token stop)
        : features_(features),
          training_(std::move(training)),
          validation_(std::move(validation)),
          how_(how),
          stop_(std::move(stop)) {
        for (const auto orientation : {Orientation::Mirrored, Orientation::UpsideDown,
                                       Orientation::RotatedLeft, Orientation::RotatedRight})
            if ((orientation == Orientation::Mirrored ? how.augmentation.mirror : how.augmentation.turn) == 0)
                told_.push_back(orientation);
        const auto turned =
            evenly(training_, kTurnedTraining).size() + evenly(validation_, kTurnedValidation).size();
        const std::size_t draws = how.changes ? 1 : 0;
        features_.expect((1 + draws * kTrainingChanges) * training_.size() +
                         (1 + draws * kValidationChanges) * validation_.size() + (told_.size() + 1) * turned);
    }

    void run(std::vector<std::vector<float>> targets) {
        auto training = features_.of(training_, Orientation::AsTrained);
        auto validation = features_.of(validation_, Orientation::AsTrained);
        if (how_.changes) {
            const auto asTheyAre = targets;
            for (std::uint64_t draw = 1; draw <= kTrainingChanges; ++draw) {
                features_.addChanged(training, training_, draw);
                targets.insert(targets.end(), asTheyAre.begin(), asTheyAre.end());
            }
            for (std::uint64_t draw = 1; draw <= kValidationChanges; ++draw)
                features_.addChanged(validation, validation_, draw);
        }
        auto fit = fitClasses(training, labelClasses(targets), stop_);
        gate = std::move(fit.gate);
        facts["training_images"] = training_.size();
        facts["validation_images"] = validation_.size();
        facts["classes"] = gate.classes;
        facts["shrinkage"] = fit.shrinkage;
        facts["under_changes"] = how_.changes;
        const auto distances = distancesOf(gate, validation);
        card.warnDistance = percentile(distances, kWarned);
        card.refuseDistance = percentile(distances, kRefused);
        tellOrientations();
    }

    Gate gate;
    GateCard card;
    ordered_json facts;

private:
    void tellOrientations() {
        const auto training = turned(evenly(training_, kTurnedTraining));
        const auto validation = turned(evenly(validation_, kTurnedValidation));
        ordered_json measured = ordered_json::array();
        while (!told_.empty()) {
            fitTold(training);
            const auto accuracies = balancedAccuracies(validation);
            std::vector<Orientation> kept;
            for (std::size_t o = 0; o < told_.size(); ++o) {
                const bool keep = accuracies[o] >= kToldApart;
                if (keep) kept.push_back(told_[o]);
                if (!keep) tell(measured, told_[o], accuracies[o], false);
            }
            if (kept.size() == told_.size()) {
                for (std::size_t o = 0; o < told_.size(); ++o) tell(measured, told_[o], accuracies[o], true);
                break;
            }
            told_ = std::move(kept);
        }
        facts["orientations"] = std::move(measured);
        if (told_.empty()) {
            gate.turnWeights.clear(), gate.turnBiases.clear();
            return;
        }
        setThreshold(validation);
    }

    static void tell(ordered_json& measured, Orientation orientation, double accuracy, bool told) {
        measured.push_back(
            {{"orientation", orientationName(orientation)}, {"balanced_accuracy", accuracy}, {"told", told}});
    }

    std::vector<Orientation> all() const {
        std::vector<Orientation> orientations{Orientation::AsTrained};
        orientations.insert(orientations.end(), told_.begin(), told_.end());
        return orientations;
    }

    Turned turned(const std::vector<std::size_t>& images) {
        Turned tables;
        for (const auto orientation : all()) tables[orientation] = features_.of(images, orientation);
        return tables;
    }

    void fitTold(const Turned& training) {
        std::vector<FeatureTable> tables;
        for (const auto orientation : all()) tables.push_back(training.at(orientation));
        fitOrientations(gate, tables, how_.seed, stop_);
    }

    /// Of the most probable orientation, its index among all() and its share.
    std::pair<std::size_t, double> judged(std::span<const float> features) const {
        const auto shares = orientationShares(gate, whitened(gate, features));
        const auto most = std::ranges::max_element(shares);
        return {static_cast<std::size_t>(most - shares.begin()), *most};
    }

    double shareJudged(const FeatureTable& table, std::size_t orientation) const {
        std::size_t images = 0;
        for (std::size_t i = 0; i < table.size(); ++i)
            images += judged(table.row(i)).first == orientation ? 1 : 0;
        return static_cast<double>(images) / static_cast<double>(table.size());
    }

    /// Of each told orientation against the images as they are.
    std::vector<double> balancedAccuracies(const Turned& validation) const {
        std::vector<double> accuracies;
        for (std::size_t o = 0; o < told_.size(); ++o)
            accuracies.push_back((shareJudged(validation.at(told_[o]), o + 1) + 1 -
                                  shareJudged(validation.at(Orientation::AsTrained), o + 1)) /
                                 2);
        return accuracies;
    }

    void setThreshold(const Turned& validation) {
        const auto& upright = validation.at(Orientation::AsTrained);
        std::vector<double> wrong;
        for (std::size_t i = 0; i < upright.size(); ++i) {
            const auto [orientation, share] = judged(upright.row(i));
            wrong.push_back(orientation == 0 ? 0 : share);
        }
        std::ranges::sort(wrong, std::greater{});
        const auto allowed =
            static_cast<std::size_t>(kUprightCalledOtherwise * static_cast<double>(wrong.size()));
        card.orientationThreshold = std::max(0.5, wrong.at(allowed));
        for (const auto orientation : told_)
            card.orientations.push_back(
                {orientation, percentile(distancesOf(gate, validation.at(orientation)), kRefused)});
    }

    Features& features_;
    std::vector<std::size_t> training_, validation_;
    const GateFitting& how_;
    std::stop_token stop_;
    std::vector<Orientation> told_;  ///< besides AsTrained
};

}  // namespace

Bundle withFittedGate(Bundle bundle, const TrainingCache& cache, const GateFitting& how, std::stop_token stop,
                      const Progress& progress) {
    const at::NoGradGuard frozen;
    const auto training = evenly(imagesOf(cache, Split::Train), how.images);
    const auto validation = imagesOf(cache, Split::Validation);
    if (training.size() < kFewestTraining || validation.size() < kFewestValidation)
        throw Error(ProblemKind::LabelTooFew, {},
                    "a gate needs " + std::to_string(kFewestTraining) + " training and " +
                        std::to_string(kFewestValidation) + " validation images");
    std::vector<std::vector<float>> targets;
    for (const auto image : training) targets.push_back(cache.sample(image).targets);

    const Safetensors file(std::move(bundle.weights), kWeightsFile);
    const auto place = placeOf(how);
    Features features(bundle.card, networkOf(bundle.card, file), cache, place, how, stop, progress);
    Fit fit(features, training, validation, how, stop);
    fit.run(std::move(targets));
    bundle.card.gate = std::move(fit.card);
    auto evaluation = ordered_json::parse(bundle.card.evaluationJson);
    evaluation["gate"] = std::move(fit.facts);
    bundle.card.evaluationJson = evaluation.dump();
    bundle.weights = withGate(file, fit.gate);
    return bundle;
}

}  // namespace residua
