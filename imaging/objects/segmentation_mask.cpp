// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/objects/segmentation_mask.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <variant>

#include "imaging/geometry/affine.h"
#include "imaging/geometry/vectors.h"
#include "imaging/pixels/pixel_decoder.h"
#include "imaging/study/dicom_header.h"
#include "imaging/study/element_value.h"

namespace residua {

namespace {

// Ours: positions are written with two digits or more, and no two slices lie nearer than twice this.
constexpr double kLeastTolerance = 0.1;  // mm
constexpr double kToleranceOfThickness = 0.1;

Vector minus(const Vector& a, const Vector& b) {
    return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}

/// The centre of a pixel in the patient.
Vector placeOf(const PlaneGeometry& plane, double x, double y) {
    Vector place = plane.position;
    for (std::size_t i = 0; i < 3; ++i)
        place[i] +=
            x * plane.columnSpacing * plane.orientation[i] + y * plane.rowSpacing * plane.orientation[3 + i];
    return place;
}

/// How far the image's corners lie from the frame's plane at most, in mm.
double distanceTo(const PlaneGeometry& frame, const ImagePlane& image) {
    double most = 0;
    for (const double x : {0.0, image.width - 1.0})
        for (const double y : {0.0, image.height - 1.0}) {
            const auto offset = minus(placeOf(*image.geometry, x, y), frame.position);
            most = std::max(most, std::abs(dot(offset, planeNormal(frame.orientation))));
        }
    return most;
}

double toleranceOf(const PlaneGeometry& frame, const ImagePlane& image) {
    double thickness = frame.thickness > 0 ? frame.thickness : image.geometry->thickness;
    if (image.geometry->thickness > 0) thickness = std::min(thickness, image.geometry->thickness);
    return std::max(kLeastTolerance, kToleranceOfThickness * thickness);
}

bool liesIn(const PlaneGeometry& frame, const ImagePlane& image) {
    return distanceTo(frame, image) <= toleranceOf(frame, image);
}

Affine imageToFrame(const PlaneGeometry& image, const PlaneGeometry& frame) {
    const auto origin = minus(image.position, frame.position);
    const auto right = rowDirection(image.orientation), down = columnDirection(image.orientation);
    const auto x = rowDirection(frame.orientation), y = columnDirection(frame.orientation);
    return {dot(right, x) * image.columnSpacing / frame.columnSpacing,
            dot(down, x) * image.rowSpacing / frame.columnSpacing,
            dot(origin, x) / frame.columnSpacing,
            dot(right, y) * image.columnSpacing / frame.rowSpacing,
            dot(down, y) * image.rowSpacing / frame.rowSpacing,
            dot(origin, y) / frame.rowSpacing};
}

/// One segmentation laid onto one image.
class Laying {
public:
    Laying(const Segmentation& segmentation, const ImagePlane& image, const std::vector<int>& segments)
        : segmentation_(segmentation), image_(image) {
        for (const int number : segments)
            if (number >= 0 && static_cast<std::size_t>(number) < asked_.size())
                asked_[static_cast<std::size_t>(number)] = true;
    }

    ImageMask mask(const std::stop_token& stop) {
        mask_.width = image_.width;
        mask_.height = image_.height;
        mask_.values.assign(static_cast<std::size_t>(image_.width) * static_cast<std::size_t>(image_.height),
                            0);
        bool refers = std::ranges::binary_search(segmentation_.images, image_.sopInstanceUid);
        for (std::size_t i = 0; i < segmentation_.frames.size(); ++i) {
            const auto& frame = segmentation_.frames[i];
            refers = refers || sourceIn(frame) != nullptr;
            if (stop.stop_requested()) throw Error(ProblemKind::Cancelled, segmentation_.file.path);
            if (!isTaken(frame)) continue;
            refers = true;
            // A label map's pixels name their segments.
            if (segmentation_.kind == SegmentationKind::LabelMap || isAsked(frame.segment)) draw(i);
        }
        if (!refers) invalid("no frame refers to the image or lies in its plane");
        return std::move(mask_);
    }

private:
    [[noreturn]] void invalid(const std::string& what) const {
        throw Error(ProblemKind::LabelMaskInvalid, segmentation_.file.path, what);
    }

    bool isAsked(int segment) const {
        return segment >= 0 && static_cast<std::size_t>(segment) < asked_.size() &&
               asked_[static_cast<std::size_t>(segment)];
    }

    /// The image's UID among the frame's sources, whatever its frame numbers.
    const SourceImage* sourceIn(const SegmentationFrame& frame) const {
        const auto found =
            std::ranges::find(frame.sources, image_.sopInstanceUid, &SourceImage::sopInstanceUid);
        return found == frame.sources.end() ? nullptr : &*found;
    }

    /// A place can be compared only where both sides tell it, in one frame of reference.
    bool hasPlaces(const SegmentationFrame& frame) const {
        return frame.plane && image_.geometry && !image_.frameOfReferenceUid.empty() &&
               image_.frameOfReferenceUid == segmentation_.frameOfReferenceUid;
    }

