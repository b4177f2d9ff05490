// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/engine/labelled_data.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <system_error>
#include <thread>
#include <utility>

#include "app/commands/engine/label_masks.h"
#include "imaging/pixels/pixel_decoder.h"
#include "imaging/preprocess/preprocess.h"
#include "imaging/study/study_scanner.h"
#include "inference/findings/delimited_text.h"
#include "inference/findings/truth_region.h"
#include "inference/network/sha256.h"

namespace residua {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

/// More than the network sees: augmentation zooms in by a few percent without blurring.
constexpr double kCacheMargin = 1.25;

/// How the cache's images were made, and of what: another text makes it invalid.
std::string cacheKey(const std::vector<CachedSample>& samples, const PreprocessSpec& spec, int side) {
    std::string rows;
    for (const auto& sample : samples) {
        std::error_code ignored;
        const auto& image = sample.image;
        const auto written = fs::last_write_time(image.path, ignored).time_since_epoch().count();
        rows += image.path.native() + '\0' + image.label + '\0' + image.patientId + '\0' +
                std::string(splitName(image.split)) + '\0' +
                std::to_string(fs::file_size(image.path, ignored)) + '\0' + std::to_string(written);
        for (const float target : sample.targets)
            rows += std::isnan(target) ? "?" : target > 0.5F ? "1" : "0";
        for (const auto& box : image.boxes) rows += json{box.x0, box.y0, box.x1, box.y1, box.label}.dump();
        rows += '\n';
    }
    return json{{"samples", sha256(std::as_bytes(std::span(rows)))},
                {"window", spec.window == PreprocessSpec::WindowChoice::Image ? "image" : "percentiles"},
                {"percentiles", {spec.lowPercentile, spec.highPercentile}},
                {"crop", spec.crop == PreprocessSpec::Crop::Foreground ? "foreground" : "none"},
                {"side", side}}
        .dump();
}

std::string modalityOf(const fs::path& path, const std::string& pictureModality) {
    const auto study = readStudyOfFile(path, pictureModality);
    const auto& series = study.series.at(0);
    const bool guessed = series.instances.at(0).fileKind != FileKind::Dicom && pictureModality.empty();
    return guessed ? std::string() : series.modality;
}

bool isPositive(const CachedSample& sample) {
    return std::ranges::any_of(sample.targets, [](float target) { return target > 0.5F; });
}

/// What the row's mask marks becomes places; a mask that says nothing leaves the row its label.
void takeMask(LabelMasks& masks, CachedSample& sample, CommandContext& context) {
    auto& image = sample.image;
    if (image.mask.empty()) return;
    try {
        auto rows = rowsOfMask(masks.read(image, context.stop));
        if (rows.empty() && isPositive(sample))
            throw Error(ProblemKind::LabelMaskInvalid, image.mask,
                        "no pixel is marked, though the label is '" + image.label + "'; of the image " +
                            image.path.string());
        std::ranges::move(rows, std::back_inserter(image.boxes));
    } catch (const Error& error) {
        if (error.problem().kind == ProblemKind::Cancelled) throw;
        // Of another kind, it is the image's own problem: whoever decodes it next tells that.
        if (error.problem().kind == ProblemKind::LabelMaskInvalid) context.lines.problem(error.problem());
    }
}

}  // namespace

std::optional<std::string> usualNegativeLabel(const std::vector<std::string>& labels) {
    constexpr std::array<std::string_view, 8> usual{"normal",      "negative", "no_finding", "no finding",
                                                    "no_findings", "no_tumor", "none",       "healthy"};
    for (const auto& label : labels)
        if (std::ranges::find(usual, lowerCase(label)) != usual.end()) return label;
    return std::nullopt;
}

std::vector<CachedSample> samplesOf(const LabelTable& table, const std::vector<FindingCard>& findings,
                                    const std::string& negativeLabel, const std::string& modality,
                                    CommandContext& context) {
    const bool asksModality =
        std::ranges::any_of(findings, [](const FindingCard& finding) { return !finding.modality.empty(); });
    LabelMasks masks;
    std::vector<CachedSample> samples;
    for (const auto& image : table.images) {
        if (image.split == Split::Unused) continue;
        if (context.stop.stop_requested()) throw Error(ProblemKind::Cancelled, {});
        try {
            CachedSample sample;
            sample.image = image;
            sample.targets = targetsOf(image, findings, negativeLabel,
                                       asksModality ? modalityOf(image.path, modality) : modality);
            takeMask(masks, sample, context);
            samples.push_back(std::move(sample));
        } catch (const Error& error) {
            Problem problem = error.problem();
            if (problem.kind == ProblemKind::Cancelled) throw;
            if (problem.path.empty()) problem.path = image.path;
            context.lines.problem(problem);  // one row must not stop the training
        }
    }
    return samples;
}

DecodedSample decodeSample(const fs::path& path, const PreprocessSpec& spec, int longerSide) {
    const auto image = decodeFrame(path);
    const auto cropped = windowAndCrop(*image, spec, longerSide);
    DecodedSample sample{cropped.width, cropped.height, {}, cropped.toImage, image->width, image->height};
    sample.pixels.reserve(cropped.values.size());
    constexpr float most = std::numeric_limits<std::uint16_t>::max();
    for (const float value : cropped.values)
        sample.pixels.push_back(
            static_cast<std::uint16_t>(std::lround(std::clamp(value, 0.0F, 1.0F) * most)));
    return sample;
}

TrainingCache cacheOf(const std::vector<CachedSample>& samples, const PreprocessSpec& spec,
                      const fs::path& file, CommandContext& context) {
    const int side = static_cast<int>(std::lround(std::max(spec.width, spec.height) * kCacheMargin));
    const auto key = cacheKey(samples, spec, side);
    std::error_code ignored;
    if (fs::exists(file, ignored)) {
        try {
            return TrainingCache(file, key);
        } catch (const Error& error) {
            if (error.problem().kind != ProblemKind::TrainingCacheInvalid) throw;  // else it is made anew
        }
    }
    context.lines.state("preparing");
    const auto problems = buildTrainingCache(
        file, key, samples, [&](const LabelledImage& image) { return decodeSample(image.path, spec, side); },
        std::max(1U, std::thread::hardware_concurrency()), context.stop,
        [&](std::size_t done, std::size_t total) { context.lines.progress(done, total); });
    for (const auto& problem : problems) context.lines.problem(problem);
    return TrainingCache(file, key);
}

}  // namespace residua
