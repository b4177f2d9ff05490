// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/header_model.h"

#include <QFont>
#include <QLocale>
#include <QTextDocument>
#include <algorithm>
#include <map>
#include <utility>

namespace residua {

namespace {

constexpr std::uint32_t undefinedLength = 0xFFFFFFFF;

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

/// "(7FE0,0010)"
QString bracketed(std::uint32_t tag) {
    const QString digits = QStringLiteral("%1").arg(tag, 8, 16, QLatin1Char('0')).toUpper();
    return QStringLiteral("(%1,%2)").arg(digits.left(4), digits.mid(4));
}

bool isItem(const HeaderElement& element) {
    return element.tag == HeaderElement::kItem;
}

}  // namespace

/// Which elements of a file lie in which.
struct HeaderModel::Outline {
    const HeaderDump* dump = nullptr;
    std::vector<int> top;
    std::vector<std::vector<int>> children;  ///< one list an element
};

HeaderModel::Outline HeaderModel::outlineOf(const HeaderDump& dump) {
    Outline outline{&dump, {}, std::vector<std::vector<int>>(dump.elements.size())};
    std::vector<int> open;  // the last element of each depth
    for (int i = 0; i < static_cast<int>(dump.elements.size()); ++i) {
        const auto depth = static_cast<std::size_t>(dump.elements[static_cast<std::size_t>(i)].depth);
        open.resize(std::min(open.size(), depth));
        auto& siblings = open.empty() ? outline.top : outline.children[static_cast<std::size_t>(open.back())];
        siblings.push_back(i);
        open.push_back(i);
    }
    return outline;
}

HeaderModel::HeaderModel(QObject* parent) : QAbstractItemModel(parent), nodes_(1) {}

void HeaderModel::setHeaders(SharedHeader header, SharedHeader other) {
    beginResetModel();
    header_ = header ? std::move(header) : std::make_shared<const HeaderDump>();
    other_ = std::move(other);
    nodes_.assign(1, Node());
    const HeaderDump none;
    const auto first = outlineOf(*header_), second = outlineOf(other_ ? *other_ : none);
    nodes_.reserve(first.children.size() + second.children.size() + 1);
    addChildren(0, first, first.top, second, second.top);
    applyFilter();
    endResetModel();
}

bool HeaderModel::replaceValues(const SharedHeader& header) {
    if (!header || !header_ || other_ || !words_.isEmpty()) return false;
    const bool isSameShape =
        std::ranges::equal(header_->elements, header->elements,
                           [](const auto& a, const auto& b) { return a.tag == b.tag && a.depth == b.depth; });
    if (!isSameShape) return false;
    for (std::size_t i = 0; i < header->elements.size(); ++i) nodes_[i + 1].first = &header->elements[i];
    for (auto& node : nodes_) node.haystack.clear();
    header_ = header;
    if (rowCount() > 0) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    return true;
}

void HeaderModel::setTitles(const QString& title, const QString& otherTitle) {
    title_ = title;
    otherTitle_ = otherTitle;
    if (columnCount() > OtherValue) Q_EMIT headerDataChanged(Qt::Horizontal, Value, OtherValue);
}

void HeaderModel::addChildren(int parent, const Outline& first, const std::vector<int>& ofFirst,
                              const Outline& second, const std::vector<int>& ofSecond) {
    if (!other_) {
        for (const int i : ofFirst) addNode(parent, first, i, second, -1);
        return;
    }
    // Elements are paired by tag, items by number; what occurs twice by its turn.
    std::map<std::pair<std::uint32_t, int>, std::pair<int, int>> pairs;
    std::map<std::uint32_t, int> turns;
    for (const int i : ofFirst) {
        const auto tag = first.dump->elements[static_cast<std::size_t>(i)].tag;
        pairs[{tag, turns[tag]++}] = {i, -1};
    }
    turns.clear();
    for (const int i : ofSecond) {
        const auto tag = second.dump->elements[static_cast<std::size_t>(i)].tag;
        pairs.try_emplace({tag, turns[tag]++}, -1, -1).first->second.second = i;
    }
    for (const auto& [key, elements] : pairs) addNode(parent, first, elements.first, second, elements.second);
}

void HeaderModel::addNode(int parent, const Outline& first, int inFirst, const Outline& second,
                          int inSecond) {
    static const std::vector<int> none;
    const auto own = static_cast<int>(nodes_.size());
    Node node;
    node.parent = parent;
    if (inFirst >= 0) node.first = &first.dump->elements[static_cast<std::size_t>(inFirst)];
    if (inSecond >= 0) node.second = &second.dump->elements[static_cast<std::size_t>(inSecond)];
    if (other_) node.differs = !node.first || !node.second || !node.first->hasSameValue(*node.second);
    auto& siblings = nodes_[static_cast<std::size_t>(parent)].children;
    node.place = static_cast<int>(siblings.size());
    siblings.push_back(own);
    nodes_.push_back(std::move(node));
    addChildren(own, first, inFirst < 0 ? none : first.children[static_cast<std::size_t>(inFirst)], second,
                inSecond < 0 ? none : second.children[static_cast<std::size_t>(inSecond)]);
    // A parent differs where anything in it does.
    if (nodes_[static_cast<std::size_t>(own)].differs)
        nodes_[static_cast<std::size_t>(parent)].differs = true;
}

void HeaderModel::setFilter(const QString& words, Rows rows) {
    beginResetModel();
    words_ = words.simplified();
    rows_ = rows;
    applyFilter();
    endResetModel();
}

void HeaderModel::applyFilter() {
    found_ = shownRows_ = 0;
    std::vector<char> matched(nodes_.size(), 0), kept(nodes_.size(), 0);
    for (std::size_t i = 1; i < nodes_.size(); ++i) {
        auto& node = nodes_[i];
        const auto parent = static_cast<std::size_t>(node.parent);
        const bool passes = rows_ == Rows::All || !other_ || node.differs;
        const bool isMatch = matches(node);
        // What lies in a sequence that was found is shown with it.
        matched[i] = isMatch || (!words_.isEmpty() && matched[parent]);
        kept[i] = passes && matched[i];
        const bool counts = words_.isEmpty() && other_ ? node.differs && node.children.empty() : true;
        if (passes && isMatch && counts && !isItem(node.any())) ++found_;
    }
    for (std::size_t i = nodes_.size(); i-- > 1;)
        if (kept[i]) kept[static_cast<std::size_t>(nodes_[i].parent)] = 1;
    for (auto& node : nodes_) {
        node.shown.clear();
        for (const int child : node.children) {
            if (!kept[static_cast<std::size_t>(child)]) continue;
            nodes_[static_cast<std::size_t>(child)].row = static_cast<int>(node.shown.size());
            node.shown.push_back(child);
            ++shownRows_;
        }
    }
}

bool HeaderModel::matches(Node& node) const {
    if (words_.isEmpty()) return true;
    if (isItem(node.any())) return false;
    if (node.haystack.isEmpty()) node.haystack = haystackOf(node);
    return node.haystack.contains(words_, Qt::CaseInsensitive) ||
           nameText(node).contains(QString(words_).remove(QLatin1Char(' ')), Qt::CaseInsensitive);
}

QString HeaderModel::haystackOf(const Node& node) const {
    const QString tag = tagText(node);
    QStringList parts{tag, tag.mid(1, 4) + tag.mid(6, 4), nameText(node)};
    for (const auto* element : {node.first, node.second})
        if (element) parts += text(element->value);
    return parts.join(QLatin1Char('\n'));
}

QString HeaderModel::tagText(const Node& node) const {
    return isItem(node.any()) ? tr("Item %1").arg(node.place + 1) : bracketed(node.any().tag);
}

QString HeaderModel::nameText(const Node& node) const {
    const auto& element = node.any();
    if (isItem(element)) return {};
    QString name = text(element.name);
    if (!element.creator.empty()) name += QStringLiteral(" [%1]").arg(text(element.creator));
    if (!name.isEmpty()) return name.trimmed();
    return (element.tag >> 16) % 2 == 1 ? tr("private") : tr("unknown");
}

QString HeaderModel::valueText(const Node& node, const HeaderElement* element) const {
    if (!element || isItem(*element)) return {};
    const auto items = std::ranges::count_if(node.children, [&](int child) {
        const auto& inside = nodes_[static_cast<std::size_t>(child)];
        return (element == node.first ? inside.first : inside.second) != nullptr;
    });
    if (items > 0 || element->vr == "SQ") return tr("items: %1").arg(items);
    if (element->isCut) {
        const auto bytes = tr("%1 bytes").arg(QLocale().toString(element->length));
        return element->value.empty() ? bytes : QStringLiteral("%1 … (%2)").arg(text(element->value), bytes);
    }
    return element->length == undefinedLength ? tr("compressed pixels") : text(element->value);
}

QString HeaderModel::differenceText(const Node& node) {
    if (!node.differs) return {};
    if (!node.second) return tr("≠ only left");
    if (!node.first) return tr("≠ only right");
    return node.children.empty() ? tr("≠ differs") : tr("≠ inside");
}

QString HeaderModel::lineOf(const Node& node) const {
    QStringList cells{QString(node.any().depth, QLatin1Char('>')) + tagText(node), nameText(node),
                      valueText(node, node.first)};
    if (other_) cells += valueText(node, node.second);
    return cells.join(QLatin1Char('\t'));
}

QString HeaderModel::textOf(QModelIndexList rows) const {
    std::sort(rows.begin(), rows.end(),
              [](const QModelIndex& a, const QModelIndex& b) { return a.internalId() < b.internalId(); });
    QStringList lines;
    for (const QModelIndex& row : std::as_const(rows)) lines += lineOf(nodeOf(row));
    return lines.join(QLatin1Char('\n'));
}

QString HeaderModel::textOfAll() const {
    QStringList lines;
    appendLines(0, lines);
    return lines.join(QLatin1Char('\n'));
}

void HeaderModel::appendLines(int node, QStringList& lines) const {
    for (const int child : nodes_[static_cast<std::size_t>(node)].shown) {
        lines += lineOf(nodes_[static_cast<std::size_t>(child)]);
        appendLines(child, lines);
    }
}

QModelIndex HeaderModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent)) return {};
    return createIndex(row, column,
                       static_cast<quintptr>(nodeOf(parent).shown[static_cast<std::size_t>(row)]));
}

