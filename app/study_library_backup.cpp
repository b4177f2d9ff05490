// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/study_library_backup.h"

#include <QDateTime>

#include "app/study_library.h"
#include "app/study_library_sql.h"
#include "imaging/atomic_file.h"

namespace residua {

namespace fs = std::filesystem;
using namespace sql;

namespace {

/// Whether a file is the library's, or one of those that SQLite keeps beside it.
bool belongsTo(const fs::path& library, const fs::path& file) {
    std::error_code error;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"})
        if (fs::equivalent(file, fs::path(library) += suffix, error)) return true;
    return false;
}

}  // namespace

fs::path datedSibling(const fs::path& file, const std::string& word) {
    const auto time = QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss")).toStdString();
    std::error_code error;
    for (int i = 1;; ++i) {
        auto name = file.stem().string() + '-' + word + '-' + time;
        if (i > 1) name += '-' + std::to_string(i);
        auto sibling = file.parent_path() / (name + file.extension().string());
        if (!fs::exists(sibling, error)) return sibling;
    }
}

void StudyLibrary::backUp(const fs::path& target) {
    if (!file_.empty() && belongsTo(file_, target))
        throw Error(ProblemKind::WriteFailed, target, "the library in use cannot be its own copy");
    if (text(target.string()).toStdString() != target.string())
        throw Error(ProblemKind::WriteFailed, target, "SQLite writes only to names in UTF-8");
    AtomicFile copy(target);  // mode 0600; SQLite takes an empty file as it is
    QSqlQuery query(database_);
    const bool isReady = query.prepare("VACUUM INTO ?");
    query.addBindValue(text(copy.temporaryPath().string()));
    if (!isReady || !query.exec()) {
        const auto error = query.lastError();
        if (isDamage(error)) fail(error);
        throw Error(codeOf(error) == Full ? ProblemKind::DiskFull : ProblemKind::WriteFailed, target,
                    error.databaseText().toStdString());
    }
    copy.commit();  // SQLite does not flush what VACUUM INTO wrote
}

}  // namespace residua
