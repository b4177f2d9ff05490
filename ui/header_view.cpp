// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/header_view.h"

#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QScrollBar>
#include <QShortcut>
#include <QTreeView>
#include <QVBoxLayout>

#include "ui/theme.h"

namespace residua {

namespace {

// A tree of more rows opens folded: unfolding all of them would be a wait and a wall of text.
constexpr int mostUnfolded = 5000;

QString cutSentence(const SharedHeader& header) {
    if (!header || header->elements.size() == header->total) return {};
    return HeaderView::tr("The first %1 of %2 elements are shown.")
        .arg(QLocale().toString(static_cast<qulonglong>(header->elements.size())),
             QLocale().toString(static_cast<qulonglong>(header->total)));
}

QLabel* quietLabel(const QString& name, QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setObjectName(name);
    label->setProperty("tone", "secondary");
    label->setTextFormat(Qt::PlainText);
    return label;
}

}  // namespace

HeaderView::HeaderView(QWidget* parent) : QDialog(parent), model_(new HeaderModel(this)) {
    setWindowTitle(tr("DICOM header"));
    setWindowFlag(Qt::WindowMaximizeButtonHint);
    resize(980, 720);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 16);
    column->setSpacing(8);
    title_ = new QLabel(this);
    title_->setObjectName(QStringLiteral("headerTitle"));
    title_->setFont(themeFont(TypeSize::Title, QFont::DemiBold));
    title_->setTextFormat(Qt::PlainText);
    search_ = new QLineEdit(this);
    search_->setObjectName(QStringLiteral("headerSearch"));
    search_->setPlaceholderText(tr("Search tag, name or value"));
    search_->setClearButtonEnabled(true);
    search_->addAction(themedIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    search_->setAccessibleName(tr("Search the header"));
    found_ = quietLabel(QStringLiteral("headerFound"), this);
    auto* searching = new QHBoxLayout;
    searching->setSpacing(12);
    searching->addWidget(search_, 1);
    searching->addWidget(found_);
    note_ = quietLabel(QStringLiteral("headerNote"), this);
    note_->setWordWrap(true);
    nothing_ = quietLabel(QStringLiteral("headerNothing"), this);
    column->addWidget(title_);
    column->addLayout(searching);
    column->addWidget(note_);
    column->addWidget(nothing_);
    makeTree();
    column->addWidget(tree_, 1);
    column->addWidget(makeControls());
    connect(search_, &QLineEdit::textChanged, this, &HeaderView::filter);
    auto* find = new QShortcut(QKeySequence::Find, this);
    connect(find, &QShortcut::activated, search_, [this] {
        search_->setFocus();
        search_->selectAll();
    });
    search_->setFocus();
    present();
}

void HeaderView::makeTree() {
    tree_ = new QTreeView(this);
    tree_->setObjectName(QStringLiteral("headerTree"));
    tree_->setModel(model_);
    tree_->setUniformRowHeights(true);  // thousands of rows are laid out at once
    tree_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    tree_->setAlternatingRowColors(true);
    tree_->setIndentation(16);
    tree_->setAccessibleName(tr("Elements"));
    tree_->header()->setStretchLastSection(true);
    tree_->header()->setSectionsMovable(false);
    auto* copy = new QShortcut(QKeySequence::Copy, tree_);
    copy->setContext(Qt::WidgetShortcut);  // a search field copies its own text
    connect(copy, &QShortcut::activated, this, &HeaderView::copySelected);
}

QWidget* HeaderView::makeControls() {
    auto* controls = new QWidget(this);
    auto* row = new QHBoxLayout(controls);
    row->setContentsMargins(0, 4, 0, 0);
    row->setSpacing(12);
    keep_ = new QCheckBox(tr("Keep this image"), this);
    keep_->setObjectName(QStringLiteral("headerKeep"));
    keep_->setToolTip(tr("The header stays when another image is shown"));
    compare_ = new QPushButton(tr("Compare with shown image"), this);
    compare_->setObjectName(QStringLiteral("headerCompare"));
    compare_->setToolTip(tr("Keeps this image on the left; on the right is the image that is shown"));
    compare_->setAutoDefault(false);
    onlyDifferent_ = new QCheckBox(tr("Only differences"), this);
    onlyDifferent_->setObjectName(QStringLiteral("headerOnlyDifferent"));
    auto* copyAll = new QPushButton(themedIcon(QStringLiteral("copy")), tr("Copy all"), this);
    copyAll->setObjectName(QStringLiteral("headerCopyAll"));
    copyAll->setAutoDefault(false);
    row->addWidget(keep_);
    row->addWidget(compare_);
    row->addWidget(onlyDifferent_);
    row->addStretch(1);
    row->addWidget(copyAll);
    connect(keep_, &QCheckBox::toggled, this, [this](bool kept) {
        if (!kept && !comparing_) Q_EMIT pageWished();
    });
    connect(compare_, &QPushButton::clicked, this, [this] { comparing_ ? endComparison() : compare(); });
    connect(onlyDifferent_, &QCheckBox::toggled, this, &HeaderView::filter);
    connect(copyAll, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(model_->textOfAll()); });
    return controls;
}

