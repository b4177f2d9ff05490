// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <nlohmann/json.hpp>

#include "inference/network/evaluation.h"
#include "inference/network/trainer.h"
#include "tests/support/blob_training.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

ClassMap mapWithPeak(int side, int x, int y) {
    ClassMap map{side,
                 side,
                 std::vector<float>(static_cast<std::size_t>(side * side), -0.5F),
                 {},
                 {16, 0, 7.5, 0, 16, 7.5}};
    map.values[static_cast<std::size_t>(y * side + x)] = 2;
    return map;
}

/// Grey everywhere, a bright frame with a dark hole inside, and a small bright speck apart.
GreyImage bodyPicture() {
    GreyImage image(32, 32);
    for (int y = 6; y < 26; ++y)
        for (int x = 6; x < 26; ++x) image.row(y)[x] = x < 10 || x >= 22 || y < 10 || y >= 22 ? 0.9F : 0.1F;
    image.row(2)[2] = 0.9F;
    return image;
}

EvaluatedImage scored(double score, float target, const std::string& patient) {
    EvaluatedImage image;
    image.image.patientId = patient;
    image.targets = {target};
    image.prediction.findings.push_back({"blob", 0, 0, score, {}});
    image.prediction.device = "cpu";
    return image;
}

ModelCard blobCard() {
    ModelCard card;
    card.name = "blob-finder";
    card.findings.resize(1);
    card.findings[0].code = "blob";
    card.findings[0].threshold = 0.6;
    return card;
}

}  // namespace

