// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/keys_dialog.h"

#include <QCoreApplication>
#include <QLabel>
#include <QPushButton>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "ui/actions.h"
#include "ui/theme.h"

namespace residua {

namespace {

QString rowHtml(const QString& what, const QString& how, const ThemeColours& colours) {
    return QStringLiteral(
               "<tr><td style='padding:2px 12px 2px 0'>%1</td>"
               "<td style='padding:2px 16px 2px 0; color:%3'>%2</td></tr>")
        .arg(what.toHtmlEscaped(), how.toHtmlEscaped(), colours.accent.name());
}

QString headHtml(const QString& name, const ThemeColours& colours) {
    return QStringLiteral("<tr><td colspan='2' style='padding:12px 0 3px 0; color:%2'><b>%1</b></td></tr>")
        .arg(name.toHtmlEscaped(), colours.secondary.name());
}

QString keysOf(const CommandRow& row) {
    QStringList keys;
    for (const QKeySequence& key : row.keys) keys += key.toString(QKeySequence::NativeText);
    return keys.join(QStringLiteral(", "));
}

bool isPreset(const CommandRow& row) {
    return row.command >= Command::WindowPreset1 && row.command <= Command::WindowPreset9;
}

QString groupHtml(CommandGroup group, const ThemeColours& colours) {
    QString html = headHtml(Actions::groupName(group), colours);
    for (const CommandRow& row : Actions::rows()) {
        if (row.group != group || row.keys.isEmpty()) continue;
        if (row.command == Command::WindowPreset1) {
            html +=
                rowHtml(KeysDialog::tr("The file's windows, then presets"), QStringLiteral("1 – 9"), colours);
        } else if (!isPreset(row)) {
            html += rowHtml(QCoreApplication::translate("Actions", row.text), keysOf(row), colours);
        }
    }
    return html;
}

QString columnHtml(const QList<CommandGroup>& groups, const ThemeColours& colours) {
    QString html;
    for (const CommandGroup group : groups) html += groupHtml(group, colours);
    return html;
}

QString keysHtml(const ThemeColours& colours) {
    QString mouse = headHtml(KeysDialog::tr("Mouse"), colours);
    for (const auto& [what, how] : Actions::mouseRows()) mouse += rowHtml(what, how, colours);
    const QStringList columns{
        mouse + columnHtml({CommandGroup::Tools, CommandGroup::WindowLevel, CommandGroup::File}, colours),
        columnHtml({CommandGroup::Slices, CommandGroup::View}, colours),
        columnHtml({CommandGroup::Findings, CommandGroup::Report, CommandGroup::Edit, CommandGroup::Interface,
                    CommandGroup::Help},
                   colours)};
    QString html = QStringLiteral("<table width='100%'><tr>");
    for (const QString& column : columns)
        html += QStringLiteral("<td width='33%'><table>%1</table></td>").arg(column);
    return html + QStringLiteral("</tr></table>");
}

}  // namespace

KeysDialog::KeysDialog(QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Keys and mouse"));
    resize(1160, 720);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(16);
    auto* table = new QTextBrowser(this);
    table->setObjectName(QStringLiteral("keysTable"));
    table->setOpenLinks(false);
    table->setHtml(keysHtml(coloursOf(palette())));
    table->setFrameShape(QFrame::NoFrame);
    column->addWidget(table, 1);
    auto* buttons = new QHBoxLayout;
    auto* documentation =
        new QPushButton(themedIcon(QStringLiteral("book")), tr("Open the documentation"), this);
    connect(documentation, &QPushButton::clicked, this, &KeysDialog::documentationWished);
    auto* close = new QPushButton(tr("Close"), this);
    close->setDefault(true);
    close->setFocus();
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    buttons->addWidget(documentation);
    buttons->addStretch(1);
    buttons->addWidget(close);
    column->addLayout(buttons);
}

}  // namespace residua
