// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/study_delegate.h"

#include <QPainter>

#include "ui/study_model.h"
#include "ui/theme.h"

namespace residua {

namespace {

constexpr int side = 8;  // from the panel's edge to a row's background
constexpr int studyIndent = 16;
constexpr int seriesIndent = 24;
constexpr int stackIndent = 48;
constexpr int line = 18;
constexpr int thumbnailSize = 48;

RowKind kindOf(const QModelIndex& index) {
    return static_cast<RowKind>(index.data(StudyModel::KindRole).toInt());
}

void paintText(QPainter& painter, const QRect& area, const QString& text, const QFont& font,
               const QColor& colour) {
    painter.setFont(font);
    painter.setPen(colour);
    painter.drawText(area, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(text, Qt::ElideRight, area.width()));
}

void paintBackground(QPainter& painter, const QStyleOptionViewItem& option, const ThemeColours& colours) {
    const QRectF area = QRectF(option.rect).adjusted(side, 1, -side, -1);
    const bool selected = option.state & QStyle::State_Selected;
    const bool focused =
        selected && (option.state & QStyle::State_Active) && option.widget && option.widget->hasFocus();
    if (!selected && !(option.state & QStyle::State_MouseOver)) return;
    painter.setPen(focused ? QPen(colours.accent, 1) : QPen(Qt::NoPen));
    painter.setBrush(selected ? colours.accentSoft : colours.hover);
    painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
}

void paintIcon(QPainter& painter, QPoint at, const QString& name, const QColor& colour, int size) {
    painter.drawPixmap(at, iconPixmap(name, colour, size, painter.device()->devicePixelRatioF()));
}

/// Mark and word of a study's state, right-aligned; returns the width taken.
int paintState(QPainter& painter, const QRect& area, StudyState state, const ThemeColours& colours) {
    const QString word = state == StudyState::New        ? StudyDelegate::tr("new")
                         : state == StudyState::Analysed ? StudyDelegate::tr("analysed")
                                                         : StudyDelegate::tr("read");
    const QString icon = state == StudyState::New        ? QStringLiteral("circle-filled")
                         : state == StudyState::Analysed ? QStringLiteral("scan")
                                                         : QStringLiteral("circle-check");
    const QColor colour = state == StudyState::New    ? colours.accent
                          : state == StudyState::Read ? colours.good
                                                      : colours.secondary;
    painter.setFont(themeFont(TypeSize::Caption));
    const int width = painter.fontMetrics().horizontalAdvance(word);
    const QRect text(area.right() - width, area.top(), width + 1, area.height());
    painter.setPen(colours.secondary);
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter, word);
    const int size = state == StudyState::New ? 8 : 14;
    paintIcon(painter, QPoint(text.left() - size - 5, area.center().y() - size / 2 + 1), icon, colour, size);
    return width + size + 12;
}

/// Flag and names of the flagged findings.
void paintFlagged(QPainter& painter, const QRect& area, const QStringList& flagged,
                  const ThemeColours& colours) {
    paintIcon(painter, QPoint(area.left(), area.center().y() - 5), QStringLiteral("flag-filled"),
              colours.flagged, 12);
    paintText(painter, area.adjusted(17, 0, 0, 0), flagged.join(QStringLiteral(", ")),
              themeFont(TypeSize::Caption, QFont::Medium), colours.flagged);
}

void paintThumbnail(QPainter& painter, const QRect& area, const QImage& image, const ThemeColours& colours) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(Qt::black);
    painter.drawRoundedRect(area, 4, 4);
    if (image.isNull()) {
        paintIcon(painter, area.center() - QPoint(9, 9), QStringLiteral("photo"), colours.disabled, 20);
        return;
    }
    const QSize fitted = image.size().scaled(area.size(), Qt::KeepAspectRatio);
    QRect target(QPoint(), fitted);
    target.moveCenter(area.center());
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(target, image);
}

void paintChevron(QPainter& painter, QPoint at, const QStyleOptionViewItem& option,
                  const ThemeColours& colours) {
    const bool open = option.state & QStyle::State_Open;
    paintIcon(painter, at, open ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right"),
              colours.secondary, 14);
}

}  // namespace

void StudyDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    QStyleOptionViewItem whole = option;
    initStyleOption(&whole, index);
    switch (kindOf(index)) {
        case RowKind::Patient:
            paintPatient(*painter, whole, index);
            break;
        case RowKind::Study:
            paintStudy(*painter, whole, index);
            break;
        case RowKind::Series:
        case RowKind::Stack:
            paintSeries(*painter, whole, index);
            break;
    }
    painter->restore();
}

