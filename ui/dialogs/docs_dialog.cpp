// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/docs_dialog.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QPushButton>
#include <QTextBlock>
#include <QTextBrowser>
#include <QTextTable>
#include <QUrl>
#include <QVBoxLayout>

#include "ui/theme.h"

namespace residua {

namespace {

constexpr int pageMargin = 20;

/// Qt's Markdown has plain blocks: distances, code's ground and sizes are ours.
void dressBlock(const QTextBlock& block, const ThemeColours& colours) {
    QTextCursor cursor(block);
    cursor.select(QTextCursor::BlockUnderCursor);
    QTextBlockFormat format = block.blockFormat();
    const int level = format.headingLevel();
    const bool isCode =
        format.hasProperty(QTextFormat::BlockCodeFence) || format.hasProperty(QTextFormat::BlockCodeLanguage);
    if (level > 0) {
        format.setTopMargin(level == 1 ? 4 : 20);
        format.setBottomMargin(8);
        QTextCharFormat font;
        font.setFont(themeFont(level == 1   ? TypeSize::Headline
                               : level == 2 ? TypeSize::Title
                                            : TypeSize::Body,
                               QFont::DemiBold));
        cursor.mergeCharFormat(font);
    } else if (isCode) {
        format.setBackground(colours.window);
        format.setTopMargin(0);
        format.setBottomMargin(0);
        format.setLeftMargin(12);
        format.setNonBreakableLines(true);
    } else if (!QTextCursor(block).currentTable()) {
        format.setLineHeight(130, QTextBlockFormat::ProportionalHeight);
        format.setBottomMargin(block.textList() ? 4 : 10);
    }
    QTextCursor(block).setBlockFormat(format);
}

void dressTables(QTextFrame& frame, const ThemeColours& colours) {
    for (QTextFrame* child : frame.childFrames()) {
        auto* table = qobject_cast<QTextTable*>(child);
        if (!table) continue;
        QTextTableFormat format = table->format();
        format.setBorder(1);
        format.setBorderBrush(colours.border);
        format.setBorderCollapse(true);
        format.setCellPadding(5);
        format.setBottomMargin(12);
        table->setFormat(format);
    }
}

void dress(QTextDocument& document, const ThemeColours& colours) {
    document.setDocumentMargin(pageMargin);
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next())
        dressBlock(block, colours);
    dressTables(*document.rootFrame(), colours);
}

}  // namespace

DocsDialog::DocsDialog(ReadPage readPage, QWidget* parent) : QDialog(parent), readPage_(std::move(readPage)) {
    setWindowTitle(tr("Documentation"));
    resize(820, 760);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 16);
    column->setSpacing(12);
    text_ = new QTextBrowser(this);
    text_->setObjectName(QStringLiteral("docsText"));
    text_->setOpenLinks(false);
    text_->document()->setDefaultFont(themeFont(TypeSize::Body));
    connect(text_, &QTextBrowser::anchorClicked, this, &DocsDialog::follow);
    auto* row = new QHBoxLayout;
    const auto button = [&](const QString& icon, const QString& text, const QKeySequence& key) {
        auto* made = new QPushButton(themedIcon(icon), text, this);
        made->setShortcut(key);
        made->setAutoDefault(false);
        row->addWidget(made);
        return made;
    };
    back_ = button(QStringLiteral("chevron-left"), tr("Back"), Qt::ALT | Qt::Key_Left);
    forward_ = button(QStringLiteral("chevron-right"), tr("Forward"), Qt::ALT | Qt::Key_Right);
    auto* contents = button(QStringLiteral("book"), tr("Contents"), Qt::ALT | Qt::Key_Home);
    row->addStretch(1);
    connect(back_, &QPushButton::clicked, this, [this] { step(-1); });
    connect(forward_, &QPushButton::clicked, this, [this] { step(1); });
    connect(contents, &QPushButton::clicked, this, [this] { go(QStringLiteral("index.md")); });
    column->addLayout(row);
    column->addWidget(text_, 1);
    go(QStringLiteral("index.md"));
}

void DocsDialog::follow(const QUrl& link) {
    if (link.scheme() == QLatin1String("https") || link.scheme() == QLatin1String("http"))
        Q_EMIT linkWished(link);
    else
        go(link.path());
}

void DocsDialog::go(const QString& name) {
    if (name == page_ || !showPage(name)) return;
    visited_.resize(at_ + 1);
    visited_ += name;
    step(1);
}

void DocsDialog::step(int by) {
    at_ += by;
    if (visited_.at(at_) != page_) showPage(visited_.at(at_));
    back_->setEnabled(at_ > 0);
    forward_->setEnabled(at_ + 1 < visited_.size());
}

bool DocsDialog::showPage(const QString& name) {
    const QString markdown = readPage_(name);
    if (markdown.isEmpty()) return false;
    page_ = name;
    text_->document()->setMarkdown(markdown, QTextDocument::MarkdownDialectGitHub);
    dress(*text_->document(), coloursOf(palette()));
    text_->moveCursor(QTextCursor::Start);
    return true;
}

}  // namespace residua
