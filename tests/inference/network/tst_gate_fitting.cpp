// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>

#include "imaging/atomic_file.h"
#include "inference/findings/scope.h"
#include "inference/network/augmentation.h"
#include "inference/network/gate_fitting.h"
#include "inference/network/gate_tensors.h"
#include "inference/network/input_change.h"
#include "inference/network/resnet.h"
#include "tests/support/blob_training.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

enum class Slope { None, Oriented };

/// The blobs' images; Oriented: brighter towards the top and a little towards the left, so that no turn of
/// one looks like another image of the set.
TrainingCache imagesIn(const fs::path& folder, Slope slope, std::size_t count = 300) {
    const auto file = folder / "blobs.cache";
    buildTrainingCache(file, test::kBlobCacheRecipe, test::blobSamples(count),
                       [slope](const LabelledImage& image) {
                           auto sample = test::blobImage(std::stoul(image.path.string().substr(5)));
                           for (int y = 0; slope == Slope::Oriented && y < test::kBlobSide; ++y)
                               for (int x = 0; x < test::kBlobSide; ++x) {
                                   auto& pixel =
                                       sample.pixels[static_cast<std::size_t>(y * test::kBlobSide + x)];
                                   const double added = 20000.0 * (y < 10) + 9000.0 * (x < 8 && y >= 10);
                                   pixel = static_cast<std::uint16_t>(std::min(65535.0, 0.6 * pixel + added));
                               }
                           return sample;
                       },
                       2, {}, {});
    return TrainingCache(file, test::kBlobCacheRecipe);
}

/// A network with random weights: its features tell images apart well enough.
Bundle randomBundle() {
    const auto recipe = test::blobRecipe();
    ModelCard card;
    card.name = "blob-finder";
    card.architecture = recipe.architecture;
    card.input = recipe.input;
    card.findings = recipe.findings;
    return {card, randomWeights(card.architecture, 1, 4)};
}

GateFitting onCpu() {
    GateFitting how;
    how.device = Device::Cpu;
    how.threads = 1;
    return how;
}

std::vector<NetworkInput> inputsOf(const TrainingCache& cache, Split split) {
    std::vector<NetworkInput> inputs;
    for (std::size_t i = 0; i < cache.size(); ++i)
        if (cache.sample(i).image.split == split)
            inputs.push_back(networkInputOf(cache.pixels(i), cache.sample(i), test::blobRecipe().input));
    return inputs;
}

std::vector<ScopeCheck> judged(Predictor& predictor, const std::vector<NetworkInput>& inputs) {
    std::vector<ScopeCheck> checks;
    for (const auto& prediction : predictor.predict(inputs))
        checks.push_back(checkLikeness(*predictor.card().gate, prediction.likeness.value(), {}));
    return checks;
}

std::size_t outside(const std::vector<ScopeCheck>& checks) {
    return static_cast<std::size_t>(std::count_if(checks.begin(), checks.end(), [](const ScopeCheck& check) {
        return check.state == ScopeState::Outside;
    }));
}

Problem problemOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.problem();
    }
    return {ProblemKind::Unexpected, {}, "nothing was thrown"};
}

}  // namespace

class TestGateFitting : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::optional<TrainingCache> blobs_, oriented_;
    std::optional<Bundle> gated_, told_;

    fs::path path(const char* name) const { return fs::path(folder_.path().toStdString()) / name; }
    Predictor load(const Bundle& bundle, const char* name = "loaded") const {
        writeBundle(path(name), bundle.card, bundle.weights);
        return Predictor(path(name), {Device::Cpu, Precision::Fp32, 1});
    }
    /// Its weights with the gate changed.
    Bundle withChanged(const std::function<void(Gate&)>& change) const {
        const Safetensors file(gated_->weights, "w");
        auto gate = gateOf(gated_->card, file, 64).value();
        change(gate);
        return {gated_->card, withGate(file, gate)};
    }

