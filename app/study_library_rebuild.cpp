// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/study_library_rebuild.h"

#include <QUuid>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <deque>
#include <limits>
#include <system_error>

#include "app/study_library.h"
#include "app/study_library_backup.h"
#include "app/study_library_sql.h"

namespace residua {

namespace fs = std::filesystem;
using namespace sql;

namespace {

using RowId = qlonglong;

/// A table that is carried over.
struct Table {
    const char* name;
    QStringList columns;     ///< all but numbers that the new library gives itself
    const char* known = "";  ///< what becomes of a row that is there already; else it is replaced
};

const std::vector<Table>& tables() {
    static const std::vector<Table> all = {
        {"study",
         {"uid", "patient_name", "patient_id", "date", "description", "state", "opened", "other_names",
          "accession", "modalities", "images", "flagged"},
         " ON CONFLICT (uid) DO UPDATE SET state = max(state, excluded.state), opened = excluded.opened, "
         "images = max(images, excluded.images), flagged = coalesce(excluded.flagged, flagged)"},
        {"folder", {"study_uid", "path", "file"}},
        {"verdict", {"study_uid", "finding", "answer", "note", "reader", "time", "model_sha256"}},
        {"key_image", {"study_uid", "sop_uid", "frame", "path"}},
        {"length", {"study_uid", "sop_uid", "frame", "x1", "y1", "x2", "y2"}},
        {"result", {"sop_uid", "frame", "model_sha256", "study_uid", "packed"}},
    };
    return all;
}

/// A damaged file, opened only to be read from.
class DamagedFile {
public:
    explicit DamagedFile(const fs::path& file) : name_(QUuid::createUuid().toString()) {
        database_ = QSqlDatabase::addDatabase("QSQLITE", name_);
        database_.setDatabaseName(text(file.string()));
        database_.setConnectOptions("QSQLITE_BUSY_TIMEOUT=5000");
        if (database_.open())
            QSqlQuery(database_).exec("PRAGMA writable_schema = 1");  // passes over what it cannot understand
    }
    ~DamagedFile() {
        database_.close();
        database_ = {};
        QSqlDatabase::removeDatabase(name_);
    }
    DamagedFile(const DamagedFile&) = delete;
    DamagedFile& operator=(const DamagedFile&) = delete;
    QSqlDatabase& database() { return database_; }

private:
    QString name_;
    QSqlDatabase database_;
};

/// An empty blob comes as a null array, which would be bound as NULL.
QVariant withoutNull(const QVariant& value) {
    const bool isBlob = value.typeId() == QMetaType::QByteArray;
    return isBlob && value.toByteArray().isNull() ? QVariant(QByteArray("")) : value;
}

std::array<fs::path, 3> withCompanions(const fs::path& file) {
    return {file, fs::path(file) += "-wal", fs::path(file) += "-shm"};
}

void renameLibrary(const fs::path& from, const fs::path& to) {
    const auto before = withCompanions(from), after = withCompanions(to);
    for (std::size_t i = before.size(); i-- > 0;) {  // the library itself last
        if (::rename(before[i].c_str(), after[i].c_str()) == 0 || errno == ENOENT) continue;
        const std::error_code error(errno, std::generic_category());
        throw Error(ProblemKind::WriteFailed, from, error.message());
    }
}

/// The new library while it is made; what is not finished leaves nothing behind.
struct NewFile {
    fs::path path;
    ~NewFile() {
        std::error_code gone;
        for (const auto& one : withCompanions(path)) fs::remove(one, gone);
    }
};

}  // namespace

/// Carries the rows of one database over to a new library, and around what cannot be read.
class LibrarySalvage {
public:
    /// Rows keep their order, which says which answer is the last one; or they come behind those that are
    /// there.
    enum class Order { AsItWas, Behind };
    LibrarySalvage(QSqlDatabase& from, StudyLibrary& to, Order order = Order::AsItWas)
        : from_(from), to_(to), order_(order) {}

    /// @return whether all of it could be read
    bool carryAll() {
        Transaction transaction(to_.database_);
        if (transaction.error().isValid()) to_.fail(transaction.error());
        bool isWhole = true;
        for (const auto& table : tables()) isWhole &= carry(table);
        transaction.commit();
        if (transaction.error().isValid()) to_.fail(transaction.error());
        return isWhole;
    }

    static void carrySession(StudyLibrary& from, StudyLibrary& to) {
        LibrarySalvage(from.database_, to, Order::Behind).carryAll();
    }

    static std::size_t count(StudyLibrary& library, const char* table) {
        auto query = library.run(QString("SELECT count(*) FROM %1").arg(table));
        return library.step(query) ? static_cast<std::size_t>(query.value(0).toLongLong()) : 0;
    }

private:
    struct Range {
        RowId first, last;
    };