bool HeaderView::isKept() const {
    return keep_->isChecked();
}

void HeaderView::compare() {
    comparing_ = true;
    keep_->setChecked(true);
    Q_EMIT otherPageWished();
    present();
}

void HeaderView::endComparison() {
    comparing_ = false;
    other_ = {};
    onlyDifferent_->setChecked(false);
    present();
}

void HeaderView::setPage(const HeaderPage& page) {
    page_ = page;
    // Scrolling through a stack leaves the tree as it is: unfolded, selected, scrolled.
    if (comparing_ || !model_->replaceValues(page.header)) return present();
    presentTexts();
    tree_->viewport()->update();
}

void HeaderView::setOtherPage(const HeaderPage& page) {
    if (!comparing_) return;
    other_ = page;
    present();
}

void HeaderView::present() {
    const int scrolled = tree_->verticalScrollBar()->value();
    const int columns = model_->columnCount();
    model_->setHeaders(page_.header, comparing_ ? other_.header : nullptr);
    presentTexts();
    unfold();
    if (columns != model_->columnCount() || !isFitted_) fitColumns();
    tree_->verticalScrollBar()->setValue(scrolled);
}

void HeaderView::presentTexts() {
    model_->setTitles(page_.title, other_.title);
    title_->setText(hasOther() ? tr("%1 and %2").arg(page_.title, other_.title) : page_.title);
    QStringList notes;
    for (const HeaderPage& page : {page_, other_})
        for (const QString& note : {page.note, cutSentence(page.header)})
            if (!note.isEmpty() && !notes.contains(note)) notes += note;
    note_->setText(notes.join(QLatin1Char('\n')));
    note_->setVisible(!notes.isEmpty());
    keep_->setEnabled(!comparing_);
    compare_->setText(comparing_ ? tr("End the comparison") : tr("Compare with shown image"));
    compare_->setEnabled(comparing_ || (page_.header && !page_.header->elements.empty()));
    onlyDifferent_->setEnabled(comparing_);
    presentFound();
}

void HeaderView::filter() {
    model_->setFilter(search_->text(), onlyDifferent_->isChecked() ? HeaderModel::Rows::OnlyDifferent
                                                                   : HeaderModel::Rows::All);
    presentFound();
    unfold();
}

void HeaderView::presentFound() {
    const QString number = QLocale().toString(model_->found());
    const bool isSearch = !search_->text().trimmed().isEmpty();
    found_->setText(isSearch     ? tr("%1 found").arg(number)
                    : hasOther() ? tr("differences: %1").arg(number)
                                 : tr("elements: %1").arg(number));
    nothing_->setText(isSearch ? tr("Nothing in this header matches the search.")
                               : tr("The two headers are the same."));
    nothing_->setVisible(model_->shownRows() == 0 && (isSearch || hasOther()));
}

void HeaderView::unfold() {
    if (model_->shownRows() <= mostUnfolded || !search_->text().trimmed().isEmpty()) tree_->expandAll();
}

void HeaderView::fitColumns() {
    isFitted_ = true;
    const QFontMetrics metrics(tree_->font());
    const auto width = [&](int characters) { return metrics.averageCharWidth() * characters; };
    tree_->setColumnWidth(HeaderModel::Tag, width(26));
    tree_->setColumnWidth(HeaderModel::Vr, width(6));
    tree_->setColumnWidth(HeaderModel::Name, width(hasOther() ? 34 : 42));
    if (!hasOther()) return;
    tree_->setColumnWidth(HeaderModel::Value, width(38));
    tree_->setColumnWidth(HeaderModel::OtherValue, width(38));
}

void HeaderView::copySelected() {
    const auto rows = tree_->selectionModel()->selectedRows();
    if (!rows.isEmpty()) QGuiApplication::clipboard()->setText(model_->textOf(rows));
}

}  // namespace residua
