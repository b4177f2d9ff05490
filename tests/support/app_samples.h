// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "app/analysis.h"
#include "tests/support/dicom_bytes.h"

namespace residua::test {

inline std::filesystem::path toPath(const QString& text) {
    return text.toStdString();
}

/// A study of `count` small DICOM images in one series, named 1.dcm to N.dcm in `folder`.
inline std::vector<std::filesystem::path> writeSmallStudy(const std::filesystem::path& folder, int count,
                                                          unsigned side = 48) {
    std::filesystem::create_directories(folder);
    std::vector<std::filesystem::path> files;
    for (int i = 1; i <= count; ++i) {
        files.push_back(folder / (std::to_string(i) + ".dcm"));
        ImageShape shape;
        shape.rows = shape.columns = side;
        writeBytes(files.back(), imageFile(kExplicitLittle, shape, "1.2.3.1." + std::to_string(i)));
    }
    return files;
}

inline FindingCard sampleFinding() {
    FindingCard finding;
    finding.code = "opacity", finding.name = "Opacity", finding.description = "A brighter region.";
    finding.threshold = 0.375, finding.thresholdSource = "95 % sensitivity on validation";
    finding.temperature = 0.75, finding.calibrated = true;
    return finding;
}

/// A whole analysis by hand: two series, one of them outside the scope, one image to be read with care, a
/// verdict with a note, a key image with a length, and a problem. Its images do not exist.
inline Analysis sampleAnalysis() {
    Analysis a;
    a.created = "2026-03-01T14:05:09+01:00";
    a.programVersion = "0.1.0";
    a.studyUid = "1.2.3", a.studyDate = "20260228", a.studyDescription = "Chest PA",
    a.accessionNumber = "A42";
    a.patientId = "P1", a.patientName = "Müller, Jürgen", a.patientBirthDate = "19700101", a.patientSex = "M";
    a.patientAge = "056Y";
    a.model.name = "chest-test", a.model.title = "Chest radiograph: test", a.model.version = "1.0";
    a.model.weightsSha256 = std::string(64, 'a');
    a.model.license = "CC-BY-4.0";
    a.model.limits = {"Children of one hospital."};
    a.model.findings = {sampleFinding()};
    a.device = "cpu", a.precision = "fp32";
    const auto image = [](int number, double score, double logit) {
        ImageResult result;
        result.path = "/studies/" + std::to_string(number) + ".dcm";
        result.studyUid = "1.2.3", result.seriesUid = "1.2.3.1";
        result.sopInstanceUid = "1.2.3.1." + std::to_string(number);
        result.modelSha256 = std::string(64, 'a');
        FindingScore one;
        one.finding = "opacity", one.score = score, one.logit = logit, one.bias = -0.5;
        one.map = {2, 2, {0.1F, -0.25F, 3.5F, 1e-8F}, {}, {24, 0, 11.5, 0, 24, 11.5}};
        result.prediction = {{one}, "cpu", "fp32", ""};
        return result;
    };
    AnalysedSeries series{"1.2.3.1", 1,  "Frontal", "DX", {image(1, 0.125, -1.5), image(2, 0.8125, 1.1)},
                          {},        {}, {}};
    series.images[0].scope = {ScopeState::NotChecked, "BodyPartExamined (0018,0015) is missing"};
    series.images[1].prediction.likeness = Likeness{0.9375, Orientation::AsTrained, 0.75};
    series.images[1].scope.caution = "unlike the training images: read with care";
    series.stacks = {{"", 0, 2, {}, 0, {}, {{ProblemKind::SlicesMissing, {}, "between 3.5 and 9 mm"}}}};
    AnalysedSeries outside{"1.2.3.2", 2, "Localizer", "CT", {}, {}, {}, {}};
    ImageResult refused;
    refused.path = "/studies/3.dcm", refused.studyUid = "1.2.3", refused.seriesUid = "1.2.3.2";
    refused.sopInstanceUid = "1.2.3.2.1";
    refused.scope = {ScopeState::Outside, "Modality (0008,0060) is CT, the network is for DX, CR"};
    outside.images = {refused};
    a.series = {series, outside};
    a.verdicts = {{"opacity", Answer::Disagree, "An artefact, \"clip\"", "Dr. Test",
                   "2026-03-01T14:06:00+01:00", std::string(64, 'a')}};
    a.keyImages = {{"/studies/2.dcm", 0, "1.2.3.1.2"}};
    a.lengths = {{a.keyImages[0], {3.5, 4}, {33.5, 44}, {25, SpacingKind::Detector}}};
    a.problems = {{ProblemKind::DicomTruncated, "/studies/4.dcm", "ends at byte 100 of 200"}};
    aggregate(a);
    return a;
}

}  // namespace residua::test
