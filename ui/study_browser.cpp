// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/study_browser.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>
#include <QSet>
#include <QTreeView>
#include <QVBoxLayout>
#include <functional>

#include "ui/study_delegate.h"
#include "ui/study_model.h"
#include "ui/theme.h"

namespace residua {

namespace {

void forEachRow(const QAbstractItemModel& model, const QModelIndex& parent,
                const std::function<void(const QModelIndex&)>& visit) {
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const QModelIndex index = model.index(row, 0, parent);
        visit(index);
        forEachRow(model, index, visit);
    }
}

RowKind kindOf(const QModelIndex& index) {
    return static_cast<RowKind>(index.data(StudyModel::KindRole).toInt());
}

QTreeView* makeView(QWidget* parent) {
    auto* view = new QTreeView(parent);
    view->setHeaderHidden(true);
    view->setRootIsDecorated(false);
    view->setIndentation(0);
    view->setExpandsOnDoubleClick(false);
    view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setContextMenuPolicy(Qt::CustomContextMenu);
    view->setMouseTracking(true);
    view->setAccessibleName(StudyBrowser::tr("Studies"));
    return view;
}

}  // namespace

StudyBrowser::StudyBrowser(QWidget* parent)
    : QWidget(parent), model_(new StudyModel(this)), filter_(new StudyFilter(this)), view_(makeView(this)) {
    setObjectName(QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    setMinimumWidth(220);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new QVBoxLayout;
    head->setContentsMargins(16, 14, 16, 8);
    head->setSpacing(12);
    auto* titles = new QHBoxLayout;
    auto* title = new QLabel(tr("Studies"), this);
    title->setObjectName(QStringLiteral("panelTitle"));
    title->setFont(themeFont(TypeSize::Title, QFont::DemiBold));
    summary_ = new QLabel(this);
    summary_->setObjectName(QStringLiteral("secondary"));
    summary_->setFont(themeFont(TypeSize::Caption));
    titles->addWidget(title, 1);
    titles->addWidget(summary_);
    head->addLayout(titles);
    search_ = new QLineEdit(this);
    search_->setPlaceholderText(tr("Search"));
    search_->setClearButtonEnabled(true);
    search_->addAction(themedIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    search_->setAccessibleName(tr("Search studies"));
    search_->installEventFilter(this);
    head->addWidget(search_);
    column->addLayout(head);
    nothing_ = new QLabel(tr("No study matches the search. Esc ends it."), this);
    nothing_->setObjectName(QStringLiteral("secondary"));
    nothing_->setWordWrap(true);
    nothing_->setContentsMargins(16, 4, 16, 0);
    column->addWidget(nothing_);
    column->addWidget(view_, 1);
    connectView();
    updateSummary();
}

void StudyBrowser::connectView() {
    filter_->setSourceModel(model_);
    view_->setModel(filter_);
    view_->setItemDelegate(new StudyDelegate(view_));
    view_->installEventFilter(this);
    connect(search_, &QLineEdit::textChanged, this, [this](const QString& words) {
        filter_->setWords(words);
        if (!words.isEmpty()) view_->expandAll();
        updateSummary();
        wishVisibleThumbnails();
    });
    connect(view_, &QTreeView::clicked, this, [this](const QModelIndex& index) {
        const bool folder = filter_->hasChildren(index) && kindOf(index) != RowKind::Series;
        if (folder) view_->setExpanded(index, !view_->isExpanded(index));
        choose(index);
    });
    connect(view_->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& index) {
                if (view_->hasFocus() && kindOf(index) != RowKind::Patient && kindOf(index) != RowKind::Study)
                    choose(index);
            });
    connect(view_, &QTreeView::customContextMenuRequested, this, &StudyBrowser::showMenu);
    connect(view_, &QTreeView::expanded, this, &StudyBrowser::wishVisibleThumbnails, Qt::QueuedConnection);
    connect(view_->verticalScrollBar(), &QScrollBar::valueChanged, this,
            &StudyBrowser::wishVisibleThumbnails);
}

void StudyBrowser::setPatients(const QList<PatientRow>& patients) {
    QSet<QString> known, folded;
    forEachRow(*filter_, {}, [&](const QModelIndex& index) {
        const QString key = index.data(StudyModel::KeyRole).toString();
        known += key;
        if (filter_->hasChildren(index) && !view_->isExpanded(index)) folded += key;
    });
    const StackId shown = chosen_;
    model_->setPatients(patients);
    // All is unfolded at first in a short list; in a long one the studies are folded.
    const bool all = model_->studyCount() <= 12;
    forEachRow(*filter_, {}, [&](const QModelIndex& index) {
        const QString key = index.data(StudyModel::KeyRole).toString();
        const bool open =
            known.contains(key) ? !folded.contains(key) : all || kindOf(index) == RowKind::Patient;
        view_->setExpanded(index, open);
    });
    chosen_ = {};
    if (model_->indexOf(shown).isValid()) setCurrent(shown);
    updateSummary();
    QMetaObject::invokeMethod(this, &StudyBrowser::wishVisibleThumbnails, Qt::QueuedConnection);
}

void StudyBrowser::setThumbnail(const StackId& stack, const QImage& image) {
    model_->setThumbnail(stack, image);
}

void StudyBrowser::setStudyState(const QString& studyUid, StudyState state, const QStringList& flagged) {
    model_->setStudyState(studyUid, state, flagged);
    view_->doItemsLayout();  // a row with flags is higher
}

void StudyBrowser::setSeriesFlagged(const QString& seriesUid, const QStringList& flagged,
                                    const QString& notScored) {
    model_->setSeriesFlagged(seriesUid, flagged, notScored);
}

void StudyBrowser::setCurrent(const StackId& stack) {
    chosen_ = stack;
    const QModelIndex index = filter_->mapFromSource(model_->indexOf(stack));
    if (!index.isValid()) return view_->clearSelection();
    for (QModelIndex up = index.parent(); up.isValid(); up = up.parent()) view_->expand(up);
    const QSignalBlocker quiet(this);
    view_->setCurrentIndex(index);
    // Later: right after setPatients the rows have no places yet.
    QMetaObject::invokeMethod(
        this, [this] { view_->scrollTo(view_->currentIndex()); }, Qt::QueuedConnection);
}

StackId StudyBrowser::current() const {
    return chosen_;
}

StackId StudyBrowser::neighbour(const StackId& stack, int steps) const {
    const QList<StackId> all = model_->stacks();
    const auto place = all.indexOf(stack) + steps;
    return all.contains(stack) && place >= 0 && place < all.size() ? all[place] : StackId{};
}

void StudyBrowser::focusSearch() {
    search_->setFocus();
    search_->selectAll();
}

void StudyBrowser::choose(const QModelIndex& index) {
    if (!index.isValid() || kindOf(index) == RowKind::Patient) return;
    const auto stack = index.data(StudyModel::StackRole).value<StackId>();
    const bool holdsChosen = kindOf(index) == RowKind::Study && stack.studyUid == chosen_.studyUid;
    if (stack.isEmpty() || stack == chosen_ || holdsChosen) return;
    chosen_ = stack;
    Q_EMIT stackChosen(stack);
}

void StudyBrowser::showMenu(const QPoint& position) {
    const QModelIndex index = view_->indexAt(position);
    const QString study = index.data(StudyModel::StackRole).value<StackId>().studyUid;
    if (study.isEmpty()) return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(themedIcon(QStringLiteral("eye-check")), tr("Mark study as read"), this,
                    [this, study] { Q_EMIT studyStateWished(study, StudyState::Read); });
    menu->addAction(themedIcon(QStringLiteral("circle")), tr("Mark study as new"), this,
                    [this, study] { Q_EMIT studyStateWished(study, StudyState::New); });
    menu->addSeparator();
    menu->addAction(themedIcon(QStringLiteral("x")), tr("Remove study from the list"), this,
                    [this, study] { Q_EMIT studyRemovalWished(study); });
    menu->popup(view_->viewport()->mapToGlobal(position));
}

void StudyBrowser::wishVisibleThumbnails() {
    const QRect visible = view_->viewport()->rect();
    QList<StackId> wished;
    for (QModelIndex index = view_->indexAt(visible.topLeft() + QPoint(1, 1)); index.isValid();
         index = view_->indexBelow(index)) {
        if (view_->visualRect(index).top() > visible.bottom()) break;
        const bool pictured = kindOf(index) == RowKind::Series || kindOf(index) == RowKind::Stack;
        if (!pictured || !index.data(StudyModel::ThumbnailRole).value<QImage>().isNull()) continue;
        wished += index.data(StudyModel::StackRole).value<StackId>();
    }
    for (const StackId& stack : wished) Q_EMIT thumbnailWished(stack);
}

void StudyBrowser::updateSummary() {
    const QLocale locale;
    const int studies = model_->studyCount();
    int found = 0;
    for (int patient = 0; patient < filter_->rowCount(); ++patient)
        found += filter_->rowCount(filter_->index(patient, 0));
    nothing_->setVisible(studies > 0 && found == 0);
    summary_->setText(studies == 0 ? QString()
                      : found == studies
                          ? locale.toString(studies)
                          : tr("%1 of %2").arg(locale.toString(found), locale.toString(studies)));
}

void StudyBrowser::openFirstMatch() {
    if (filter_->mapFromSource(model_->indexOf(chosen_)).isValid()) return;  // in view and among the matches
    choose(filter_->index(0, 0, filter_->index(0, 0)));
}

bool StudyBrowser::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const bool enter = key == Qt::Key_Return || key == Qt::Key_Enter;
        if (watched == view_ && enter) {
            choose(view_->currentIndex());
            return true;
        }
        if (watched == search_ && (enter || key == Qt::Key_Down)) {
            if (enter) openFirstMatch();
            view_->setFocus();
            return true;
        }
        if (watched == search_ && key == Qt::Key_Escape) {
            search_->clear();
            view_->setFocus();
            return true;
        }
    }
    if (watched == view_ && event->type() == QEvent::Resize)
        QMetaObject::invokeMethod(this, &StudyBrowser::wishVisibleThumbnails, Qt::QueuedConnection);
    return QWidget::eventFilter(watched, event);
}

}  // namespace residua
