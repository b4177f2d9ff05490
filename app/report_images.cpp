// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report_images.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>
#include <new>

#include "app/report_text.h"
#include "imaging/geometry/orientation.h"
#include "imaging/pixels/frame_decoder.h"
#include "imaging/pixels/grey_pipeline.h"
#include "imaging/study/study_scanner.h"
#include "ui/heatmap_layer.h"
#include "ui/tools/length_tool.h"
#include "ui/viewport_painting.h"

namespace residua {

namespace {

/// An image of the analysis and, of a deciding image, the finding.
struct Chosen {
    const AnalysedSeries* series;
    std::size_t index;
    std::string finding;  ///< empty = the highest score on the image
    bool operator==(const Chosen&) const = default;
};

void addOnce(std::vector<Chosen>& chosen, const Chosen& one) {
    const auto same = [&](const Chosen& other) {
        return other.series == one.series && other.index == one.index;
    };
    if (std::ranges::none_of(chosen, same)) chosen.push_back(one);
}

std::vector<Chosen> choose(const Analysis& analysis) {
    std::vector<Chosen> chosen;
    auto marked = analysis.keyImages;
    for (const auto& drawn : analysis.lengths) marked.push_back(drawn.image);
    for (const auto& mark : marked)
        for (const auto& series : analysis.series)
            for (std::size_t i = 0; i < series.images.size(); ++i)
                if (series.images[i].path == mark.path && series.images[i].frame == mark.frame)
                    addOnce(chosen, {&series, i, {}});
    for (const auto& series : analysis.series)
        for (const auto& finding : series.findings)
            if (finding.flagged) addOnce(chosen, {&series, finding.slice, finding.finding});
    if (!chosen.empty()) return chosen;
    for (const auto& series : analysis.series)
        for (const auto& finding : series.findings)
            addOnce(chosen, {&series, finding.slice, finding.finding});
    return chosen;
}

/// The finding whose heat is shown.
const FindingScore* shownScore(const ImageResult& image, const std::string& finding) {
    const FindingScore* shown = nullptr;
    for (const auto& score : image.prediction.findings) {
        if (score.finding == finding) return &score;
        if (!shown || score.score > shown->score) shown = &score;
    }
    return shown;
}

QSize squarePixelSize(const Image& image, int longerSide) {
    const double aspect =
        image.spacing.kind == SpacingKind::None ? 1 : image.spacing.row / image.spacing.column;
    const QSizeF size(image.width, image.height * (aspect > 0.1 && aspect < 10 ? aspect : 1));
    return size.scaled(longerSide, longerSide, Qt::KeepAspectRatio).toSize().expandedTo({1, 1});
}

struct Decoded {
    std::shared_ptr<const Image> image;
    SideMarkers sides;
};

/// How a report's images are made.
struct Drawing {
    FrameDecoder& decoder;  ///< images of one volume share one reading of it
    const ArchivePasswords& passwords;
    int longerSide;
};

Decoded decode(const Drawing& drawing, const ImageResult& image) {
    const auto study = readStudyOfFile(image.path, {}, drawing.passwords);
    const auto& instance = study.series.front().instances.front();
    if (!image.sopInstanceUid.empty() && image.sopInstanceUid != instance.sopInstanceUid)
        throw Error(ProblemKind::FileChanged, image.path, "it holds the image " + instance.sopInstanceUid);
    return {drawing.decoder.decode(image.path, image.frame, drawing.passwords, knownFile(instance)),
            sideMarkers(frameOf(instance, image.frame).orientation, instance.patientOrientation, {})};
}

/// Draws on an image as the viewport would on one of a usual size, so that markers and lines stay readable in
/// print.
struct Overlay {
    explicit Overlay(QImage& image)
        : painter(&image), scale(std::max(image.width(), image.height()) / kUsualSide) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.scale(scale, scale);
    }
    static constexpr double kUsualSide = 440;  // logical pixels
    QPainter painter;
    double scale;
};

/// What lies on top of an image, whether with heat or without.
struct ImageMarks {
    SideMarkers sides;
    std::vector<Analysis::DrawnLength> lengths;
};

/// From pixel coordinates, whose origin is the middle of the first pixel, to an overlay's.
QTransform pixelsToOverlay(const QImage& target, double scale, QSize source) {
    const auto across = target.width() / scale / source.width();
    const auto down = target.height() / scale / source.height();
    return QTransform::fromTranslate(0.5, 0.5) * QTransform::fromScale(across, down);
}

void paintMarks(QImage& image, const ImageMarks& marks, QSize source) {
    Overlay on(image);
    paintSideMarkers(on.painter, QRectF(0, 0, image.width() / on.scale, image.height() / on.scale),
                     marks.sides);
    for (const auto& drawn : marks.lengths)
        paintLength(on.painter, pixelsToOverlay(image, on.scale, source),
                    QLineF(drawn.from.x, drawn.from.y, drawn.to.x, drawn.to.y), lengthText(drawn.length),
                    LengthState::Plain);
}

std::vector<Analysis::DrawnLength> lengthsOn(const Analysis& analysis, const ImageResult& image) {
    std::vector<Analysis::DrawnLength> lengths;
    for (const auto& drawn : analysis.lengths)
        if (drawn.image.path == image.path && drawn.image.frame == image.frame) lengths.push_back(drawn);
    return lengths;
}

void renderInto(ReportImage& target, const ImageResult& image, const FindingScore* score,
                std::vector<Analysis::DrawnLength> lengths, const Drawing& drawing) {
    const auto [decoded, sides] = decode(drawing, image);
    const auto shown = render(*decoded, defaultVoi(*decoded));
    const QImage whole(reinterpret_cast<const uchar*>(shown.argb.data()), shown.width, shown.height,
                       shown.width * qsizetype{4}, QImage::Format_RGB32);
    // Copied: an image that has the wanted size already is not scaled but shared, and its pixels end here.
    const QImage unmarked = whole
                                .scaled(squarePixelSize(*decoded, drawing.longerSide), Qt::IgnoreAspectRatio,
                                        Qt::SmoothTransformation)
                                .copy();
    const ImageMarks marks{sides, std::move(lengths)};
    target.plain = unmarked;
    paintMarks(target.plain, marks, {shown.width, shown.height});
    if (!score || score->map.values.empty()) return;
    target.heat = unmarked;
    HeatmapLayer layer;
    layer.setMap(score->map, {target.findingName, score->score, score->logit});
    {
        Overlay on(target.heat);
        const QSize size(shown.width, shown.height);
        layer.paint(on.painter, pixelsToOverlay(target.heat, on.scale, size), size);
    }
    paintMarks(target.heat, marks, {shown.width, shown.height});
}

QString captionOf(const Chosen& chosen) {
    const auto& series = *chosen.series;
    QString caption = series.number > 0
                          ? QCoreApplication::translate("Report", "Series %1").arg(series.number)
                          : QCoreApplication::translate("Report", "Series");
    if (!series.description.empty()) caption += " · " + printable(series.description);
    return caption + " · " +
           QCoreApplication::translate("Report", "image %1 of %2")
               .arg(chosen.index + 1)
               .arg(series.images.size());
}

ReportImage reportImage(const Analysis& analysis, const Chosen& chosen, const Drawing& drawing) {
    const auto& image = chosen.series->images[chosen.index];
    ReportImage result;
    result.caption = captionOf(chosen);
    const auto* score = image.scored() ? shownScore(image, chosen.finding) : nullptr;
    if (score) {
        const auto card = std::ranges::find(analysis.model.findings, score->finding, &FindingCard::code);
        result.findingName = printable(card == analysis.model.findings.end() ? score->finding : card->name);
        result.score = score->score;
        result.logit = score->logit;
    }
    try {
        renderInto(result, image, score, lengthsOn(analysis, image), drawing);
    } catch (const Error& error) {
        result.problem = error.problem();  // told in the image's place; the report goes on
    } catch (const std::bad_alloc&) {
        result.problem = Problem{ProblemKind::OutOfMemory, image.path, {}};
    }
    return result;
}

}  // namespace

std::vector<ReportImage> reportImages(const Analysis& analysis, std::size_t most, int longerSide,
                                      const Progress& progress, const ArchivePasswords& passwords) {
    auto all = choose(analysis);
    if (all.size() > most) all.erase(all.begin() + static_cast<std::ptrdiff_t>(most), all.end());
    std::vector<ReportImage> images;
    FrameDecoder decoder;
    for (const auto& chosen : all) {
        progress(images.size(), all.size());
        images.push_back(reportImage(analysis, chosen, {decoder, passwords, longerSide}));
    }
    return images;
}

}  // namespace residua
