// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QPalette>
#include <QPixmap>
#include <QString>

class QApplication;

namespace residua {

enum class ThemeKind { Dark, Light };

/// The colours of a theme by what they are for. The image area is black in both.
struct ThemeColours {
    QColor window;  ///< behind everything
    QColor panel;   ///< side panels, toolbar
    QColor raised;  ///< cards, fields, menus
    QColor hover;
    QColor pressed;
    QColor border;
    QColor text;
    QColor secondary;  ///< less important text, still ≥ 4.5:1 on panel
    QColor disabled;
    QColor accent;      ///< the one accent
    QColor accentText;  ///< on accent
    QColor accentSoft;  ///< selected rows
    QColor flagged;     ///< always beside a word and a mark
    QColor good;
    QColor problem;
};

/// Type sizes in logical pixels.
enum class TypeSize { Caption = 12, Body = 13, Title = 15, Headline = 22 };

const ThemeColours& themeColours(ThemeKind kind);
/// The theme that a palette belongs to: for widgets that paint themselves.
ThemeKind themeOf(const QPalette& palette);
const ThemeColours& coloursOf(const QPalette& palette);
/// Style, palette, fonts and style sheet for the whole program.
void applyTheme(QApplication& application, ThemeKind kind);

/// An icon of resources/icons, drawn sharp at any scaling in the theme's text colour, in the accent where
/// checked.
QIcon themedIcon(const QString& name);
/// The same in a colour of one's own, for widgets that paint themselves.
QPixmap iconPixmap(const QString& name, const QColor& colour, int size, double devicePixelRatio);
QIcon programIcon();  ///< Residua's own
QFont themeFont(TypeSize size, QFont::Weight weight = QFont::Normal);

}  // namespace residua