private Q_SLOTS:
    void initTestCase() {
        fs::create_directories(path("blobs"));
        fs::create_directories(path("oriented"));
        blobs_.emplace(imagesIn(path("blobs"), Slope::None));
        oriented_.emplace(imagesIn(path("oriented"), Slope::Oriented));
        gated_ = withFittedGate(randomBundle(), *blobs_, onCpu(), {}, {});
        told_ = withFittedGate(randomBundle(), *oriented_, onCpu(), {}, {});
    }

    void sameImagesAndWeightsGiveTheSameGate() {
        const auto again = withFittedGate(randomBundle(), *blobs_, onCpu(), {}, {});
        QVERIFY(again.weights == gated_->weights);
        QCOMPARE(toJson(again.card), toJson(gated_->card));
        const auto refitted = withFittedGate(*gated_, *blobs_, onCpu(), {}, {});
        QVERIFY2(refitted.weights == gated_->weights, "a gate that was there is replaced");
    }

    void imagesOfTheSameKindAreWithinAndOthersAreNot() {
        auto predictor = load(*told_);
        const auto images = inputsOf(*oriented_, Split::Test);
        const auto beyond = [&](const std::vector<NetworkInput>& inputs) {
            std::size_t count = 0;
            for (const auto& prediction : predictor.predict(inputs))
                count += prediction.likeness.value().unlikeness > 1 ? 1 : 0;
            return count;
        };
        QVERIFY2(beyond(images) <= images.size() / 10, qPrintable(QString::number(beyond(images))));
        for (const auto* change : {"noise", "inverted", "blank"}) {
            std::vector<NetworkInput> changed;
            for (std::size_t i = 0; i < images.size(); ++i)
                changed.push_back(changedInput(images[i], predictor.card().input, change, i));
            QVERIFY2(beyond(changed) >= images.size() * 9 / 10,
                     qPrintable(QStringLiteral("%1: %2").arg(change).arg(beyond(changed))));
        }
    }

    void imagesChangedAsTheTrainingChangedThemAreAlike() {
        auto how = onCpu();
        how.changes = true;
        how.augmentation.gamma = 0.6;
        how.augmentation.contrast = 0.5;
        how.augmentation.noise = how.augmentation.blur = 0;
        how.augmentation.rotation = how.augmentation.shift = how.augmentation.scale =
            how.augmentation.aspect = 0;
        const auto fitted = withFittedGate(randomBundle(), *oriented_, how, {}, {});
        const auto spec = fitted.card.input;
        std::vector<NetworkInput> changed, noise;
        for (std::size_t i = 0; i < oriented_->size(); ++i) {
            if (oriented_->sample(i).image.split != Split::Test) continue;
            auto input = networkInputOf(oriented_->pixels(i), oriented_->sample(i), spec);
            noise.push_back(changedInput(input, spec, "noise", i));
            augmentToNetwork(oriented_->pixels(i), spec, how.augmentation, {99, 0, i}, input.values);
            changed.push_back(std::move(input));
        }
        const auto beyond = [](Predictor& predictor, const std::vector<NetworkInput>& inputs) {
            std::size_t count = 0;
            for (const auto& prediction : predictor.predict(inputs))
                count += prediction.likeness.value().unlikeness > 1 ? 1 : 0;
            return count;
        };
        auto without = load(*told_, "without");
        auto with = load(fitted, "with");
        QVERIFY2(beyond(without, changed) >= changed.size() / 4, "the change is one that matters");
        QVERIFY2(beyond(with, changed) <= changed.size() / 10,
                 qPrintable(QString::number(beyond(with, changed))));
        QVERIFY(beyond(with, noise) >= noise.size() * 9 / 10);
        QVERIFY(nlohmann::json::parse(fitted.card.evaluationJson).at("gate").at("under_changes").get<bool>());
    }

    void orientationsThatCannotBeToldAreLeftOutAndTheCardSaysSo() {
        QVERIFY(gated_->card.gate->orientations.empty());
        const auto facts = nlohmann::json::parse(gated_->card.evaluationJson).at("gate");
        QCOMPARE(facts.at("orientations").size(), std::size_t{4});
        for (const auto& one : facts.at("orientations")) {
            QVERIFY(!one.at("told").get<bool>());
            QVERIFY(one.at("balanced_accuracy").get<double>() < 0.8);
        }
        QCOMPARE(facts.at("training_images").get<int>(), 180);
        QCOMPARE(facts.at("classes").get<int>(), 2);
    }

    void orientationsThatCanBeToldAreToldInWords() {
        auto predictor = load(*told_);
        QCOMPARE(predictor.card().gate->orientations.size(), std::size_t{4});
        const auto upright = inputsOf(*oriented_, Split::Test);
        QVERIFY(outside(judged(predictor, upright)) <= upright.size() / 10);
        const std::pair<Orientation, const char*> words[] = {
            {Orientation::Mirrored, "looks mirrored"},
            {Orientation::UpsideDown, "looks upside down"},
            {Orientation::RotatedLeft, "looks rotated to the left"},
            {Orientation::RotatedRight, "looks rotated to the right"}};
        for (const auto& [orientation, word] : words) {
            std::vector<NetworkInput> turned;
            for (std::size_t i = 0; i < upright.size(); ++i)
                turned.push_back(inOrientation(upright[i], orientation, i));
            std::size_t told = 0;
            for (const auto& check : judged(predictor, turned)) told += check.reason == word ? 1 : 0;
            QVERIFY2(told >= upright.size() * 8 / 10,
                     qPrintable(QStringLiteral("%1: %2 of %3").arg(word).arg(told).arg(upright.size())));
        }
    }

    void mirroredIsNothingToTellWhereTheTrainingMirrored() {
        auto how = onCpu();
        how.augmentation.mirror = 0.5;
        const auto bundle = withFittedGate(randomBundle(), *oriented_, how, {}, {});
        QCOMPARE(bundle.card.gate->orientations.size(), std::size_t{3});
        for (const auto& told : bundle.card.gate->orientations)
            QVERIFY(told.orientation != Orientation::Mirrored);
    }

    void turnedIsNothingToTellWhereTheTrainingTurned() {
        auto how = onCpu();
        how.augmentation.turn = 0.5;
        const auto bundle = withFittedGate(randomBundle(), *oriented_, how, {}, {});
        QCOMPARE(bundle.card.gate->orientations.size(), std::size_t{1});
        QCOMPARE(bundle.card.gate->orientations[0].orientation, Orientation::Mirrored);
    }

    void theDistanceDoesNotDependOnTheImagesThatCameAlong() {
        auto predictor = load(*told_);
        const auto inputs = inputsOf(*oriented_, Split::Test);
        const auto together = predictor.predict(inputs);
        for (std::size_t i = 0; i < inputs.size(); i += 7) {
            const auto alone = predictor.predict({inputs[i]}).at(0).likeness.value();
            QCOMPARE(alone.unlikeness, together[i].likeness->unlikeness);
            QCOMPARE(alone.orientationShare, together[i].likeness->orientationShare);
        }
    }

    void reducedPrecisionHardlyMovesTheDistance() {
        writeBundle(path("bf16"), gated_->card, gated_->weights);
        Predictor exact(path("bf16"), {Device::Cpu, Precision::Fp32, 1});
        Predictor reduced(path("bf16"), {Device::Cpu, Precision::Bf16, 1});
        const auto inputs = inputsOf(*blobs_, Split::Test);
        const auto a = exact.predict(inputs), b = reduced.predict(inputs);
        for (std::size_t i = 0; i < inputs.size(); ++i)
            QVERIFY2(
                std::abs(a[i].likeness->unlikeness - b[i].likeness->unlikeness) < 0.15,
                qPrintable(
                    QStringLiteral("%1 %2").arg(a[i].likeness->unlikeness).arg(b[i].likeness->unlikeness)));
    }

    void bundleKeepsTheGateAndTheScores() {
        auto with = load(*gated_, "with");
        auto without = load(randomBundle(), "without");
        QVERIFY(with.card().gate == gated_->card.gate);
        QVERIFY(!without.card().gate);
        const auto inputs = inputsOf(*blobs_, Split::Test);
        const auto a = with.predict(inputs), b = without.predict(inputs);
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            QCOMPARE(a[i].findings[0].logit, b[i].findings[0].logit);
            QVERIFY(a[i].likeness && !b[i].likeness);
        }
    }

    void aChangedByteOfTheGateIsRefused() {
        writeBundle(path("changed"), gated_->card, gated_->weights);
        auto bytes = gated_->weights;
        const Safetensors file(bytes, "w");
        for (const auto& tensor : file.tensors())
            if (tensor.name == "gate.centres")
                bytes[bytes.find(std::string(reinterpret_cast<const char*>(tensor.bytes.data()),
                                             tensor.bytes.size()))] ^= 1;
        writeFileAtomically(path("changed") / kWeightsFile, bytes);
        QCOMPARE(problemOf([&] { Predictor(path("changed"), {Device::Cpu}); }).kind,
                 ProblemKind::BundleWeightsChanged);
    }

    void cardAndTensorsMustSpeakOfTheSameGate() {
        Bundle silent = *gated_;
        silent.card.gate.reset();
        auto problem = problemOf([&] { load(silent); });
        QCOMPARE(problem.kind, ProblemKind::WeightsShapeMismatch);
        QVERIFY(QString::fromStdString(problem.detail).contains("gate."));
        Bundle boasting = randomBundle();
        boasting.card.gate = gated_->card.gate;
        problem = problemOf([&] { load(boasting); });
        QCOMPARE(problem.kind, ProblemKind::WeightsShapeMismatch);
        QVERIFY(QString::fromStdString(problem.detail).contains("'gate.whitening' is missing"));
    }

    void hostileTensorsAreNamed() {
        using enum ProblemKind;
        const std::vector<std::tuple<std::function<void(Gate&)>, ProblemKind, const char*>> rows{
            {[](Gate& g) { g.whitening[64] = std::nanf(""); }, WeightsNotFinite, "gate.whitening"},
            {[](Gate& g) { g.whitening[65] = 0; }, WeightsFormatInvalid, "positive diagonal"},
            {[](Gate& g) { g.whitening[1] = 1; }, WeightsFormatInvalid, "lower triangle"},
            {[](Gate& g) { g.channels = 32, g.whitening.resize(1024), g.centres.resize(g.classes * 32); },
             WeightsShapeMismatch, "gate.whitening"},
            {[](Gate& g) { g.classes = 0, g.centres.clear(); }, WeightsShapeMismatch, "gate.centres"},
            {[](Gate& g) { g.turnBiases = {0}, g.turnWeights.assign(64, 0); }, WeightsShapeMismatch,
             "gate.turn"},
        };
        for (const auto& [change, kind, said] : rows) {
            const auto broken = withChanged(change);
            const auto problem = problemOf([&] { load(broken); });
            QCOMPARE(problem.kind, kind);
            QVERIFY2(QString::fromStdString(problem.detail).contains(said), problem.detail.c_str());
        }
    }

    void tooFewImagesMakeNoGate() {
        fs::create_directories(path("few"));
        const auto few = imagesIn(path("few"), Slope::None, 40);
        QCOMPARE(problemOf([&] { withFittedGate(randomBundle(), few, onCpu(), {}, {}); }).kind,
                 ProblemKind::LabelTooFew);
    }

    void stoppedItEndsAndTellsHowFarItIs() {
        std::stop_source source;
        std::size_t last = 0;
        const auto problem = problemOf([&] {
            withFittedGate(randomBundle(), *blobs_, onCpu(), source.get_token(),
                           [&](std::size_t done, std::size_t total) {
                               QVERIFY(done > last && done <= total);
                               last = done;
                               if (done == 10) source.request_stop();
                           });
        });
        QCOMPARE(problem.kind, ProblemKind::Cancelled);
        QCOMPARE(last, std::size_t{10});
    }
};

QTEST_GUILESS_MAIN(TestGateFitting)
#include "tst_gate_fitting.moc"