    bool carry(const Table& table) {
        QStringList columns;  // an older library lacks some
        for (const auto& column : table.columns)
            if (QSqlQuery(from_).exec(QString("SELECT %1 FROM %2 LIMIT 0").arg(column, table.name)))
                columns << column;
        if (columns.isEmpty()) return from_.isOpen() && isEmpty();
        const auto names = columns.join(", ");
        select_ = QString("SELECT rowid, %1 FROM %2 NOT INDEXED WHERE rowid BETWEEN ? AND ? ORDER BY rowid")
                      .arg(names, table.name);
        const bool isReplaced = *table.known == '\0';
        if (order_ == Order::AsItWas) columns.prepend("rowid");
        insert_ = QSqlQuery(to_.database_);
        if (!insert_.prepare(QString("INSERT %1 INTO %2 (%3) VALUES (%4)%5")
                                 .arg(isReplaced ? "OR REPLACE" : "", table.name, columns.join(", "),
                                      QStringList(columns.size(), "?").join(", "), table.known)))
            to_.fail(insert_.lastError());
        const bool isWhole = carryRows(names.count(',') + 1);
        insert_.finish();
        return isWhole;
    }

    /// A table that is not there is no loss in a file that has none at all: an interrupted first start.
    bool isEmpty() {
        QSqlQuery query(from_);
        return query.exec("SELECT count(*) FROM sqlite_master") && query.next() &&
               query.value(0).toInt() == 0;
    }

    /// Reads forward until a page fails, then halves what is left: rows behind the damage are reached by
    /// other ways through the tree.
    bool carryRows(qsizetype columns) {
        constexpr int mostFailures = 20'000;
        int failures = 0;
        std::deque<Range> ranges{{std::numeric_limits<RowId>::min(), std::numeric_limits<RowId>::max()}};
        RowId furthest = 0;
        while (!ranges.empty() && failures < mostFailures) {
            const auto range = ranges.front();
            ranges.pop_front();
            RowId read = range.first - (range.first > std::numeric_limits<RowId>::min() ? 1 : 0);
            if (readRange(range, columns, read)) continue;
            ++failures;
            furthest = std::max(furthest, read);
            Range left{std::max(read + 1, RowId(0)), std::min(range.last, furthest + mostRowsBehind())};
            if (left.first >= left.last) continue;  // one row, or nothing
            const auto middle = left.first + (left.last - left.first) / 2;
            ranges.push_back({left.first, middle});
            ranges.push_back({middle + 1, left.last});
        }
        return failures == 0 && refused_ == 0;
    }

    /// More rows than may lie behind the last one that was read: no row takes less than 16 bytes.
    RowId mostRowsBehind() {
        std::error_code error;
        const auto bytes = fs::file_size(from_.databaseName().toStdString(), error);
        return error ? 0 : static_cast<RowId>(bytes / 16);
    }

    /// @param read the last row that came over @return false where a page could not be read
    bool readRange(Range range, qsizetype columns, RowId& read) {
        QSqlQuery rows(from_);
        rows.setForwardOnly(true);
        if (!rows.prepare(select_)) return false;
        rows.addBindValue(range.first);
        rows.addBindValue(range.last);
        if (!rows.exec()) return false;
        while (rows.next()) {
            for (int i = order_ == Order::AsItWas ? 0 : 1; i <= columns; ++i)
                insert_.addBindValue(withoutNull(rows.value(i)));
            save();
            read = rows.value(0).toLongLong();
        }
        return !rows.lastError().isValid();
    }

    void save() {
        if (insert_.exec()) return;
        constexpr int constraint = 19;  // a value that no library holds: the row is damaged, too
        if (codeOf(insert_.lastError()) != constraint) to_.fail(insert_.lastError());
        ++refused_;
    }

    QSqlDatabase& from_;
    StudyLibrary& to_;
    const Order order_;
    QString select_;
    QSqlQuery insert_;
    int refused_ = 0;
};

RebuiltLibrary rebuildLibrary(const fs::path& file, StudyLibrary* session) {
    RebuiltLibrary rebuilt;
    const NewFile fresh{datedSibling(file, "rebuilt")};
    {
        StudyLibrary library(fresh.path);
        DamagedFile damaged(file);
        rebuilt.isWhole = LibrarySalvage(damaged.database(), library).carryAll();
        if (session) LibrarySalvage::carrySession(*session, library);
        rebuilt.studies = LibrarySalvage::count(library, "study");
        rebuilt.answers = LibrarySalvage::count(library, "verdict");
        rebuilt.results = LibrarySalvage::count(library, "result");
    }
    rebuilt.kept = datedSibling(file, "damaged");
    renameLibrary(file, rebuilt.kept);
    try {
        renameLibrary(fresh.path, file);
    } catch (const Error&) {
        renameLibrary(rebuilt.kept, file);
        throw;
    }
    return rebuilt;
}

}  // namespace residua