QModelIndex HeaderModel::parent(const QModelIndex& index) const {
    if (!index.isValid() || nodeOf(index).parent == 0) return {};
    const int parent = nodeOf(index).parent;
    return createIndex(nodes_[static_cast<std::size_t>(parent)].row, 0, static_cast<quintptr>(parent));
}

int HeaderModel::rowCount(const QModelIndex& parent) const {
    return parent.column() > 0 ? 0 : static_cast<int>(nodeOf(parent).shown.size());
}

int HeaderModel::columnCount(const QModelIndex&) const {
    return other_ ? ColumnCount : OtherValue;
}

QVariant HeaderModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Node& node = nodeOf(index);
    const bool isValue = index.column() == Value || index.column() == OtherValue;
    if (role == Qt::FontRole && node.differs && (isValue || index.column() == Difference)) {
        QFont bold;
        bold.setBold(true);
        return bold;
    }
    if (role == Qt::ToolTipRole && isValue)
        return Qt::convertFromPlainText(data(index, Qt::DisplayRole).toString());
    if (role != Qt::DisplayRole) return {};
    switch (index.column()) {
        case Tag:
            return tagText(node);
        case Vr:
            return text(node.any().vr);
        case Name:
            return nameText(node);
        case Value:
            return valueText(node, node.first);
        case OtherValue:
            return valueText(node, node.second);
        default:
            return differenceText(node);
    }
}

QVariant HeaderModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case Tag:
            return tr("Tag");
        case Vr:
            return tr("VR");
        case Name:
            return tr("Name");
        case Value:
            return other_ ? title_ : tr("Value");
        case OtherValue:
            return otherTitle_;
        default:
            return tr("Difference");
    }
}

}  // namespace residua
