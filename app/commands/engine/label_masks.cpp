// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/engine/label_masks.h"

#include <cmath>
#include <string>
#include <utility>

#include "imaging/objects/segmentation_mask.h"
#include "imaging/pixels/grey_pipeline.h"
#include "imaging/pixels/pixel_decoder.h"
#include "imaging/study/dicom_header.h"
#include "imaging/study/study_scanner.h"

namespace residua {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void invalid(const std::string& what) {
    throw Error(ProblemKind::LabelMaskInvalid, {}, what);
}

Instance instanceOf(const fs::path& path) {
    return readStudyOfFile(path).series.at(0).instances.at(0);
}

TruthMask pictureMask(const fs::path& path) {
    const auto image = decodeFrame(path);
    TruthMask mask{image->width, image->height, {}};
    for (const float value : modalityValues(*image)) mask.values.push_back(value > 0 ? 1 : 0);
    return mask;
}

/// A mask may have been made at another size: then one side of it was rounded.
bool hasShapeOf(const TruthMask& mask, const Instance& image) {
    if (image.columns <= 0 || image.rows <= 0) return false;
    const double height = static_cast<double>(mask.width) * image.rows / image.columns;
    const double width = static_cast<double>(mask.height) * image.columns / image.rows;
    return std::abs(height - mask.height) <= 1 || std::abs(width - mask.width) <= 1;
}

}  // namespace

TruthMask LabelMasks::segmentationOn(const LabelledImage& image, const std::stop_token& stop) {
    if (!last_ || last_->file.path != image.mask) last_ = readSegmentation(image.mask);
    auto mask = maskOf(*last_, planeOfImage(image.path), segmentsNamed(*last_, image.segment), stop);
    return {mask.width, mask.height, std::move(mask.values)};
}

TruthMask LabelMasks::read(const LabelledImage& image, const std::stop_token& stop) {
    const auto shown = instanceOf(image.path);
    try {
        if (isSegmentation(instanceOf(image.mask).sopClassUid)) {
            if (shown.fileKind != FileKind::Dicom) invalid("a segmentation refers to DICOM images only");
            return segmentationOn(image, stop);
        }
        auto mask = pictureMask(image.mask);
        if (!hasShapeOf(mask, shown))
            invalid(std::to_string(mask.width) + " × " + std::to_string(mask.height) +
                    " pixels on an image of " + std::to_string(shown.columns) + " × " +
                    std::to_string(shown.rows));
        return mask;
    } catch (const Error& error) {
        const auto& problem = error.problem();
        if (problem.kind == ProblemKind::Cancelled) throw;
        const bool isOwn = problem.kind == ProblemKind::LabelMaskInvalid;
        const auto kind = isOwn ? std::string() : std::string(kindName(problem.kind)) + ", ";
        throw Error(ProblemKind::LabelMaskInvalid, image.mask,
                    kind + problem.detail + "; of the image " + image.path.string());
    }
}

}  // namespace residua
