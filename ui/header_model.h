// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <QList>
#include <memory>
#include <vector>

#include "imaging/study/header_element.h"

namespace residua {

using SharedHeader = std::shared_ptr<const HeaderDump>;

/// The elements of one file, or of two side by side, as a tree: sequences hold items, items hold elements.
/// A search or 'only differences' leaves rows out; parents of what is left stay.
class HeaderModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Column { Tag, Vr, Name, Value, OtherValue, Difference, ColumnCount };

    explicit HeaderModel(QObject* parent = nullptr);

    /// @param other null = nothing to compare with; then the last two columns are not there
    void setHeaders(SharedHeader header, SharedHeader other);
    /// The same rows with the values of another file; false, and nothing done, where its elements are others.
    bool replaceValues(const SharedHeader& header);
    void setTitles(const QString& title, const QString& otherTitle);

    enum class Rows { All, OnlyDifferent };
    /// @param words in tag, name or value; capitals do not matter, nor do spaces in names
    void setFilter(const QString& words, Rows rows);
    /// Rows that match the search; without one, elements, or in a comparison those that differ.
    int found() const { return found_; }
    int shownRows() const { return shownRows_; }

    /// A line a row, in the order of the tree: tag, name, value, tab between; '>' before the tag for each
    /// level.
    QString textOf(QModelIndexList rows) const;
    QString textOfAll() const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    /// A row of the tree; 0 is the root, and children come after their parents.
    struct Node {
        const HeaderElement* first = nullptr;
        const HeaderElement* second = nullptr;
        int parent = 0;
        int row = 0;    ///< among the shown children
        int place = 0;  ///< among all children
        bool differs = false;
        std::vector<int> children, shown;
        QString haystack;  ///< made at the first search
        const HeaderElement& any() const { return first ? *first : *second; }
    };
    struct Outline;
    static Outline outlineOf(const HeaderDump& dump);
    static QString differenceText(const Node& node);

    void addChildren(int parent, const Outline& first, const std::vector<int>& ofFirst, const Outline& second,
                     const std::vector<int>& ofSecond);
    void addNode(int parent, const Outline& first, int inFirst, const Outline& second, int inSecond);
    void applyFilter();
    bool matches(Node& node) const;
    QString haystackOf(const Node& node) const;
    QString tagText(const Node& node) const;
    QString nameText(const Node& node) const;
    QString valueText(const Node& node, const HeaderElement* element) const;
    QString lineOf(const Node& node) const;
    void appendLines(int node, QStringList& lines) const;
    const Node& nodeOf(const QModelIndex& index) const {
        return nodes_[static_cast<std::size_t>(index.isValid() ? index.internalId() : 0)];
    }

    SharedHeader header_, other_;
    QString title_, otherTitle_;
    std::vector<Node> nodes_;
    QString words_;
    Rows rows_ = Rows::All;
    int found_ = 0;
    int shownRows_ = 0;
};

}  // namespace residua
