// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>

#include <QTemporaryDir>
#include <QtTest>
#include <limits>

#include "imaging/atomic_file.h"
#include "inference/network/finding_loss.h"
#include "inference/network/optimiser.h"
#include "inference/network/state_dict.h"
#include "inference/network/training_loss.h"
#include "inference/network/training_start.h"
#include "tests/support/blob_training.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

/// A three-channel network's weights to layer3, norms folded away, as published weights come.
NamedTensors partialState(const ResNet& network) {
    NamedTensors tensors;
    for (const auto& entry : network.state())
        if (!entry.first.starts_with("layer4") && !entry.first.starts_with("fc")) tensors.push_back(entry);
    return tensors;
}

std::vector<std::size_t> trainingImages(const TrainingCache& cache) {
    std::vector<std::size_t> images;
    for (std::size_t i = 0; i < cache.size(); ++i)
        if (cache.sample(i).image.split == Split::Train) images.push_back(i);
    return images;
}

double largest(const at::Tensor& tensor) {
    return tensor.abs().max().item<double>();
}

}  // namespace

class TestTrainingStart : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void greyStemComputesWhatTheColourStemDid() {
        QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        const ResNet colour({"resnet18", 8, 3, 32}, 1, 7);
        writeFileAtomically(path / "start.safetensors",
                            toSafetensors(partialState(colour), TensorType::Float32));
        auto recipe = test::blobRecipe();
        recipe.startWeights = path / "start.safetensors";
        const auto cache = test::blobCache(path, 60);
        const ComputePlace place;
        const auto start = startNetwork(recipe, cache, trainingImages(cache), place, {});

