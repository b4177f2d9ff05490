// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report_images.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>
#include <new>

#include "app/report_text.h"
#include "imaging/pixels/grey_pipeline.h"
#include "imaging/pixels/pixel_decoder.h"
#include "ui/heatmap_layer.h"

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
    for (const auto& key : analysis.keyImages)
        for (const auto& series : analysis.series)
            for (std::size_t i = 0; i < series.images.size(); ++i)
                if (series.images[i].path == key.path && series.images[i].frame == key.frame)
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

void renderInto(ReportImage& target, const ImageResult& image, const FindingScore* score, int longerSide) {
    const auto decoded = decodeFrame(image.path, image.frame);
    const auto shown = render(*decoded, defaultVoi(*decoded));
    const QImage whole(reinterpret_cast<const uchar*>(shown.argb.data()), shown.width, shown.height,
                       shown.width * qsizetype{4}, QImage::Format_RGB32);
    target.plain =
        whole.scaled(squarePixelSize(*decoded, longerSide), Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
    if (!score || score->map.values.empty()) return;
    target.heat = target.plain.copy();
    HeatmapLayer layer;
    layer.setMap(score->map, {target.findingName, score->score, score->logit});
    const QTransform toView = QTransform::fromScale(double(target.heat.width()) / shown.width,
                                                    double(target.heat.height()) / shown.height);
    QPainter painter(&target.heat);
    layer.paint(painter, toView, {shown.width, shown.height});
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

ReportImage reportImage(const Analysis& analysis, const Chosen& chosen, int longerSide) {
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
        renderInto(result, image, score, longerSide);
    } catch (const Error& error) {
        result.problem = error.problem();  // told in the image's place; the report goes on
    } catch (const std::bad_alloc&) {
        result.problem = Problem{ProblemKind::OutOfMemory, image.path, {}};
    }
    return result;
}

}  // namespace

std::vector<ReportImage> reportImages(const Analysis& analysis, std::size_t most, int longerSide) {
    std::vector<ReportImage> images;
    for (const auto& chosen : choose(analysis)) {
        if (images.size() == most) break;
        images.push_back(reportImage(analysis, chosen, longerSide));
    }
    return images;
}

}  // namespace residua
