// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QLocale>
#include <QPdfWriter>
#include <algorithm>
#include <span>

#include "app/problem_text.h"
#include "app/report_findings.h"
#include "app/report_images.h"
#include "app/report_page.h"
#include "app/report_text.h"
#include "ui/heatmap_layer.h"

namespace residua {

namespace {

using namespace report_style;

constexpr int kResolution = 300;  // dots an inch of placing and of images
constexpr std::size_t kMostImages = 12;
constexpr std::size_t kMostProblems = 30;
constexpr double kGap = 6;          // mm between two columns
constexpr int kImagePixels = 1000;  // 84 mm at 300 dots an inch

struct Field {
    QString label;
    QString value;
    TextStyle style = kText;
};

/// Draws the report from top to bottom. Made twice: first to count the pages.
class Report {
    Q_DECLARE_TR_FUNCTIONS(Report)

public:
    Report(const Analysis& analysis, const std::vector<ReportImage>& images, QPdfWriter& writer, int pages)
        : analysis_(analysis), images_(images), page_(writer, runningText(analysis, pages)) {}

    int draw() {
        title();
        about();
        drawFindings(page_, analysis_);
        keyImages();
        model();
        limits();
        problems();
        return page_.pages();
    }

private:
    static RunningText runningText(const Analysis& analysis, int pages) {
        const QStringList who{orDash(printable(analysis.patientName)), printable(analysis.patientId),
                              dateText(analysis.studyDate), printable(analysis.studyDescription)};
        QStringList parts;
        for (const auto& part : who)
            if (!part.isEmpty()) parts << part;
        return {parts.join("  ·  "), purpose(), pages};
    }

    static QString purpose() { return tr("For research and teaching, not a medical device."); }

    void title() {
        const double height = page_.draw(tr("Image review report"), {kTitle, QFont::DemiBold, kInk}, 0, 120);
        page_.draw("Residua", {kHeading, QFont::DemiBold, kAccent}, page_.width() - 60, 60, 0.4,
                   Qt::AlignRight);
        page_.draw(timeText(analysis_.created), kLabel, page_.width() - 60, 60, 5.4, Qt::AlignRight);
        page_.skip(height + 1.5);
        page_.rule(kAccent, 0.6);
        page_.skip(4.5);
    }

    /// Fields in a column, labels left; @return the height. The pen stays.
    double column(const std::vector<Field>& fields, double x, double width) {
        constexpr double labelWidth = 27;
        double dy = 0;
        for (const auto& field : fields) {
            const double label = page_.draw(field.label, kLabel, x, labelWidth, dy + 0.5);
            const double value =
                page_.draw(orDash(field.value), field.style, x + labelWidth, width - labelWidth, dy);
            dy += std::max(label, value) + 0.9;
        }
        return dy;
    }

    std::size_t imageCount() const {
        std::size_t count = 0;
        for (const auto& series : analysis_.series) count += series.images.size();
        return count;
    }

    std::size_t scoredCount() const {
        std::size_t count = 0;
        for (const auto& series : analysis_.series)
            count += static_cast<std::size_t>(std::ranges::count_if(series.images, &ImageResult::scored));
        return count;
    }

    void about() {
        const double left = column({{tr("Patient"), printable(analysis_.patientName), kStrong},
                                    {tr("Patient ID"), printable(analysis_.patientId)},
                                    {tr("Born"), dateText(analysis_.patientBirthDate)},
                                    {tr("Sex, age"), sexAndAge()}},
                                   0, half());
        const double right = column({{tr("Study"), printable(analysis_.studyDescription), kStrong},
                                     {tr("Study date"), dateText(analysis_.studyDate)},
                                     {tr("Accession"), printable(analysis_.accessionNumber)},
                                     {tr("Images reviewed"), tr("%1 in %2 series, %3 scored")
                                                                 .arg(imageCount())
                                                                 .arg(analysis_.series.size())
                                                                 .arg(scoredCount())}},
                                    half() + kGap, half());
        page_.skip(std::max(left, right));
        page_.skip(column({{tr("Study UID"), printable(analysis_.studyUid), kSmallText}}, 0, page_.width()));
    }

