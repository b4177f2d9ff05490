// SPDX-License-Identifier: GPL-3.0-or-later
// How slices become a verdict, with brain-tumour on the slices of RESIDUA_DATA:
//   bench_series [BUNDLE]
// Chosen on brain/'s validation part: runs of ten slices of one block, kinds of tumours other than the true
// one being the negatives. Measured once on brain-external: ten scans with a tumour and runs of at least
// three slices without one. 'Each for itself' is what a card without kind_of gives.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "imaging/pixels/pixel_decoder.h"
#include "imaging/preprocess/preprocess.h"
#include "inference/findings/aggregation.h"
#include "inference/findings/labels.h"
#include "inference/network/predictor.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kRun = 10;

/// The predictions of slices that follow one another, and what they show.
struct Slices {
    std::string label;
    std::vector<Prediction> predictions;
};

std::vector<SeriesFinding> verdictOf(const std::vector<FindingCard>& cards, const Slices& slices,
                                     Aggregation rule) {
    std::vector<std::vector<SliceScore>> scores(cards.size());
    for (const auto& prediction : slices.predictions)
        for (std::size_t f = 0; f < cards.size(); ++f)
            scores[f].push_back({prediction.findings[f].score, prediction.findings[f].logit});
    return aggregateStack(cards, scores, rule);
}

/// Of `runs`, those with and without `label` that are flagged for it.
struct Count {
    std::size_t flagged = 0, positives = 0, falselyFlagged = 0, negatives = 0;
    void add(bool isPositive, bool isFlagged) {
        ++(isPositive ? positives : negatives);
        if (isFlagged) ++(isPositive ? flagged : falselyFlagged);
    }
    void print(const char* what) const {
        std::printf("  %-46s flagged %zu of %zu with, %zu of %zu without\n", what, flagged, positives,
                    falselyFlagged, negatives);
    }
};

/// @param isPositive whether the run shows the finding
template <class IsPositive>
void compare(const std::vector<FindingCard>& cards, const std::vector<Slices>& runs, bool kinds,
             IsPositive isPositive) {
    auto alone = cards;
    for (auto& card : alone) card.kindOf.clear();
    const auto count = [&](const std::vector<FindingCard>& by, Aggregation rule, const char* what) {
        Count result;
        for (const auto& run : runs)
            for (const auto& finding : verdictOf(by, run, rule)) {
                const auto card = std::ranges::find(cards, finding.finding, &FindingCard::code);
                if (card->kindOf.empty() == kinds) continue;
                result.add(isPositive(run, finding.finding), finding.flagged);
            }
        result.print(what);
    };
    count(alone, Aggregation::Highest, "highest slice, each for itself");
    count(alone, Aggregation::Neighbours, "three neighbours, each for itself");
    if (!kinds) return;
    count(cards, Aggregation::Highest, "at the slice that decides the whole");
    count(cards, Aggregation::Neighbours, "at the three neighbours that decide the whole");
}

Prediction predictionOf(Predictor& predictor, const fs::path& path) {
    return predictor.predict({preprocess(*decodeFrame(path), predictor.card().input)}).at(0);
}

void onValidation(Predictor& predictor, const fs::path& data) {
    std::map<std::string, std::vector<const LabelledImage*>> blocks;
    const auto table = readLabels(data / "brain");
    for (const auto& image : table.images)
        if (image.split == Split::Validation && image.label != "no_tumor")
            blocks[image.patientId + ' ' + image.label].push_back(&image);
    std::vector<Slices> runs;
    for (const auto& [name, images] : blocks)
        for (std::size_t i = 0; i + kRun <= images.size(); i += kRun) {
            runs.push_back({images[i]->label, {}});
            for (std::size_t k = i; k < i + kRun; ++k)
                runs.back().predictions.push_back(predictionOf(predictor, images[k]->path));
        }
    std::printf("brain/ validation, %zu runs of %zu slices, kinds:\n", runs.size(), kRun);
    compare(predictor.card().findings, runs, true,
            [](const Slices& run, const std::string& finding) { return run.label == finding; });
}

void onExternal(Predictor& predictor, const fs::path& data) {
    std::vector<Slices> scans, without;
    std::string scan;
    bool goesOn = false;  // a run without a tumour
    const auto table = readLabels(data / "brain-external");
    for (const auto& image : table.images) {
        const auto name = image.path.filename().string();
        const auto stem = name.substr(0, name.rfind('_'));  // 01_pre_07.jpg: patient, time point, slice
        const bool tumour = !image.mask.empty(), starts = stem != scan;
        scan = stem;
        if (starts) scans.push_back({"tumour", {}});
        scans.back().predictions.push_back(predictionOf(predictor, image.path));
        if (!tumour && (starts || !goesOn)) without.push_back({"", {}});
        if (!tumour) without.back().predictions.push_back(scans.back().predictions.back());
        goesOn = !tumour;
    }
    std::erase_if(without, [](const Slices& run) { return run.predictions.size() < kNeighbours; });
    auto runs = scans;
    runs.insert(runs.end(), without.begin(), without.end());
    std::printf("brain-external, %zu scans, %zu runs without a tumour, whole findings:\n", scans.size(),
                without.size());
    compare(predictor.card().findings, runs, false,
            [](const Slices& run, const std::string&) { return run.label == "tumour"; });
    std::printf("brain-external, %zu scans of gliomas, kinds:\n", scans.size());
    compare(predictor.card().findings, scans, true,
            [](const Slices&, const std::string& finding) { return finding == "glioma"; });
}

}  // namespace

int main(int count, char** arguments) {
    const char* data = std::getenv("RESIDUA_DATA");
    if (!data) {
        std::printf("set RESIDUA_DATA to the folder of images\n");
        return 1;
    }
    try {
        Predictor predictor(count > 1 ? arguments[1] : RESIDUA_SOURCE_DIR "/resources/models/brain-tumour");
        onValidation(predictor, data);
        onExternal(predictor, data);
    } catch (const Error& error) {
        std::printf("%s\n", error.what());
        return 1;
    }
    return 0;
}
