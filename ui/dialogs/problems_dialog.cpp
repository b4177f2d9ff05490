// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/problems_dialog.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "ui/theme.h"

namespace residua {

namespace {

QString asHtml(const QList<ProblemRow>& problems, const ThemeColours& colours) {
    QString html;
    const QString quiet = colours.secondary.name();
    for (const ProblemRow& problem : problems) {
        html +=
            QStringLiteral("<p style='margin:0 0 14px 0'><b>%1</b>").arg(problem.sentence.toHtmlEscaped());
        if (!problem.remedy.isEmpty()) html += QStringLiteral("<br>%1").arg(problem.remedy.toHtmlEscaped());
        for (const QString& line : {problem.path, problem.detail})
            if (!line.isEmpty())
                html +=
                    QStringLiteral("<br><span style='color:%1'>%2</span>").arg(quiet, line.toHtmlEscaped());
        html += QStringLiteral("</p>");
    }
    return html;
}

}  // namespace

ProblemsDialog::ProblemsDialog(const QList<ProblemRow>& problems, QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Problems"));
    resize(680, 460);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(16);
    auto* title =
        new QLabel(problems.size() == 1 ? tr("1 problem") : tr("%1 problems").arg(problems.size()), this);
    title->setFont(themeFont(TypeSize::Title, QFont::DemiBold));
    column->addWidget(title);
    auto* list = new QTextBrowser(this);
    list->setOpenLinks(false);
    list->document()->setDocumentMargin(8);
    list->setHtml(asHtml(problems, coloursOf(palette())));
    column->addWidget(list, 1);
    auto* buttons = new QHBoxLayout;
    auto* copy = new QPushButton(themedIcon(QStringLiteral("copy")), tr("Copy all"), this);
    copy->setObjectName(QStringLiteral("copyProblems"));
    connect(copy, &QPushButton::clicked, this,
            [problems] { QGuiApplication::clipboard()->setText(asText(problems)); });
    auto* close = new QPushButton(tr("Close"), this);
    close->setDefault(true);
    close->setFocus();
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    buttons->addWidget(copy);
    buttons->addStretch(1);
    buttons->addWidget(close);
    column->addLayout(buttons);
}

QString ProblemsDialog::asText(const QList<ProblemRow>& problems) {
    QStringList paragraphs;
    for (const ProblemRow& problem : problems) {
        QStringList lines;
        for (const QString& line : {problem.sentence, problem.remedy, problem.path, problem.detail})
            if (!line.isEmpty()) lines += line;
        paragraphs += lines.join(QLatin1Char('\n'));
    }
    return paragraphs.join(QStringLiteral("\n\n"));
}

}  // namespace residua
