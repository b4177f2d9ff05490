// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <cmath>

#include "ui/theme.h"

using namespace residua;

namespace {

/// WCAG 2.1 contrast ratio.
double contrast(const QColor& a, const QColor& b) {
    const auto luminance = [](const QColor& colour) {
        const auto linear = [](double v) {
            return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
        };
        return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
               0.0722 * linear(colour.blueF());
    };
    const auto [darker, lighter] = std::minmax({luminance(a), luminance(b)});
    return (lighter + 0.05) / (darker + 0.05);
}

}  // namespace

class TestTheme : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void textIsReadableInBothThemes_data() {
        QTest::addColumn<int>("kind");
        QTest::addRow("dark") << static_cast<int>(ThemeKind::Dark);
        QTest::addRow("light") << static_cast<int>(ThemeKind::Light);
    }
    void textIsReadableInBothThemes() {
        QFETCH(int, kind);
        const ThemeColours& c = themeColours(static_cast<ThemeKind>(kind));
        for (const QColor& ground : {c.window, c.panel, c.raised}) {
            QVERIFY(contrast(c.text, ground) >= 7);
            for (const QColor& colour : {c.secondary, c.accent, c.flagged, c.problem})
                QVERIFY(contrast(colour, ground) >= 4.5);
        }
        QVERIFY(contrast(c.accentText, c.accent) >= 4.5);
        QVERIFY(contrast(c.text, c.accentSoft) >= 4.5);
        QVERIFY(contrast(c.secondary, c.accentSoft) >= 4.5);
        QVERIFY(contrast(c.flagged, c.accentSoft) >= 4.5);
    }

    void themeReachesPaletteSheetAndIcons() {
        for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark}) {
            applyTheme(*qApp, kind);
            QCOMPARE(themeOf(qApp->palette()), kind);
            const QString sheet = qApp->styleSheet();
            QVERIFY(!sheet.isEmpty());
            QVERIFY2(!sheet.contains('@'), "a colour of the style sheet has no value");
            QColor darkest = Qt::white;
            const QImage icon = themedIcon("flame").pixmap(QSize(32, 32), 1).toImage();
            for (int y = 0; y < 32; ++y)
                for (int x = 0; x < 32; ++x)
                    if (qAlpha(icon.pixel(x, y)) == 255) darkest = icon.pixelColor(x, y);
            QCOMPARE(darkest, themeColours(kind).text);
        }
    }

    void iconIsSharpAtTwiceTheSize() {
        const QPixmap icon = iconPixmap("flame", Qt::red, 20, 2);
        QCOMPARE(icon.size(), QSize(40, 40));
        QCOMPARE(icon.devicePixelRatio(), 2.0);
    }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
