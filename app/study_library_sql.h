// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QString>
#include <QVariant>
#include <filesystem>
#include <string>

/// What the library's sources share to talk to SQLite.
namespace residua::sql {

inline QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}
/// A null string would be bound as NULL.
inline QString notNull(const QString& text) {
    return text.isNull() ? QStringLiteral("") : text;
}
inline QByteArray blob(const std::filesystem::path& path) {
    return QByteArray::fromStdString(path.string());
}
inline std::string utf8(const QVariant& value) {
    return value.toString().toStdString();
}
inline std::filesystem::path pathOf(const QVariant& value) {
    return value.toByteArray().toStdString();
}

/// SQLite's primary result codes (https://sqlite.org/rescode.html).
enum Code { Corrupt = 11, Full = 13, NotADatabase = 26 };

inline int codeOf(const QSqlError& error) {
    return error.nativeErrorCode().toInt() & 0xff;  // without the extended part
}
inline bool isDamage(const QSqlError& error) {
    return codeOf(error) == Corrupt || codeOf(error) == NotADatabase;
}

/// Commits when told, rolls back otherwise.
class Transaction {
public:
    explicit Transaction(QSqlDatabase& database) : database_(database) {
        // IMMEDIATE: waits for the other window's write here, where busy_timeout holds, and not at the first
        // change.
        QSqlQuery query(database_);
        isOpen_ = query.exec("BEGIN IMMEDIATE");
        if (!isOpen_) error_ = query.lastError();
    }
    ~Transaction() {
        if (isOpen_) QSqlQuery(database_).exec("ROLLBACK");
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    const QSqlError& error() const { return error_; }
    void commit() {
        QSqlQuery query(database_);
        isOpen_ = !query.exec("COMMIT");  // a full disk leaves it open
        if (isOpen_) error_ = query.lastError();
    }

private:
    QSqlDatabase& database_;
    QSqlError error_;
    bool isOpen_ = false;
};

}  // namespace residua::sql
