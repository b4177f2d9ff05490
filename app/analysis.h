// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/error.h"
#include "imaging/geometry/measurement.h"
#include "inference/findings/aggregation.h"
#include "inference/findings/model_card.h"
#include "inference/findings/prediction.h"
#include "inference/findings/scope.h"

namespace residua {

/// What one network said about one image, with all that names the image. Plain values: no Qt, no LibTorch.
struct ImageResult {
    std::filesystem::path path;
    int frame = 0;
    std::string studyUid;
    std::string seriesUid;
    std::string sopInstanceUid;
    std::string modelSha256;  ///< which weights; a late reply of another network is dropped by it
    ScopeCheck scope;
    std::optional<Problem> problem;  ///< set: not scored because of it (or 'not scored: the engine ended')
    Prediction prediction;  ///< empty findings when out of scope or a problem; maps may be empty in JSON;
                            ///< the likeness also where it put the image out of scope
    bool scored() const { return !problem && scope.state != ScopeState::Outside; }
};

/// The reader's answer to one finding of one study.
enum class Answer { None, Agree, Disagree, Unsure };
struct Verdict {
    std::string finding;
    Answer answer = Answer::None;
    std::string note;
    std::string reader;
    std::string time;  ///< ISO 8601 with offset
    std::string modelSha256;
};

/// A stack's share of a series' images, and what speaks for reading its score with care.
struct AnalysedStack {
    std::string label;      ///< the Stack's; may be empty
    std::size_t first = 0;  ///< of its images in the series' list
    std::size_t count = 0;
    std::vector<SeriesFinding> findings;  ///< `slice` and `first` counted in the series' list
    std::size_t notScored = 0;            ///< images without a score
    std::string whyNotScored;             ///< the first of them; empty = all have a score
    std::vector<Problem> problems;        ///< the Stack's: slices missing, doubled, without a place
};

struct AnalysedSeries {
    std::string seriesUid;
    int number = 0;
    std::string description;
    std::string modality;
    std::vector<ImageResult> images;      ///< stack by stack, in slice order
    std::vector<AnalysedStack> stacks;    ///< over all images, in their order
    std::vector<SeriesFinding> findings;  ///< through aggregation; empty if nothing was scored
    std::string notScored;                ///< why the whole series has no score; empty otherwise

    const AnalysedStack& stackOf(const SeriesFinding& finding) const { return stacks.at(finding.stack); }
};

/// One study with one network's results and the reader's verdicts: what JSON, CSV, PDF and window print.
/// Nothing here is computed twice.
struct Analysis {
    std::string created;  ///< ISO 8601 with offset
    std::string programVersion;
    std::string studyUid, studyDate, studyDescription, accessionNumber;
    std::string patientId, patientName, patientBirthDate, patientSex, patientAge;
    ModelCard model;  ///< trainingJson and evaluationJson are not written to residua.analysis/1
    std::string device, precision;
    std::vector<AnalysedSeries> series;
    std::vector<StudyFinding> findings;  ///< over the series; empty if nothing was scored
    std::vector<Verdict> verdicts;
    struct KeyImage {
        std::filesystem::path path;
        int frame = 0;
        std::string sopInstanceUid;
    };
    std::vector<KeyImage> keyImages;
    /// A length that the reader drew.
    struct DrawnLength {
        KeyImage image;
        Point from, to;  ///< in continuous pixel coordinates
        Length length;   ///< as the window showed it
    };
    std::vector<DrawnLength> lengths;
    std::vector<Problem> problems;
};

/// Schema "residua.analysis/1"; golden file tests/app/analysis.golden.json. Throws Error UsageInvalid naming
/// the field.
std::string toJson(const Analysis& analysis);
Analysis parseAnalysis(std::string_view json, const std::filesystem::path& path);

/// Fills the findings of stacks, series and study from the images, with the card's thresholds and
/// aggregation. The images of a series without stacks count as one stack.
void aggregate(Analysis& analysis);

}  // namespace residua