    bool isTaken(const SegmentationFrame& frame) const {
        if (frame.sources.empty()) return hasPlaces(frame) && liesIn(*frame.plane, image_);
        std::size_t named = 0;
        bool all = false;
        for (const auto& source : frame.sources) {
            if (source.sopInstanceUid != image_.sopInstanceUid) continue;
            all = all || (source.frames.empty() && image_.frames > 1);
            if (source.frames.empty() ||
                std::ranges::find(source.frames, image_.frame + 1) != source.frames.end())
                ++named;
        }
        if (named == 0) return false;
        // Drawn on several images or on all frames of one: the place says on which it lies.
        const bool severalSources = frame.sources.size() > 1 || all || frame.sources[0].frames.size() > 1;
        return !severalSources || !hasPlaces(frame) || liesIn(*frame.plane, image_);
    }

    Affine placing(const SegmentationFrame& frame, std::size_t number, const Image& pixels) const {
        const auto name = "frame " + std::to_string(number + 1);
        if (hasPlaces(frame)) {
            if (!liesIn(*frame.plane, image_))
                invalid(name + " refers to the image, but lies " +
                        std::to_string(std::lround(distanceTo(*frame.plane, image_))) + " mm from it");
            return imageToFrame(*image_.geometry, *frame.plane);
        }
        if (pixels.width != image_.width || pixels.height != image_.height)
            invalid(name + " has " + std::to_string(pixels.width) + " × " + std::to_string(pixels.height) +
                    " pixels, the image " + std::to_string(image_.width) + " × " +
                    std::to_string(image_.height) + ", and not both say where they lie");
        if (const auto* source = sourceIn(frame); source && !source->samePlaces)
            invalid(name + " does not lie as the image does, and not both say where they lie");
        return {};
    }

    bool isInside(int value) const {
        switch (segmentation_.kind) {
            case SegmentationKind::Binary:
                return value != 0;
            case SegmentationKind::Fractional:
                return 2 * value > segmentation_.maximumFraction;
            case SegmentationKind::LabelMap:
                return isAsked(value);
        }
        return false;
    }

    void draw(std::size_t number) {
        const auto pixels = decodeIndices(segmentation_.file, static_cast<int>(number));
        if (pixels->isColour()) invalid("the segmentation's pixels are colours");
        const auto toFrame = placing(segmentation_.frames[number], number, *pixels);
        std::visit([&](const auto& values) { drawValues(values, *pixels, toFrame); }, pixels->pixels);
    }

    template <typename Value>
    void drawValues(const std::vector<Value>& values, const Image& pixels, const Affine& toFrame) {
        auto* target = mask_.values.data();
        for (int y = 0; y < mask_.height; ++y) {
            for (int x = 0; x < mask_.width; ++x, ++target) {
                const Point at = toFrame({static_cast<double>(x), static_cast<double>(y)});
                const double column = std::round(at.x), row = std::round(at.y);
                if (!(column >= 0 && column < pixels.width && row >= 0 && row < pixels.height)) continue;
                const auto place = static_cast<std::size_t>(row) * static_cast<std::size_t>(pixels.width) +
                                   static_cast<std::size_t>(column);
                if (isInside(static_cast<int>(values[place]))) *target = 1;
            }
        }
    }

    const Segmentation& segmentation_;
    const ImagePlane& image_;
    std::vector<bool> asked_ = std::vector<bool>(65'536);  ///< by SegmentNumber, a US
    ImageMask mask_;
};

}  // namespace

ImagePlane planeOfImage(const std::filesystem::path& path, int frame, const ArchivePasswords& passwords) {
    const auto file = readGatedFile(path, passwords);
    ImagePlane plane;
    HeaderReader reader;
    const auto report = walkDicom(file.bytes, path, [&](const GateElement& element) {
        reader.take(element);
        if (element.depth == 0 && tagOf(element) == 0x00200052) plane.frameOfReferenceUid = textOf(element);
    });
    const auto study = reader.study(path, report);
    const auto& instance = study.series.at(0).instances.at(0);
    if (frame < 0 || frame >= instance.frames)
        throw Error(ProblemKind::FrameNumberInvalid, path,
                    "frame " + std::to_string(frame + 1) + " of " + std::to_string(instance.frames));
    plane.sopInstanceUid = instance.sopInstanceUid;
    plane.frame = frame;
    plane.frames = instance.frames;
    plane.width = instance.columns;
    plane.height = instance.rows;
    const auto place = frameOf(instance, frame);
    const auto& spacing = instance.spacing;
    if (place.position && place.orientation && spacing.kind == SpacingKind::Patient)
        plane.geometry = PlaneGeometry{*place.position, *place.orientation, spacing.row, spacing.column,
                                       instance.sliceThickness};
    return plane;
}

ImageMask maskOf(const Segmentation& segmentation, const ImagePlane& image, const std::vector<int>& segments,
                 std::stop_token stop) {
    return Laying(segmentation, image, segments).mask(stop);
}

}  // namespace residua
