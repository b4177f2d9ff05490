// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QStyle>
#include <QStyleFactory>
#include <QSvgRenderer>
#include <QToolTip>
#include <utility>

// The resources lie in a static library: without this call the linker leaves them out. Outside any namespace,
// as Q_INIT_RESOURCE asks.
static void initResources() {
    Q_INIT_RESOURCE(residua_ui);
}

namespace residua {

namespace {

QByteArray readResource(const QString& path) {
    initResources();
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QColor iconColour(const ThemeColours& colours, QIcon::Mode mode, QIcon::State state) {
    if (mode == QIcon::Disabled) return colours.disabled;
    return state == QIcon::On ? colours.accent : colours.text;
}

QPixmap renderIcon(const QString& name, const QColor& colour, const QSize& size) {
    const QString key =
        QStringLiteral("residua/%1/%2/%3x%4").arg(name, colour.name()).arg(size.width()).arg(size.height());
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap)) return pixmap;
    QByteArray svg = readResource(QStringLiteral(":/icons/%1.svg").arg(name));
    svg.replace("currentColor", colour.name().toLatin1());
    svg.replace("stroke-width=\"2\"", "stroke-width=\"1.75\"");
    QImage image(size, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    QSvgRenderer(svg).render(&painter, QRectF(QPointF(), QSizeF(size)));
    painter.end();
    pixmap = QPixmap::fromImage(image);
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

/// Draws at the size and in the colour asked for at that moment, so that a change of theme or screen needs no
/// new icons.
class ThemedIconEngine : public QIconEngine {
public:
    explicit ThemedIconEngine(QString name) : name_(std::move(name)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        const double ratio = painter->device() ? painter->device()->devicePixelRatioF() : 1;
        painter->drawPixmap(rect, pixmap(rect.size() * ratio, mode, state));
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        return renderIcon(name_, iconColour(coloursOf(QGuiApplication::palette()), mode, state), size);
    }
    QIconEngine* clone() const override { return new ThemedIconEngine(*this); }  // QIcon takes ownership

private:
    QString name_;
};

ThemeColours darkColours() {
    return {.window = "#0f1012",
            .panel = "#17191c",
            .raised = "#202327",
            .hover = "#282c31",
            .pressed = "#3a4047",
            .border = "#32373d",
            .text = "#e8e9eb",
            .secondary = "#a0a6ae",
            .disabled = "#5d636b",
            .accent = "#6ea8fe",
            .accentText = "#0b1220",
            .accentSoft = "#223047",
            .flagged = "#f5b14c",
            .good = "#57c79a",
            .problem = "#ff8a80"};
}

ThemeColours lightColours() {
    return {.window = "#e9ebee",
            .panel = "#f8f9fa",
            .raised = "#ffffff",
            .hover = "#eceff2",
            .pressed = "#dfe3e8",
            .border = "#d9dde2",
            .text = "#1a1d21",
            .secondary = "#59616b",
            .disabled = "#a7adb5",
            .accent = "#1f62d6",
            .accentText = "#ffffff",
            .accentSoft = "#dce8fd",
            .flagged = "#a14a00",
            .good = "#0d7a55",
            .problem = "#bf2a1f"};
}

QPalette paletteOf(const ThemeColours& c) {
    QPalette palette;
    palette.setColor(QPalette::Window, c.panel);
    palette.setColor(QPalette::WindowText, c.text);
    palette.setColor(QPalette::Base, c.raised);
    palette.setColor(QPalette::AlternateBase, c.panel);
    palette.setColor(QPalette::Text, c.text);
    palette.setColor(QPalette::PlaceholderText, c.secondary);
    palette.setColor(QPalette::Button, c.raised);
    palette.setColor(QPalette::ButtonText, c.text);
    palette.setColor(QPalette::BrightText, c.problem);
    palette.setColor(QPalette::ToolTipBase, c.raised);
    palette.setColor(QPalette::ToolTipText, c.text);
    palette.setColor(QPalette::Highlight, c.accent);
    palette.setColor(QPalette::HighlightedText, c.accentText);
    palette.setColor(QPalette::Link, c.accent);
    palette.setColor(QPalette::Mid, c.border);
    palette.setColor(QPalette::Light, c.hover);
    palette.setColor(QPalette::Dark, c.window);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, c.disabled);
    return palette;
}

QString filledStyleSheet(const ThemeColours& c, ThemeKind kind) {
    QString sheet = QString::fromUtf8(readResource(QStringLiteral(":/style/residua.qss")));
    const std::pair<const char*, QColor> tokens[] = {{"@window", c.window},
                                                     {"@panel", c.panel},
                                                     {"@raised", c.raised},
                                                     {"@hover", c.hover},
                                                     {"@pressed", c.pressed},
                                                     {"@border", c.border},
                                                     {"@text", c.text},
                                                     {"@secondary", c.secondary},
                                                     {"@disabled", c.disabled},
                                                     {"@accentText", c.accentText},
                                                     {"@accentSoft", c.accentSoft},
                                                     {"@accent", c.accent},
                                                     {"@flagged", c.flagged},
                                                     {"@good", c.good},
                                                     {"@problem", c.problem}};
    for (const auto& [token, colour] : tokens) sheet.replace(QLatin1String(token), colour.name());
    const QString variant = kind == ThemeKind::Dark ? QStringLiteral("dark") : QStringLiteral("light");
    sheet.replace(QLatin1String("@chevron"), QStringLiteral(":/style/chevron-%1.svg").arg(variant));
    sheet.replace(QLatin1String("@check"), QStringLiteral(":/style/check-%1.svg").arg(variant));
    return sheet;
}

}  // namespace

const ThemeColours& themeColours(ThemeKind kind) {
    static const ThemeColours dark = darkColours();
    static const ThemeColours light = lightColours();
    return kind == ThemeKind::Dark ? dark : light;
}

ThemeKind themeOf(const QPalette& palette) {
    return palette.color(QPalette::Window).lightness() < 128 ? ThemeKind::Dark : ThemeKind::Light;
}

const ThemeColours& coloursOf(const QPalette& palette) {
    return themeColours(themeOf(palette));
}

void applyTheme(QApplication& application, ThemeKind kind) {
    initResources();
    const ThemeColours& colours = themeColours(kind);
    application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    application.setPalette(paletteOf(colours));
    QToolTip::setPalette(paletteOf(colours));
    application.setFont(themeFont(TypeSize::Body));
    application.setStyleSheet(filledStyleSheet(colours, kind));
}

QIcon themedIcon(const QString& name) {
    return QIcon(new ThemedIconEngine(name));
}  // QIcon takes ownership

QPixmap iconPixmap(const QString& name, const QColor& colour, int size, double devicePixelRatio) {
    QPixmap pixmap = renderIcon(name, colour, QSize(size, size) * devicePixelRatio);
    pixmap.setDevicePixelRatio(devicePixelRatio);
    return pixmap;
}

QIcon programIcon() {
    QIcon icon;
    for (const int size : {32, 128}) icon.addPixmap(iconPixmap(QStringLiteral("residua"), {}, size, 1));
    return icon;
}

QFont themeFont(TypeSize size, QFont::Weight weight) {
    static const QString system = QFontDatabase::systemFont(QFontDatabase::GeneralFont).family();
    QFont font;
    font.setFamilies({QStringLiteral("Inter"), system});
    font.setPixelSize(static_cast<int>(size));
    font.setWeight(weight);
    return font;
}

}  // namespace residua
