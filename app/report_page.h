// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QImage>
#include <QPainter>
#include <QRectF>
#include <QString>
#include <QTextLayout>
#include <memory>

class QPdfWriter;

namespace residua {

/// The report's few colours and sizes: one hand.
namespace report_style {
inline const QColor kInk{0x1c, 0x24, 0x30};
inline const QColor kMuted{0x5b, 0x66, 0x75};
inline const QColor kRule{0xd5, 0xda, 0xe1};
inline const QColor kAccent{0x1f, 0x5f, 0x8b};
inline const QColor kFlagged{0xa8, 0x48, 0x00};
inline constexpr double kBody = 9;      ///< points
inline constexpr double kSmall = 7.5;   ///< points
inline constexpr double kHeading = 11;  ///< points
inline constexpr double kTitle = 18;    ///< points
}  // namespace report_style

struct TextStyle {
    double points = report_style::kBody;
    QFont::Weight weight = QFont::Normal;
    QColor colour = report_style::kInk;
    enum class Family { Sans, Mono } family = Family::Sans;
};

namespace report_style {
inline const TextStyle kLabel{kSmall, QFont::Normal, kMuted};
inline const TextStyle kSmallText{kSmall, QFont::Normal, kInk};
inline const TextStyle kText{};
inline const TextStyle kStrong{kBody, QFont::DemiBold, kInk};
}  // namespace report_style

/// Words that return on every page.
struct RunningText {
    QString header;  ///< patient and study, from the second page on
    QString footer;
    int pages = 0;  ///< of the whole report; 0 = not counted yet
};

/// A pen that moves down the pages of a PDF. Lengths are in millimetres within the margins; text stays text.
class ReportPage {
public:
    ReportPage(QPdfWriter& writer, RunningText running);

    double width() const { return width_; }
    double height() const { return height_; }
    double y() const { return y_; }
    int pages() const { return pages_; }
    bool atTop() const { return y_ <= top_; }
    /// Goes to a new page unless so much is left on this one.
    void reserve(double height);
    void skip(double height) { y_ += height; }

    /// How high the text gets when wrapped to a width.
    double measure(const QString& text, const TextStyle& style, double width);
    /// Draws wrapped text with its top left corner at (x, y() + dy). The pen stays. @return the text's height
    double draw(const QString& text, const TextStyle& style, double x, double width, double dy = 0,
                Qt::Alignment alignment = Qt::AlignLeft);
    /// Draws wrapped text line by line, over pages where it must; the pen ends below it.
    void flow(const QString& text, const TextStyle& style, double x, double width);
    /// Full width, with a little space below; a short one is never broken over two pages.
    void paragraph(const QString& text, const TextStyle& style);
    /// A heading never ends a page. @param keptTogether mm of what follows that stay on its page
    void heading(const QString& text, double keptTogether = 10);
    void rule(const QColor& colour, double thickness = 0.2);
    void image(const QImage& image, const QRectF& area);
    void fill(const QRectF& area, const QColor& colour);
    /// A mark beside a state, so that colour never speaks alone: a filled triangle, or a ring.
    enum class Mark { Triangle, Ring };
    void mark(Mark mark, double x, double dy, const QColor& colour);

private:
    QFont font(const TextStyle& style) const;
    /// The text's lines, placed; QTextLayout keeps the words selectable.
    double layOut(QTextLayout& layout, double width, Qt::Alignment alignment) const;
    double px(double millimetres) const { return millimetres * perMillimetre_; }
    void decorate();

    QPdfWriter& writer_;
    RunningText running_;
    std::unique_ptr<QPainter> painter_;
    double perMillimetre_;
    double width_, height_;
    double y_ = 0;
    double top_ = 0;  ///< where this page's own text begins
    int pages_ = 1;
};

}  // namespace residua