    QString sexAndAge() const {
        QStringList parts;
        for (const auto& part : {printable(analysis_.patientSex), ageText(analysis_.patientAge)})
            if (!part.isEmpty()) parts << part;
        return parts.join(", ");
    }

    void keyImages() {
        if (images_.empty()) return;
        const bool marked = !analysis_.keyImages.empty() || !analysis_.lengths.empty();
        const auto& first = images_.front();
        page_.heading(marked ? tr("Key images") : tr("Deciding images"),
                      first.plain.isNull() ? 10 : sizeOf(first.plain).height() + 14);
        for (std::size_t i = 0; i < images_.size(); ++i) {
            if (images_[i].plain.isNull()) {
                missingImage(images_[i]);
            } else if (!images_[i].heat.isNull()) {
                imageWithHeat(images_[i]);
            } else {  // two without a heatmap share a row
                const bool shared = i + 1 < images_.size() && isPlain(images_[i + 1]);
                plainImages(std::span(images_).subspan(i, shared ? 2 : 1));
                i += shared ? 1 : 0;
            }
        }
    }

    static bool isPlain(const ReportImage& image) { return !image.plain.isNull() && image.heat.isNull(); }

    double half() const { return (page_.width() - kGap) / 2; }

    /// One or two images large, more of them three to a page.
    QSizeF sizeOf(const QImage& image) const {
        return QSizeF(image.size()).scaled(half(), images_.size() > 2 ? 60 : 72, Qt::KeepAspectRatio);
    }

    void missingImage(const ReportImage& image) {
        page_.paragraph(image.caption + ": " + problemLine(image.problem.value_or(Problem{})), kText);
        page_.skip(3);
    }

    void imageWithHeat(const ReportImage& image) {
        const auto size = sizeOf(image.plain);
        const double right = half() + kGap;
        const auto words = tr("score for %1 %2 · logit %3")
                               .arg(image.findingName, QString::number(image.score, 'f', 3),
                                    QString::number(image.logit, 'f', 2));
        const double below = 6.6 + page_.measure(words, kSmallText, half());
        page_.reserve(page_.measure(image.caption, kStrong, page_.width()) + size.height() + below + 3);
        page_.skip(page_.draw(image.caption, kStrong, 0, page_.width()) + 1.2);
        page_.image(image.plain, {0, 0, size.width(), size.height()});
        page_.image(image.heat, {right, 0, size.width(), size.height()});
        page_.skip(size.height() + 1.4);
        page_.draw(tr("without heatmap"), kLabel, 0, half());
        legend(right);
        page_.draw(words, kSmallText, right, half(), 6.6);
        page_.skip(below + 3);
    }

    void plainImages(std::span<const ReportImage> row) {
        double caption = 0, height = 0;
        for (const auto& image : row) {
            caption = std::max(caption, page_.measure(image.caption, kStrong, half()));
            height = std::max(height, sizeOf(image.plain).height());
        }
        page_.reserve(caption + height + 11);
        double x = 0;
        for (const auto& image : row) {
            const auto size = sizeOf(image.plain);
            page_.draw(image.caption, kStrong, x, half());
            page_.image(image.plain, {x, caption + 1.2, size.width(), size.height()});
            page_.draw(image.findingName.isEmpty()
                           ? tr("without heatmap")
                           : tr("score for %1 %2; no heatmap was stored")
                                 .arg(image.findingName, QString::number(image.score, 'f', 3)),
                       kLabel, x, half(), caption + height + 2.6);
            x += half() + kGap;
        }
        page_.skip(caption + height + 11);
    }

    /// The heatmap's absolute scale: the same colour means the same contribution in every image.
    void legend(double x) {
        constexpr int steps = 48;
        constexpr double barWidth = 44, barHeight = 2.2;
        for (int i = 0; i < steps; ++i)
            page_.fill({x + barWidth * i / steps, 0.4, barWidth / steps + 0.05, barHeight},
                       heatColour((i + 0.5) / steps));
        page_.draw("0", kLabel, x, 10, 2.9);
        page_.draw("≥ " + QString::number(HeatmapLayer::defaultScale), kLabel, x + barWidth - 10, 10, 2.9,
                   Qt::AlignRight);
        page_.draw(tr("contribution to the logit"), kLabel, x + barWidth + 2, 40, 0);
    }