class TestEvaluation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bodyIsTheLargestComponentWithItsHolesFilled() {
        const auto body = bodyOf(bodyPicture());
        QCOMPARE(std::count(body.begin(), body.end(), true), 400);
        QVERIFY(body[16 * 32 + 16]);
        QVERIFY(!body[2 * 32 + 2]);
    }

    void heatIsBilinearBetweenTheMiddlesOfItsCells() {
        const auto heat = heatOnInput(mapWithPeak(4, 1, 2), 64, 64, 16);
        QVERIFY(std::abs(heat.row(39)[23] - heat.row(40)[24]) <
                1e-5F);  // the cell's middle is at (23.5, 39.5)
        QVERIFY(std::abs(heat.row(39)[31] - heat.row(40)[16]) < 1e-5F);
        QVERIFY(heat.row(40)[24] > 1.8F && heat.row(0)[0] == -0.5F);
    }

    void heatSharesCountPositiveHeatOnly() {
        NetworkInput input{1, 64, 64, std::vector<float>(4096), {}};
        std::vector<bool> body(4096);
        for (std::size_t i = 0; i < body.size(); ++i)
            body[i] = i % 64 < 24;  // the left side, up to the peak's middle
        const auto facts = heatFacts(mapWithPeak(4, 1, 2), input, body, 16);
        QVERIFY(std::abs(facts.insideBody - 0.5) < 0.01);
        QCOMPARE(facts.outerShare, 0.0);
        const auto corner = heatFacts(mapWithPeak(4, 0, 0), input, body, 16);
        QVERIFY(corner.outerShare > 0.2 && corner.insideBody > 0.99);
        ClassMap cold = mapWithPeak(4, 0, 0);
        for (float& v : cold.values) v = -1;
        QVERIFY(std::isnan(heatFacts(cold, input, body, 16).insideBody));
    }

    void pointingGameAsksBoxesOfTheFinding() {
        LabelledImage image;
        const auto map = mapWithPeak(4, 1, 2);  // the pixel (23.5, 39.5) of 64 × 64, of an input of 64 × 64
        const auto distance = [&](const char* finding) {
            return pointingDistance(map, finding, image, 64, 64, 16);
        };
        QVERIFY(!distance("blob"));
        image.boxes = {{0, 0, 1, 1, "other"}};
        QVERIFY(!distance("blob"));
        image.boxes.push_back({0.3, 0.5, 0.5, 0.7, "blob"});
        QCOMPARE(distance("Blob"), std::optional(0.0));
        image.boxes[1].x0 = 28.0 / 64;
        QCOMPARE(distance("blob"), std::optional(4.0));  // the edge of a pixel to the middle of another
        image.boxes[1].y0 = 43.0 / 64;
        QCOMPARE(distance("blob"), std::optional(5.0));
        image.boxes.push_back({0.36, 0.61, 0.38, 0.63, ""});  // a small piece of a mask
        QCOMPARE(distance("blob"), std::optional(0.0));
    }

    void pointingDistanceIsInPixelsOfTheInput() {
        LabelledImage image;
        image.boxes = {{0.5, 0, 1, 1, "blob"}};
        auto map = mapWithPeak(4, 1, 2);
        const double one = *pointingDistance(map, "blob", image, 64, 64, 16);
        auto& to = map.toImage;  // the same input, of an image four times as large
        to = {4 * to.a, 0, 4 * to.c + 1.5, 0, 4 * to.e, 4 * to.f + 1.5};
        QVERIFY(std::abs(*pointingDistance(map, "blob", image, 256, 256, 16) - one) < 1e-9);
    }

    void overlapComparesHeatAndTruthOnTheInput() {
        LabelledImage image;
        QVERIFY(!drawnTruth("blob", image));
        image.boxes = {{0.25, 0.25, 0.5, 0.5, "blob"}, {0, 0, 1, 1, "other"}};
        const auto truth = *drawnTruth("blob", image);
        QVERIFY(std::abs(shareInside(truth) - 1.0 / 16) < 1e-3);
        ClassMap map{4, 4, std::vector<float>(16, -2), {}, {}};
        NetworkInput input{
            1, 64, 64, std::vector<float>(4096), {2, 0, 0.5, 0, 2, 0.5}};  // of 128 × 128 pixels
        QCOMPARE(overlapOf(map, 1, truth, input, 128, 128, 16), 0.0);
        map.values[5] =
            3;  // the cell of the truth: hot half-way to the middles of its neighbours and a little more
        const double one = overlapOf(map, -0.5, truth, input, 128, 128, 16);
        QVERIFY2(one > 0.6 && one <= 1, qPrintable(QString::number(one)));
        for (float& v : map.values) v = 3;
        QVERIFY(std::abs(overlapOf(map, 0, truth, input, 128, 128, 16) - 1.0 / 16) < 0.01);
    }

    void figuresAreToldBySizeOfTheTruth() {
        std::vector<EvaluatedImage> images{scored(0.9, 1, "a"), scored(0.2, 0, "b"), scored(0.1, 1, "c")};
        for (auto& one : images) one.heat.resize(1);
        images[0].heat[0].truthShare = 0.2;
        images[0].heat[0].pointingDistance = 0;
        images[2].heat[0].truthShare = 0.005;
        images[2].heat[0].pointingDistance = 20;
        const auto sizes = evaluate(images, blobCard(), {"three images", false, 1, 50}).findings.at(0).sizes;
        QCOMPARE(sizes.size(), std::size_t(3));
        QCOMPARE(sizes[0].images, std::size_t(1));
        QCOMPARE(sizes[0].auc, 0.0);
        QCOMPARE(sizes[0].pointedInside, std::size_t(0));
        QCOMPARE(sizes[1].images, std::size_t(0));
        QCOMPARE(sizes[2].auc, 1.0);
        QCOMPARE(sizes[2].pointedInside, std::size_t(1));
        QVERIFY(std::isnan(sizes[2].overlap));
    }

    void unknownTargetsAndMissingScoresDoNotCount() {
        std::vector<EvaluatedImage> images{scored(0.9, 1, "a"), scored(0.2, 0, "b"), scored(0.7, 0, "c"),
                                           scored(0.5, std::nanf(""), "d"), scored(0.5, 1, "e")};
        images.back().prediction.findings.clear();
        const auto report = evaluate(images, blobCard(), {"five images", false, 1, 50});
        const auto& figures = report.findings.at(0).figures;
        QCOMPARE(figures.images, std::size_t{3});
        QCOMPARE(figures.positives, std::size_t{1});
        QCOMPARE(figures.auc.value, 1.0);
        QCOMPARE(figures.specificity.value, 0.5);
        const auto json = nlohmann::json::parse(toJson(report));
        QCOMPARE(json.at("schema").get<std::string>(), std::string("residua.evaluation/1"));
        QCOMPARE(json.at("images").get<int>(), 5);
        QCOMPARE(json.at("intervals_by").get<std::string>(), std::string("image"));
        QVERIFY(json.at("findings").at(0).at("heat").at("inside_body").is_null());
    }

    void unlikeImagesAreCountedAndRanked() {
        const GateCard gate{15, 20, {{Orientation::Mirrored, 30}}, 0.5};
        const auto at = [](double unlikeness, Orientation orientation = Orientation::AsTrained) {
            return Likeness{unlikeness, orientation, 0.9};
        };
        const std::vector<Likeness> inScope{at(0.5), at(0.6), at(0.8), at(1.1)};
        const auto same = likenessFigures("as they are", gate, inScope, {});
        QCOMPARE(same.warned, 0.25);
        QCOMPARE(same.refused, 0.25);
        QVERIFY(std::isnan(same.auc));
        const auto others =
            likenessFigures("others", gate, {at(0.7), at(0.7, Orientation::Mirrored), at(2), at(3)}, inScope);
        QCOMPARE(others.warned, 0.0);
        QCOMPARE(others.refused, 0.75);
        QCOMPARE(others.byDistance, 0.5);
        QCOMPARE(others.auc, 12.0 / 16);
    }

    void baselinesFindWhatLiesInTheBorderOrTheMiddle() {
        QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        const auto aucs = [&](bool inBorder) {
            const auto decode = [&](const LabelledImage& image) {
                const auto number = std::stoul(image.path.string().substr(5));
                CounterRandom random(number);
                DecodedSample sample{32, 32, {}, {}, 32, 32};
                for (int i = 0; i < 1024; ++i) {
                    const bool border = i % 32 < 6 || i % 32 >= 26 || i / 32 < 6 || i / 32 >= 26;
                    const double bright = border == inBorder && number % 2 == 1 ? 0.3 : 0;
                    sample.pixels.push_back(
                        static_cast<std::uint16_t>(65535 * (random.uniform(0.2, 0.6) + bright)));
                }
                return sample;
            };
            buildTrainingCache(path / "c", "r", test::blobSamples(100), decode, 1, {}, {});
            const TrainingCache cache(path / "c", "r");
            const auto scores = noNetworkBaselines(cache, 0, Split::Test);
            std::vector<int> labels;
            for (std::size_t i = 0; i < cache.size(); ++i)
                if (cache.sample(i).image.split == Split::Test)
                    labels.push_back(cache.sample(i).targets[0] > 0.5F ? 1 : 0);
            return std::pair(areaUnderRoc(scores.nearestNeighbour, labels),
                             areaUnderRoc(scores.borderOnly, labels));
        };
        QCOMPARE(aucs(true), std::pair(1.0, 1.0));
        const auto [nearest, border] = aucs(false);
        QCOMPARE(nearest, 1.0);
        QVERIFY2(border > 0.15 && border < 0.85, qPrintable(QString::number(border)));
    }

    void trainedNetworkIsEvaluatedWithHeatRobustnessAndBaselines() {
        QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        const auto cache = test::blobCache(path, 200);
        auto recipe = test::blobRecipe();
        recipe.epochs *= 2;
        train(recipe, cache, path, {}, {});
        Predictor predictor(path / "blob-finder", {Device::Cpu, Precision::Fp32, 1});
        std::size_t steps = 0;
        const auto report =
            evaluateCache(predictor, cache, Split::Test, Robustness::Measure, {"blobs", true, 1, 50}, {},
                          [&](std::size_t done, std::size_t) { steps = done; });
        QCOMPARE(steps, std::size_t{40});
        const auto& finding = report.findings.at(0);
        QVERIFY2(finding.figures.auc.value > 0.9, qPrintable(QString::number(finding.figures.auc.value)));
        QCOMPARE(finding.figures.patients, std::size_t{20});
        QCOMPARE(finding.robustness.size(), std::size_t{20});
        QVERIFY(finding.nearestNeighbour && finding.borderOnly);
        QCOMPARE(finding.nearestNeighbour->images, std::size_t{40});
        QCOMPARE(finding.heat.pointed, std::size_t{20});
        const auto json = nlohmann::json::parse(toJson(report));
        QCOMPARE(json.at("findings").at(0).at("robustness").at(0).at("variant").get<std::string>(),
                 std::string("border_hidden"));
        QVERIFY(json.at("findings").at(0).at("baselines").contains("border_pixels_only"));
        QCOMPARE(json.at("unlike").size(), std::size_t{1});
        const auto unlike = json.at("unlike").at(0);
        QCOMPARE(unlike.at("set").get<std::string>(), std::string("as they are"));
        QCOMPARE(unlike.at("images").get<std::size_t>(), report.images);
        QVERIFY(unlike.at("warned").get<double>() < 0.5 && unlike.at("auc").is_null());
    }
};

QTEST_GUILESS_MAIN(TestEvaluation)
#include "tst_evaluation.moc"
