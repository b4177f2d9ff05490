// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/study_model.h"

#include <algorithm>
#include <functional>

#include "ui/search_text.h"

namespace residua {

struct StudyModel::Node {
    RowKind kind = RowKind::Patient;
    QString key, title, caption, notScored;
    QStringList flagged;
    StudyState state = StudyState::New;
    QImage thumbnail;
    StackId stack;
    Node* parent = nullptr;
    int row = 0;
    std::vector<std::unique_ptr<Node>> children;
};

namespace {

QString imagesText(int images) {
    return images == 1 ? StudyModel::tr("1 image") : StudyModel::tr("%1 images").arg(images);
}

int imagesOf(const SeriesRow& series) {
    int images = 0;
    for (const StackRow& stack : series.stacks) images += stack.images;
    return images;
}

QString joined(const QStringList& parts) {
    QStringList filled;
    for (const QString& part : parts)
        if (!part.isEmpty()) filled += part;
    return filled.join(QStringLiteral(" · "));
}

QString studyCaption(const StudyRow& study) {
    QStringList modalities;
    int images = 0;
    for (const SeriesRow& series : study.series) {
        if (!modalities.contains(series.modality)) modalities += series.modality;
        images += imagesOf(series);
    }
    return joined({study.date, modalities.join(QStringLiteral(", ")), imagesText(images)});
}

QString stateWord(StudyState state) {
    switch (state) {
        case StudyState::New:
            return StudyModel::tr("new");
        case StudyState::Analysed:
            return StudyModel::tr("analysed");
        case StudyState::Read:
            return StudyModel::tr("read");
    }
    return {};
}

}  // namespace

StudyModel::StudyModel(QObject* parent) : QAbstractItemModel(parent), root_(std::make_unique<Node>()) {}
StudyModel::~StudyModel() = default;

StudyModel::Node& StudyModel::add(Node& parent, RowKind kind, const QString& key) {
    auto node = std::make_unique<Node>();
    node->kind = kind;
    node->key = key;
    node->parent = &parent;
    node->row = static_cast<int>(parent.children.size());
    parent.children.push_back(std::move(node));
    return *parent.children.back();
}

void StudyModel::setPatients(const QList<PatientRow>& patients) {
    beginResetModel();
    root_ = std::make_unique<Node>();
    for (const PatientRow& patient : patients) {
        Node& node = add(*root_, RowKind::Patient, patient.id + QLatin1Char('/') + patient.name);
        node.title = patient.name.isEmpty() ? tr("No name") : patient.name;
        node.caption = joined({patient.id, patient.details});
        for (const StudyRow& study : patient.studies) addStudy(node, study);
    }
    endResetModel();
}

void StudyModel::addStudy(Node& patient, const StudyRow& study) {
    Node& node = add(patient, RowKind::Study, study.uid);
    node.title = study.description.isEmpty() ? tr("Study") : study.description;
    node.caption = studyCaption(study);
    node.state = study.state;
    node.flagged = study.flagged;
    for (const SeriesRow& series : study.series) addSeries(node, series);
    if (!node.children.empty()) node.stack = node.children.front()->stack;
}

void StudyModel::addSeries(Node& study, const SeriesRow& series) {
    Node& node = add(study, RowKind::Series, series.uid);
    const QString name = series.description.isEmpty() ? tr("Series") : series.description;
    node.title = series.number > 0 ? QStringLiteral("%1 · %2").arg(series.number).arg(name) : name;
    node.caption = joined({series.modality, imagesText(imagesOf(series))});
    node.flagged = series.flagged;
    node.notScored = series.notScored;
    node.stack = {study.key, series.uid, 0};
    if (series.stacks.isEmpty()) return;
    node.thumbnail = series.stacks.front().thumbnail;
    if (series.stacks.size() == 1) {
        node.caption = joined({node.caption, series.stacks.front().label});
        return;
    }
    for (int i = 0; i < series.stacks.size(); ++i) {
        const StackRow& row = series.stacks[i];
        Node& stack = add(node, RowKind::Stack, QStringLiteral("%1/%2").arg(series.uid).arg(i));
        stack.title = row.label.isEmpty() ? tr("Stack %1").arg(i + 1) : row.label;
        stack.caption = imagesText(row.images);
        stack.thumbnail = row.thumbnail;
        stack.stack = {study.key, series.uid, i};
    }
}

StudyModel::Node* StudyModel::find(Node& from, RowKind kind, const QString& key) const {
    if (from.kind == kind && from.key == key && &from != root_.get()) return &from;
    for (const auto& child : from.children)
        if (Node* found = find(*child, kind, key)) return found;
    return nullptr;
}

void StudyModel::changed(const Node& node) {
    const QModelIndex index = indexOf(node);
    Q_EMIT dataChanged(index, index);
}

bool StudyModel::setThumbnail(const StackId& stack, const QImage& image) {
    Node* series = find(*root_, RowKind::Series, stack.seriesUid);
    if (!series) return false;
    if (stack.stack == 0) {
        series->thumbnail = image;
        changed(*series);
    }
    if (stack.stack >= 0 && stack.stack < static_cast<int>(series->children.size())) {
        Node& row = *series->children[static_cast<std::size_t>(stack.stack)];
        row.thumbnail = image;
        changed(row);
    }
    return true;
}

void StudyModel::setStudyState(const QString& studyUid, StudyState state, const QStringList& flagged) {
    Node* study = find(*root_, RowKind::Study, studyUid);
    if (!study) return;
    study->state = state;
    study->flagged = flagged;
    changed(*study);
}

void StudyModel::setSeriesFlagged(const QString& seriesUid, const QStringList& flagged,
                                  const QString& notScored) {
    Node* series = find(*root_, RowKind::Series, seriesUid);
    if (!series) return;
    series->flagged = flagged;
    series->notScored = notScored;
    changed(*series);
}

QModelIndex StudyModel::indexOf(const StackId& stack) const {
    const Node* series = find(*root_, RowKind::Series, stack.seriesUid);
    if (!series) return {};
    if (stack.stack >= 0 && stack.stack < static_cast<int>(series->children.size()))
        return indexOf(*series->children[static_cast<std::size_t>(stack.stack)]);
    return indexOf(*series);
}

QList<StackId> StudyModel::stacks() const {
    QList<StackId> all;
    const std::function<void(const Node&)> collect = [&](const Node& node) {
        const bool leaf =
            node.children.empty() && (node.kind == RowKind::Series || node.kind == RowKind::Stack);
        if (leaf) all += node.stack;
        for (const auto& child : node.children) collect(*child);
    };
    collect(*root_);
    return all;
}

int StudyModel::studyCount() const {
    std::size_t studies = 0;
    for (const auto& patient : root_->children) studies += patient->children.size();
    return static_cast<int>(studies);
}

StudyModel::Node* StudyModel::node(const QModelIndex& index) const {
    return index.isValid() ? static_cast<Node*>(index.internalPointer()) : root_.get();
}

QModelIndex StudyModel::indexOf(const Node& node) const {
    return node.parent ? createIndex(node.row, 0, &node) : QModelIndex();
}

QModelIndex StudyModel::index(int row, int column, const QModelIndex& parent) const {
    const Node* above = node(parent);
    if (column != 0 || row < 0 || row >= static_cast<int>(above->children.size())) return {};
    return createIndex(row, 0, above->children[static_cast<std::size_t>(row)].get());
}

QModelIndex StudyModel::parent(const QModelIndex& child) const {
    const Node* above = node(child)->parent;
    return above ? indexOf(*above) : QModelIndex();
}

int StudyModel::rowCount(const QModelIndex& parent) const {
    return static_cast<int>(node(parent)->children.size());
}
int StudyModel::columnCount(const QModelIndex&) const {
    return 1;
}

QVariant StudyModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Node& row = *node(index);
    switch (role) {
        case KindRole:
            return static_cast<int>(row.kind);
        case Qt::DisplayRole:
        case TitleRole:
            return row.title;
        case CaptionRole:
            return row.caption;
        case FlaggedRole:
            return row.flagged;
        case NotScoredRole:
            return row.notScored;
        case StateRole:
            return static_cast<int>(row.state);
        case ThumbnailRole:
            return row.thumbnail;
        case StackRole:
            return QVariant::fromValue(row.stack);
        case KeyRole:
            return QStringLiteral("%1/%2").arg(static_cast<int>(row.kind)).arg(row.key);
        case SearchRole: {
            QStringList texts;
            for (const Node* up = &row; up->parent; up = up->parent)
                texts << up->title << up->caption << up->flagged;
            return texts.join(QLatin1Char(' '));
        }
        case Qt::ToolTipRole:
            return row.notScored.isEmpty() ? QVariant() : tr("not scored: %1").arg(row.notScored);
        case Qt::AccessibleTextRole: {
            const QString state = row.kind == RowKind::Study ? stateWord(row.state) : QString();
            const QString flags = row.flagged.isEmpty()
                                      ? QString()
                                      : tr("flagged: %1").arg(row.flagged.join(QStringLiteral(", ")));
            return joined({row.title, row.caption, state, flags});
        }
        default:
            return {};
    }
}

StudyFilter::StudyFilter(QObject* parent) : QSortFilterProxyModel(parent) {
    setRecursiveFilteringEnabled(true);
}

void StudyFilter::setWords(const QString& words) {
    words_ = searchWords(words);
    invalidateFilter();
}

bool StudyFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
    const QString text = sourceModel()->index(row, 0, parent).data(StudyModel::SearchRole).toString();
    return holdsAll(searchable(text), words_);
}

}  // namespace residua