void StudyDelegate::paintPatient(QPainter& painter, const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const {
    const ThemeColours& colours = coloursOf(option.palette);
    paintBackground(painter, option, colours);
    const QRect area = option.rect.adjusted(side + 8, 10, -side - 8, -4);
    paintChevron(painter, QPoint(area.left() - 4, area.top() + 2), option, colours);
    paintText(painter, QRect(area.left() + 14, area.top(), area.width() - 14, line),
              index.data(StudyModel::TitleRole).toString(), themeFont(TypeSize::Body, QFont::DemiBold),
              colours.text);
    paintText(painter, QRect(area.left() + 14, area.top() + line, area.width() - 14, line),
              index.data(StudyModel::CaptionRole).toString(), themeFont(TypeSize::Caption),
              colours.secondary);
}

void StudyDelegate::paintStudy(QPainter& painter, const QStyleOptionViewItem& option,
                               const QModelIndex& index) const {
    const ThemeColours& colours = coloursOf(option.palette);
    paintBackground(painter, option, colours);
    const QRect area = option.rect.adjusted(side + studyIndent, 6, -side - 8, -6);
    paintChevron(painter, QPoint(area.left() - 4, area.top() + 2), option, colours);
    const QRect text = area.adjusted(14, 0, 0, 0);
    const QRect first(text.left(), text.top(), text.width(), line);
    const auto state = static_cast<StudyState>(index.data(StudyModel::StateRole).toInt());
    const int taken = paintState(painter, first, state, colours);
    paintText(painter, first.adjusted(0, 0, -taken, 0), index.data(StudyModel::TitleRole).toString(),
              themeFont(TypeSize::Body, QFont::Medium), colours.text);
    paintText(painter, first.translated(0, line), index.data(StudyModel::CaptionRole).toString(),
              themeFont(TypeSize::Caption), colours.secondary);
    const QStringList flagged = index.data(StudyModel::FlaggedRole).toStringList();
    if (!flagged.isEmpty()) paintFlagged(painter, first.translated(0, 2 * line), flagged, colours);
}

void StudyDelegate::paintSeries(QPainter& painter, const QStyleOptionViewItem& option,
                                const QModelIndex& index) const {
    const ThemeColours& colours = coloursOf(option.palette);
    paintBackground(painter, option, colours);
    const int indent = kindOf(index) == RowKind::Stack ? stackIndent : seriesIndent;
    const QRect area = option.rect.adjusted(side + indent, 4, -side - 8, -4);
    const bool folder = index.model()->hasChildren(index);
    if (folder) paintChevron(painter, QPoint(area.left() - 16, area.center().y() - 6), option, colours);
    const QRect picture(area.left(), area.center().y() - thumbnailSize / 2 + 1, thumbnailSize, thumbnailSize);
    paintThumbnail(painter, picture, index.data(StudyModel::ThumbnailRole).value<QImage>(), colours);
    const QStringList flagged = index.data(StudyModel::FlaggedRole).toStringList();
    const bool notScored = !index.data(StudyModel::NotScoredRole).toString().isEmpty();
    const int lines = flagged.isEmpty() && !notScored ? 2 : 3;
    const int left = picture.right() + 12;
    const QRect first(left, area.center().y() - lines * line / 2 + 1, area.right() - left, line);
    paintText(painter, first, index.data(StudyModel::TitleRole).toString(), themeFont(TypeSize::Body),
              colours.text);
    paintText(painter, first.translated(0, line), index.data(StudyModel::CaptionRole).toString(),
              themeFont(TypeSize::Caption), colours.secondary);
    if (!flagged.isEmpty()) {
        paintFlagged(painter, first.translated(0, 2 * line), flagged, colours);
    } else if (notScored) {
        paintText(painter, first.translated(0, 2 * line), tr("not scored"), themeFont(TypeSize::Caption),
                  colours.secondary);
    }
}

QSize StudyDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
    switch (kindOf(index)) {
        case RowKind::Patient:
            return {200, (index.data(StudyModel::CaptionRole).toString().isEmpty() ? 1 : 2) * line + 16};
        case RowKind::Study: {
            const bool flagged = !index.data(StudyModel::FlaggedRole).toStringList().isEmpty();
            return {200, (flagged ? 3 : 2) * line + 12};
        }
        case RowKind::Series:
        case RowKind::Stack:
            break;
    }
    return {200, thumbnailSize + 14};
}

}  // namespace residua
