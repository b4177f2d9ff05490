// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report_page.h"

#include <QPageLayout>
#include <QPdfWriter>
#include <QTextOption>
#include <algorithm>

#include "imaging/error.h"

namespace residua {

namespace {

constexpr double kMarginSide = 18, kMarginTop = 16, kMarginBottom = 20;  // mm
constexpr double kMillimetresPerInch = 25.4;
constexpr double kPointsPerInch = 72;
constexpr double kLeading = 1.08;  // of the font's own line height

}  // namespace

ReportPage::ReportPage(QPdfWriter& writer, RunningText running)
    : writer_(writer),
      running_(std::move(running)),
      perMillimetre_(writer.resolution() / kMillimetresPerInch) {
    const auto page = writer.pageLayout().pageSize().size(QPageSize::Millimeter);
    width_ = page.width() - 2 * kMarginSide;
    height_ = page.height() - kMarginTop - kMarginBottom;
    painter_ = std::make_unique<QPainter>();
    if (!painter_->begin(&writer)) throw Error(ProblemKind::ReportFailed, {}, "the PDF could not be started");
    painter_->translate(px(kMarginSide), px(kMarginTop));
    painter_->setRenderHint(QPainter::LosslessImageRendering);
    painter_->setRenderHint(QPainter::Antialiasing);
    decorate();
}

void ReportPage::reserve(double height) {
    if (y_ + height <= height_ || atTop()) return;
    writer_.newPage();
    ++pages_;
    y_ = top_ = 0;
    decorate();
}

/// Footer and, from the second page on, the header line.
void ReportPage::decorate() {
    using namespace report_style;
    const TextStyle small{kSmall, QFont::Normal, kMuted};
    const double below = height_ + 6;
    painter_->fillRect(QRectF(0, px(below - 2), px(width_), px(0.2)), kRule);
    draw(running_.footer, small, 0, width_ - 30, below);
    const QString number =
        running_.pages > 0 ? QString("%1 / %2").arg(pages_).arg(running_.pages) : QString::number(pages_);
    draw(number, small, width_ - 30, 30, below, Qt::AlignRight);
    if (pages_ == 1) return;
    const double used = draw(running_.header, small, 0, width_);
    painter_->fillRect(QRectF(0, px(used + 1), px(width_), px(0.2)), kRule);
    y_ = top_ = used + 5;
}

QFont ReportPage::font(const TextStyle& style) const {
    QFont font;
    if (style.family == TextStyle::Family::Mono)
        font.setFamilies({"Liberation Mono", "DejaVu Sans Mono", "Noto Sans Mono"});
    else
        // Not Inter: its contextual hyphens are glyphs without a character, and selected text would lose
        // them.
        font.setFamilies({"Liberation Sans", "Noto Sans", "DejaVu Sans"});
    font.setPixelSize(std::max(1, qRound(style.points / kPointsPerInch * writer_.resolution())));
    font.setWeight(style.weight);
    // The least spacing that Qt keeps (1/64 pixel): with it no ligatures, whose selected text would be one
    // odd letter.
    font.setLetterSpacing(QFont::AbsoluteSpacing, 1.0 / 64);
    return font;
}

double ReportPage::layOut(QTextLayout& layout, double width, Qt::Alignment alignment) const {
    QTextOption option(alignment);
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);  // hashes and UIDs have no spaces
    layout.setTextOption(option);
    double height = 0;
    layout.beginLayout();
    for (auto line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(px(width));
        line.setPosition({0, height});
        height += line.height() * kLeading;
    }
    layout.endLayout();
    return height / perMillimetre_;
}

double ReportPage::measure(const QString& text, const TextStyle& style, double width) {
    QTextLayout layout(text, font(style), &writer_);
    return layOut(layout, width, Qt::AlignLeft);
}

double ReportPage::draw(const QString& text, const TextStyle& style, double x, double width, double dy,
                        Qt::Alignment alignment) {
    QTextLayout layout(text, font(style), &writer_);
    const double height = layOut(layout, width, alignment);
    painter_->setPen(style.colour);
    layout.draw(painter_.get(), {px(x), px(y_ + dy)});
    return height;
}

void ReportPage::flow(const QString& text, const TextStyle& style, double x, double width) {
    QTextLayout layout(text, font(style), &writer_);
    layOut(layout, width, Qt::AlignLeft);
    for (int i = 0; i < layout.lineCount(); ++i) {
        const auto line = layout.lineAt(i);
        const double height = line.height() * kLeading / perMillimetre_;
        reserve(height);
        painter_->setPen(style.colour);
        line.draw(painter_.get(), {px(x), px(y_) - line.y()});
        y_ += height;
    }
}

void ReportPage::paragraph(const QString& text, const TextStyle& style) {
    constexpr double shortOnes = 40;
    if (const double height = measure(text, style, width_); height < shortOnes) reserve(height);
    flow(text, style, 0, width_);
    skip(0.8);
}

void ReportPage::heading(const QString& text, double keptTogether) {
    using namespace report_style;
    reserve(14 + keptTogether);
    if (!atTop()) skip(5);
    y_ += draw(text, {kHeading, QFont::DemiBold, kAccent}, 0, width_) + 1.2;
    rule(kRule);
    skip(2.2);
}

void ReportPage::rule(const QColor& colour, double thickness) {
    fill({0, 0, width_, thickness}, colour);
}

void ReportPage::image(const QImage& image, const QRectF& area) {
    painter_->drawImage(QRectF(px(area.x()), px(y_ + area.y()), px(area.width()), px(area.height())), image);
}

void ReportPage::fill(const QRectF& area, const QColor& colour) {
    painter_->fillRect(QRectF(px(area.x()), px(y_ + area.y()), px(area.width()), px(area.height())), colour);
}

void ReportPage::mark(Mark mark, double x, double dy, const QColor& colour) {
    constexpr double side = 2.2;  // mm
    const QPointF corner(px(x), px(y_ + dy));
    if (mark == Mark::Triangle) {
        painter_->setPen(Qt::NoPen);
        painter_->setBrush(colour);
        const QPointF points[] = {corner + QPointF(px(side / 2), 0), corner + QPointF(px(side), px(side)),
                                  corner + QPointF(0, px(side))};
        painter_->drawConvexPolygon(points, 3);
        return;
    }
    painter_->setPen(QPen(colour, px(0.35)));
    painter_->setBrush(Qt::NoBrush);
    painter_->drawEllipse(
        QRectF(corner, QSizeF(px(side), px(side))).adjusted(px(0.2), px(0.2), -px(0.2), -px(0.2)));
}

}  // namespace residua