        auto generator = at::make_generator<at::CPUGeneratorImpl>(3);
        const auto grey = at::randn({2, 1, 64, 64}, generator) * 0.25 + 0.5;  // values in [0, 1], mostly
        auto input = grey.expand({2, 3, 64, 64}).clone();
        const float mean[] = {0.485F, 0.456F, 0.406F};
        const float deviation[] = {0.229F, 0.224F, 0.225F};
        for (int c = 0; c < 3; ++c) input.select(1, c).sub_(mean[c]).div_(deviation[c]);
        const auto expected = colour.stem()(input, Phase::Evaluate);
        const auto got = start.network.stem()((grey - 0.5) / 0.25, Phase::Evaluate);
        const auto inner = [](const at::Tensor& t) {
            return t.slice(2, 2, 30).slice(3, 2, 30);
        };  // no padding seen
        QVERIFY2(largest(inner(got - expected)) < 1e-3 * largest(expected),
                 "another function than the colour stem");
    }

    void normsThatWereFoldedAwayGetStatisticsAndNewLayersStayFresh() {
        QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        const ResNet source({"resnet18", 8, 3, 32}, 1, 7);
        writeFileAtomically(path / "start.safetensors",
                            toSafetensors(partialState(source), TensorType::Float32));
        auto recipe = test::blobRecipe();
        recipe.startWeights = path / "start.safetensors";
        const auto cache = test::blobCache(path, 60);
        auto start = startNetwork(recipe, cache, trainingImages(cache), ComputePlace{}, {});
        QVERIFY(start.random.contains("layer4.0.conv1.weight") && start.random.contains("fc.weight"));
        QVERIFY(!start.random.contains("layer3.1.bn2.weight"));
        for (const auto& [name, tensor] : start.network.state()) {
            if (name == "layer2.0.bn1.running_var") QVERIFY(largest(tensor - 1) > 1e-3);
            if (name == "layer4.0.bn1.running_var" || name == "layer4.0.bn1.weight")
                QCOMPARE(largest(tensor - 1), 0.0);
        }
    }

    void ratesFallFromTheHeadToTheStem() {
        QCOMPARE(stageFactorOf("fc.weight", 0.3), 1.0);
        QCOMPARE(stageFactorOf("layer4.1.conv2.weight", 0.3), 1.0);
        QCOMPARE(stageFactorOf("layer3.0.bn1.bias", 0.3), 0.3);
        QVERIFY(std::abs(stageFactorOf("conv1.weight", 0.3) - 0.027) < 1e-12);
    }

    void scheduleWarmsUpAndEndsAtAHundredth() {
        QCOMPARE(scheduleFactor(0, 10, 100), 0.1);
        QCOMPARE(scheduleFactor(9, 10, 100), 1.0);
        QCOMPARE(scheduleFactor(10, 10, 100), 1.0);
        QVERIFY(std::abs(scheduleFactor(55, 10, 100) - 0.505) < 1e-12);
        QVERIFY(std::abs(scheduleFactor(100, 10, 100) - 0.01) < 1e-12);
    }

    void edgeEnergyCountsTheOutermostCellsOnly() {
        auto maps = at::zeros({1, 1, 4, 5});
        maps[0][0].slice(0, 1, -1).slice(1, 1, -1).fill_(100);  // the inside costs nothing
        QCOMPARE(edgeEnergy(maps).item<double>(), 0.0);
        maps[0][0][0][2] = 3;
        maps[0][0][2][4] = -4;  // evidence against a finding has no place there either
        QCOMPARE(edgeEnergy(maps).item<double>(), (9.0 + 16.0) / 20);
        QCOMPARE(edgeEnergy(at::full({2, 1, 2, 2}, 0.5)).item<double>(), 0.25);  // all cells are outermost
    }

    void elsewhereIsKnownShownAndNotNextToTheFinding() {
        const float unknown = std::numeric_limits<float>::quiet_NaN();
        auto places = at::zeros({2, 1, 4, 5});
        places[0][0][0][0] = 1;
        places[1].fill_(unknown);
        auto shown = at::ones({2, 1, 4, 5}).to(at::kBool);
        shown[0][0][3].fill_(false);
        const auto free = elsewhere(places, shown);
        QCOMPARE(free[0].sum().item<std::int64_t>(), 3 * 5 - 4);
        QVERIFY(!free[0][0][1][1].item<bool>() && free[0][0][1][2].item<bool>());
        QCOMPARE(free[1].sum().item<std::int64_t>(), 0);
    }

    void outlineLossIsLeastForTheOutlineItself() {
        auto targets = at::zeros({1, 1, 6, 6});
        targets[0][0].slice(0, 2, 4).slice(1, 2, 4).fill_(1);
        const auto right = 20 * targets - 10;
        const auto wider = right.clone();
        wider[0][0][1].fill_(10);
        const auto best = outlineLoss(right, targets).item<double>();
        QVERIFY(best < 0.01);
        QVERIFY(outlineLoss(wider, targets).item<double>() > best + 0.5);
        QVERIFY(outlineLoss(-right, targets).item<double>() > 5);
        const auto unknown = at::full_like(targets, std::numeric_limits<float>::quiet_NaN());
        QCOMPARE(outlineLoss(right, unknown).item<double>(), 0.0);
    }

    void borderGapTakesTheLabelOutOfBorderLogitsAndLeavesTheOthers() {
        // Each image is two numbers: what its border tells, which goes with its label, and what its middle
        // tells.
        auto generator = at::make_generator<at::CPUGeneratorImpl>(5);
        auto weights = at::full({2, 1}, 1.0).requires_grad_();
        BorderGap gap(1, at::kCPU);
        for (int step = 0; step < 400; ++step) {
            const auto targets = at::randn({16, 1}, generator).gt(0).to(at::kFloat);
            const auto images = at::randn({16, 2}, generator) + at::cat({targets, 0 * targets}, 1);
            const auto onlyBorder = at::randn({16}, generator).gt(0);
            const auto loss = gap.loss(at::mm(images, weights), targets, onlyBorder);
            weights.mutable_grad() = at::Tensor();
            loss.backward();
            at::NoGradGuard frozen;
            weights.sub_(0.02 * weights.grad());
        }
        QVERIFY2(std::abs(weights[0][0].item<double>()) < 0.1,
                 qPrintable(QString::number(weights[0][0].item<double>())));
        QVERIFY2(weights[1][0].item<double>() > 0.7,
                 qPrintable(QString::number(weights[1][0].item<double>())));
    }

    void theGapIsPartOfTheLossAndKeptInCheckpoints() {
        QTemporaryDir folder;
        const auto cache = test::blobCache(folder.path().toStdString(), 60);
        auto recipe = test::blobRecipe();
        recipe.augmentation.borderOnly = 0.5;
        const ResNet network(recipe.architecture, 1, 3);
        const auto images = trainingImages(cache);
        auto generator = at::make_generator<at::CPUGeneratorImpl>(3);
        const auto features = at::randn({static_cast<std::int64_t>(images.size()), 64, 1, 1}, generator);
        const auto lossOf = [&](TrainingLoss& loss) {
            return loss(network, features, images, 0).item<double>();
        };
        TrainingLoss without(recipe, cache, images, at::kCPU);
        const double plain = lossOf(without);
        QVERIFY(without.state().empty());
        recipe.borderGap = 10;
        TrainingLoss with(recipe, cache, images, at::kCPU);
        QVERIFY(lossOf(with) > plain);  // the gap itself is lowered: its part is positive
        QCOMPARE(with.state().size(), std::size_t(3));
        for (const auto& [name, running] : with.state())
            QVERIFY2(running.item<double>() != (name == "variance" ? 1.0 : 0.0), name.c_str());
    }

    void borderGapIsSilentWithoutBorderImagesOrLabels() {
        BorderGap gap(1, at::kCPU);
        const auto logits = at::full({4, 1}, 3.0).requires_grad_();
        const auto unknown = at::full({4, 1}, std::numeric_limits<float>::quiet_NaN());
        const auto all = at::full({4}, 1).to(at::kBool);
        QCOMPARE(gap.loss(logits, unknown, all).item<double>(), 0.0);
        QCOMPARE(gap.loss(logits, at::full({4, 1}, 1.0), all.logical_not()).item<double>(), 0.0);
        QVERIFY(gap.loss(logits, at::full({4, 1}, 1.0), all).item<double>() > 0);
    }

    void recipeSurvivesItsJsonAndRefusesUnknownFields() {
        auto recipe = test::blobRecipe();
        recipe.augmentation.invert = 0.25;
        recipe.augmentation.borderOnly = 0.125;
        recipe.edgePenalty = 0.75;
        recipe.borderGap = 0.0625;
        recipe.dataJson = R"({"source":"x"})";
        const auto read = parseTrainingRecipe(toJson(recipe));
        QCOMPARE(toJson(read), toJson(recipe));
        QCOMPARE(read.augmentation.borderOnly, 0.125);
        QCOMPARE(read.edgePenalty, 0.75);
        QCOMPARE(read.borderGap, 0.0625);
        const auto detail = [](const char* text) {
            try {
                parseTrainingRecipe(text);
            } catch (const Error& error) {
                return error.problem().kind == ProblemKind::UsageInvalid ? error.problem().detail
                                                                         : "another kind";
            }
            return std::string("accepted");
        };
        QVERIFY(detail(R"({"epoch": 3})").find("epoch") != std::string::npos);
        QVERIFY(detail(R"({"augmentation": {"gama": 3}})").find("gama") != std::string::npos);
        QVERIFY(detail(R"({"batch": 0})").find("batch") != std::string::npos);
        QVERIFY(detail("{").find("JSON") != std::string::npos);
        QCOMPARE(
            parseTrainingRecipe(R"({"findings": [{"code": "a", "name": "A"}]})").findings.at(0).threshold,
            0.5);
    }
};

QTEST_GUILESS_MAIN(TestTrainingStart)
#include "tst_training_start.moc"
