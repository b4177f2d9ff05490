// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library_view.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollBar>
#include <QShortcut>
#include <QTreeView>
#include <QVBoxLayout>

#include "ui/theme.h"

namespace residua {

namespace {

QLabel* quietLabel(const QString& name, QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setObjectName(name);
    label->setProperty("tone", "secondary");
    label->setTextFormat(Qt::PlainText);  // names and paths come from files
    return label;
}

}  // namespace

LibraryView::LibraryView(QWidget* parent) : QDialog(parent), model_(new LibraryModel(this)) {
    setWindowTitle(tr("Library"));
    resize(1180, 640);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(12);
    search_ = new QLineEdit(this);
    search_->setObjectName(QStringLiteral("librarySearch"));
    search_->setPlaceholderText(tr("Search patient, ID, study, accession number or date"));
    search_->setClearButtonEnabled(true);
    search_->addAction(themedIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    search_->setAccessibleName(tr("Search the library"));
    search_->installEventFilter(this);
    found_ = quietLabel(QStringLiteral("libraryFound"), this);
    auto* searching = new QHBoxLayout;
    searching->setSpacing(12);
    searching->addWidget(search_, 1);
    searching->addWidget(found_);
    nothing_ = quietLabel(QStringLiteral("libraryNothing"), this);
    nothing_->setWordWrap(true);
    column->addWidget(makeFileBar());
    column->addLayout(searching);
    column->addWidget(nothing_);
    makeTable();
    column->addWidget(table_, 1);
    column->addWidget(makeNoticeBar());
    column->addWidget(makeButtons());
    connect(search_, &QLineEdit::textChanged, this,
            [this](const QString& typed) { keepSelection([&] { model_->setSearch(typed); }); });
    auto* find = new QShortcut(QKeySequence::Find, this);
    connect(find, &QShortcut::activated, this, &LibraryView::focusSearch);
    setFile(File::Usable);
    present();
    focusSearch();
}

void LibraryView::makeTable() {
    table_ = new QTreeView(this);
    table_->setObjectName(QStringLiteral("libraryTable"));
    table_->setModel(model_);
    table_->setRootIsDecorated(false);
    table_->setUniformRowHeights(true);  // thousands of rows are laid out at once
    table_->setAllColumnsShowFocus(true);
    table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table_->setAlternatingRowColors(true);
    table_->setAccessibleName(tr("Studies"));
    table_->installEventFilter(this);
    auto* header = table_->header();
    header->setSectionsMovable(false);
    header->setSectionsClickable(true);
    header->setSortIndicator(-1, Qt::AscendingOrder);
    header->setSortIndicatorShown(true);
    header->setSortIndicatorClearable(true);
    connect(header, &QHeaderView::sortIndicatorChanged, this,
            [this](int column, Qt::SortOrder order) { keepSelection([&] { model_->sort(column, order); }); });
    const QFontMetrics metrics(table_->font());
    const int widths[] = {25, 11, 20, 8, 7, 22, 15, 18};  // characters
    for (int i = 0; i < LibraryModel::ColumnCount; ++i)
        table_->setColumnWidth(i, metrics.averageCharWidth() * widths[i] + 16);
    connect(table_, &QTreeView::doubleClicked, this, &LibraryView::openSelected);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &LibraryView::present);
}

QWidget* LibraryView::makeFileBar() {
    fileBar_ = new QFrame(this);
    fileBar_->setObjectName(QStringLiteral("libraryFile"));
    auto* row = new QHBoxLayout(fileBar_);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    fileText_ = new QLabel(fileBar_);
    fileText_->setWordWrap(true);
    fileText_->setProperty("tone", "flagged");
    rebuild_ = new QPushButton(tr("Rebuild"), fileBar_);
    rebuild_->setObjectName(QStringLiteral("libraryRebuild"));
    rebuild_->setAutoDefault(false);
    connect(rebuild_, &QPushButton::clicked, this, &LibraryView::rebuildWished);
    row->addWidget(fileText_, 1);
    row->addWidget(rebuild_);
    return fileBar_;
}

QWidget* LibraryView::makeNoticeBar() {
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    notice_ = quietLabel(QStringLiteral("libraryNotice"), bar);
    notice_->setWordWrap(true);
    notice_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    stop_ = new QPushButton(themedIcon(QStringLiteral("player-stop")), tr("Stop"), bar);
    stop_->setObjectName(QStringLiteral("libraryStop"));
    stop_->setAutoDefault(false);
    connect(stop_, &QPushButton::clicked, this, &LibraryView::stopWished);
    row->addWidget(notice_, 1);
    row->addWidget(stop_);
    return bar;
}

QPushButton* LibraryView::addButton(const QString& name, const QString& text, const QString& toolTip) {
    auto* button = new QPushButton(text, this);
    button->setObjectName(name);
    button->setToolTip(toolTip);
    button->setAutoDefault(false);
    return button;
}

QWidget* LibraryView::makeButtons() {
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    open_ = addButton(QStringLiteral("libraryOpen"), tr("Open"), tr("Shows the selected studies (Enter)"));
    open_->setProperty("primary", true);
    locate_ = addButton(QStringLiteral("libraryLocate"), tr("Locate…"),
                        tr("Looks for the study in a folder that you choose"));
    remove_ = addButton(QStringLiteral("libraryRemove"), tr("Remove from the list"),
                        tr("Forgets the selected studies; their images stay"));
    auto* backUp = addButton(QStringLiteral("libraryBackUp"), tr("Back up…"),
                             tr("Writes a copy of the library: studies, scores and answers, not images"));
    auto* close = addButton(QStringLiteral("libraryClose"), tr("Close"), {});
    row->addWidget(open_);
    row->addWidget(locate_);
    row->addWidget(remove_);
    row->addStretch(1);
    row->addWidget(backUp);
    row->addWidget(close);
    connect(open_, &QPushButton::clicked, this, &LibraryView::openSelected);
    connect(locate_, &QPushButton::clicked, this, [this] {
        if (const auto uids = selected(); uids.size() == 1) Q_EMIT locateWished(uids.first());
    });
    connect(remove_, &QPushButton::clicked, this, &LibraryView::askToRemove);
    connect(backUp, &QPushButton::clicked, this, &LibraryView::backUpWished);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    return bar;
}

void LibraryView::setRows(const QList<LibraryRow>& rows) {
    keepSelection([&] { model_->setRows(rows); });
}

void LibraryView::setPlace(const QString& uid, StudyPlace place, const QString& missing) {
    model_->setPlace(uid, place, missing);
}

void LibraryView::setNotice(const QString& text) {
    noticeText_ = text;
    present();
}

void LibraryView::setJob(const QString& text) {
    job_ = text;
    present();
}

void LibraryView::setFile(File file) {
    fileBar_->setVisible(file != File::Usable);
    rebuild_->setVisible(file == File::Damaged);
    fileText_->setText(
        file == File::Damaged
            ? tr("The library file is damaged. Until it is rebuilt, what you do is kept only while the "
                 "window is "
                 "open. Rebuilding keeps all that can be read, and the damaged file.")
            : tr("The library file cannot be used: what you do is kept only while the window is open."));
}

void LibraryView::keepSelection(const std::function<void()>& change) {
    const auto uids = selected();
    const auto current = table_->currentIndex().data(LibraryModel::UidRole).toString();
    const int scrolled = table_->verticalScrollBar()->value();
    change();
    auto* selection = table_->selectionModel();
    for (const auto& uid : uids)
        if (const auto index = model_->indexOf(uid); index.isValid())
            selection->select(index, QItemSelectionModel::Select | QItemSelectionModel::Rows);
    auto now = model_->indexOf(current);
    const bool isFirst = !now.isValid() && selected().isEmpty();
    if (isFirst) now = model_->index(0, 0);  // Enter opens the best match
    if (now.isValid())
        selection->setCurrentIndex(
            now, isFirst ? QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows
                         : QItemSelectionModel::SelectionFlags(QItemSelectionModel::NoUpdate));
    table_->verticalScrollBar()->setValue(scrolled);
    present();
}

void LibraryView::present() {
    const auto number = [](qsizetype count) { return QLocale().toString(count); };
    const qsizetype shown = model_->rowCount(), all = model_->rows().size();
    found_->setText(shown == all ? tr("studies: %1").arg(number(all))
                                 : tr("%1 of %2").arg(number(shown), number(all)));
    nothing_->setText(all == 0 ? tr("No study was opened yet.") : tr("No study matches the search."));
    nothing_->setVisible(shown == 0);
    const auto chosen = table_->selectionModel()->selectedRows().size();
    open_->setEnabled(chosen > 0);
    locate_->setEnabled(chosen == 1 && job_.isEmpty());
    remove_->setEnabled(chosen > 0);
    stop_->setVisible(!job_.isEmpty());
    notice_->setText(job_.isEmpty() ? noticeText_ : job_);
    notice_->setVisible(!notice_->text().isEmpty());
}

QStringList LibraryView::selected() const {
    QStringList uids;
    for (const auto& index : table_->selectionModel()->selectedRows())
        uids << index.data(LibraryModel::UidRole).toString();
    return uids;
}

void LibraryView::select(const QString& uid) {
    const auto index = model_->indexOf(uid);
    if (!index.isValid()) return;
    table_->selectionModel()->setCurrentIndex(
        index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    table_->scrollTo(index);
}

void LibraryView::focusSearch() {
    search_->setFocus();
    search_->selectAll();
}

void LibraryView::openSelected() {
    if (const auto uids = selected(); !uids.isEmpty()) Q_EMIT openWished(uids);
}

void LibraryView::askToRemove() {
    const auto uids = selected();
    if (uids.isEmpty()) return;
    auto* question =
        new QMessageBox(QMessageBox::Question, tr("Remove from the list"),
                        uids.size() == 1 ? tr("Forget this study?")
                                         : tr("Forget %1 studies?").arg(QLocale().toString(uids.size())),
                        QMessageBox::Cancel, this);
    question->setInformativeText(
        tr("The images stay where they are. Your answers, the scores, key images and lengths are deleted."));
    auto* remove = question->addButton(tr("Remove"), QMessageBox::AcceptRole);
    remove->setObjectName(QStringLiteral("libraryRemoveNow"));
    question->setDefaultButton(QMessageBox::Cancel);
    question->setAttribute(Qt::WA_DeleteOnClose);
    connect(remove, &QPushButton::clicked, this, [this, uids] { Q_EMIT removalWished(uids); });
    question->open();
}

bool LibraryView::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress) return QDialog::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        openSelected();
        return true;
    }
    if (watched == table_ && key == Qt::Key_Delete) {
        askToRemove();
        return true;
    }
    if (watched == search_ && (key == Qt::Key_Down || key == Qt::Key_Up)) {
        table_->setFocus();
        return true;
    }
    if (watched == search_ && key == Qt::Key_Escape && !search_->text().isEmpty()) {
        search_->clear();
        return true;
    }
    return QDialog::eventFilter(watched, event);
}

}  // namespace residua