    void model() {
        page_.heading(tr("Network"), 34);
        const auto& card = analysis_.model;
        const QString architecture = printable(card.architecture.name) + ", " +
                                     tr("%1 × %2 pixels").arg(card.input.width).arg(card.input.height);
        const double left = column({{tr("Name"), printable(card.name), kStrong},
                                    {tr("Version"), printable(card.version)},
                                    {tr("Architecture"), architecture}},
                                   0, half());
        const double right = column({{tr("Device"), printable(analysis_.device)},
                                     {tr("Precision"), printable(analysis_.precision)},
                                     {tr("Analysed"), timeText(analysis_.created)},
                                     {tr("Program"), "Residua " + printable(analysis_.programVersion)}},
                                    half() + kGap, half());
        page_.skip(std::max(left, right));
        page_.skip(column({{tr("Title"), printable(card.title)},
                           {tr("Weights SHA-256"), printable(card.weightsSha256),
                            TextStyle{kSmall, QFont::Normal, kInk, TextStyle::Family::Mono}},
                           {tr("Licence"), printable(card.license), kSmallText}},
                          0, page_.width()));
    }

    void limits() {
        page_.heading(tr("Limits"));
        const auto use = printable(analysis_.model.intendedUse);
        if (use != purpose()) page_.paragraph(use, kText);  // the foot of each page says it already
        for (const auto& limit : analysis_.model.limits) page_.paragraph("•  " + printable(limit), kText);
        page_.paragraph(
            tr("A score under the threshold is 'not flagged', which does not rule the finding out. A "
               "heatmap shows where the network's evidence lies, at the network's own coarse "
               "resolution."),
            kText);
    }

    void problems() {
        if (analysis_.problems.empty()) return;
        page_.heading(tr("Problems"));
        for (const auto& problem :
             std::span(analysis_.problems).first(std::min(kMostProblems, analysis_.problems.size()))) {
            page_.paragraph(problemLine(problem), kSmallText);
        }
        if (analysis_.problems.size() > kMostProblems)
            page_.paragraph(
                tr("and %1 more, in the JSON file").arg(analysis_.problems.size() - kMostProblems),
                kSmallText);
    }

    const Analysis& analysis_;
    const std::vector<ReportImage>& images_;
    ReportPage page_;
};

/// @return the number of pages
int print(const Analysis& analysis, const std::vector<ReportImage>& images, const ReportOptions& options,
          int pages, QByteArray& bytes) {
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(kResolution);
    writer.setPageSize(QPageSize(options.page));
    writer.setPageMargins(QMarginsF());
    writer.setTitle(Report::tr("Image review report"));
    writer.setCreator("Residua " RESIDUA_VERSION);
    return Report(analysis, images, writer, pages).draw();
}

}  // namespace

ReportOptions defaultReportOptions() {
    const auto system = QLocale::system().measurementSystem();
    return {.page = system == QLocale::ImperialUSSystem ? QPageSize::Letter : QPageSize::A4, .passwords = {}};
}

void writeReport(const Analysis& analysis, const std::filesystem::path& target, const ReportOptions& options,
                 const std::stop_token& stop, const Progress& progress, const WriteCall& write) {
    constexpr std::size_t printings = 2;
    const auto step = [&](std::size_t done, std::size_t total) {
        if (stop.stop_requested()) throw Error(ProblemKind::Cancelled, target, {});
        if (progress) progress(done, total);
    };
    const auto images = reportImages(
        analysis, kMostImages, kImagePixels,
        [&](std::size_t done, std::size_t total) { step(done, total + printings); }, options.passwords);
    QByteArray counted, bytes;
    const int pages = print(analysis, images, options, 0, counted);
    step(images.size() + 1, images.size() + printings);
    print(analysis, images, options, pages, bytes);
    step(images.size() + printings, images.size() + printings);
    AtomicFile file(target, write);
    file.write(std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size()))));
    file.commit();
}

}  // namespace residua
