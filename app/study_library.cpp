// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/study_library.h"

#include <fcntl.h>
#include <unistd.h>

#include <QUuid>
#include <nlohmann/json.hpp>

#include "app/image_result_json.h"
#include "app/study_library_backup.h"
#include "app/study_library_schema.h"
#include "app/study_library_sql.h"

namespace residua {

namespace fs = std::filesystem;
using namespace sql;

namespace {

/// A result with its class maps as the library keeps it: the protocol's JSON as CBOR (RFC 8949).
QByteArray packed(const ImageResult& result) {
    const auto bytes = nlohmann::json::to_cbor(imageResultToJson(result));
    return QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size()));
}

/// None for bytes that packed() did not write: such an image is predicted again.
std::optional<ImageResult> unpacked(const QByteArray& bytes) {
    try {
        return imageResultFromJson(nlohmann::json::from_cbor(bytes.begin(), bytes.end()));
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    } catch (const Error&) {
        return std::nullopt;
    }
}

/// Makes the file readable by the user alone before SQLite, which would use the umask, makes it.
void makePrivateFile(const fs::path& file) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor >= 0) ::close(descriptor);
}

}  // namespace

StudyLibrary::StudyLibrary(const fs::path& file) : file_(file), connection_(QUuid::createUuid().toString()) {
    if (!file_.empty()) makePrivateFile(file_);
    database_ = QSqlDatabase::addDatabase("QSQLITE", connection_);
    database_.setDatabaseName(file_.empty() ? QString(":memory:") : text(file_.string()));
    database_.setConnectOptions("QSQLITE_BUSY_TIMEOUT=5000");
    try {
        open();
    } catch (...) {
        database_ = {};
        QSqlDatabase::removeDatabase(connection_);
        throw;
    }
}

StudyLibrary::~StudyLibrary() {
    database_.close();
    database_ = {};
    QSqlDatabase::removeDatabase(connection_);
}

void StudyLibrary::open() {
    if (!database_.open()) fail(database_.lastError());
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = NORMAL");
    check();
    const int before = version();
    if (before > schemaVersion || before < 0)
        throw Error(ProblemKind::LibraryNewer, file_, "schema version " + std::to_string(before));
    if (before > 0 && before < schemaVersion && !file_.empty())
        backUp(datedSibling(file_, "schema" + std::to_string(before)));
    migrate();
    changedByOthers();
}

void StudyLibrary::fail(const QSqlError& error) {
    const auto kind = codeOf(error) == Full ? ProblemKind::DiskFull
                      : isDamage(error)     ? ProblemKind::LibraryDamaged
                                            : ProblemKind::LibraryUnusable;
    throw Error(kind, file_, error.databaseText().toStdString());
}

QSqlQuery StudyLibrary::run(const QString& statement, const QVariantList& values) {
    QSqlQuery query(database_);
    query.setForwardOnly(true);
    if (!query.prepare(statement)) fail(query.lastError());
    for (const auto& value : values) query.addBindValue(value);
    if (!query.exec()) fail(query.lastError());
    return query;
}

bool StudyLibrary::step(QSqlQuery& query) {
    if (query.next()) return true;
    if (query.lastError().isValid())
        fail(query.lastError());  // a damaged page ends a query like its last row
    return false;
}

void StudyLibrary::check() {
    QStringList tables;
    auto names = run("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('result')");
    while (step(names)) tables << names.value(0).toString();
    names.finish();
    // Results are most of the file, and can be made again: reading them all would hold up the start.
    for (const auto& table : tables) {
        auto found = run(QString("PRAGMA quick_check('%1')").arg(QString(table).replace('\'', "''")));
        if (!step(found) || found.value(0).toString() != "ok")
            throw Error(ProblemKind::LibraryDamaged, file_, utf8(found.value(0)));
    }
}

int StudyLibrary::version() {
    auto query = run("PRAGMA user_version");
    step(query);
    return query.value(0).toInt();
}

void StudyLibrary::migrate() {
    Transaction transaction(database_);  // fails here where the file is read-only
    if (transaction.error().isValid()) fail(transaction.error());
    // Asked again: another window may have been quicker.
    for (int step = version(); step < schemaVersion; ++step)
        for (const auto& statement : libraryMigrations()[static_cast<std::size_t>(step)]) run(statement);
    // Written even if nothing changed: a read-only file is found out now and not at the first verdict.
    run("PRAGMA user_version = " + QString::number(schemaVersion));
    transaction.commit();
    if (transaction.error().isValid()) fail(transaction.error());
}

StudyState StudyLibrary::stateOf(const std::string& studyUid) {
    auto query = run("SELECT state FROM study WHERE uid = ?", {text(studyUid)});
    return step(query) ? static_cast<StudyState>(query.value(0).toInt()) : StudyState::New;
}

void StudyLibrary::setState(const std::string& studyUid, StudyState state) {
    run("UPDATE study SET state = ? WHERE uid = ?", {static_cast<int>(state), text(studyUid)});
}

void StudyLibrary::markAnalysed(const std::string& studyUid) {
    run("UPDATE study SET state = ? WHERE uid = ? AND state = ?",
        {static_cast<int>(StudyState::Analysed), text(studyUid), static_cast<int>(StudyState::New)});
}

void StudyLibrary::setFlagged(const std::string& studyUid, const std::vector<std::string>& names) {
    QStringList lines;
    for (const auto& name : names) lines << text(name);
    run("UPDATE study SET flagged = ? WHERE uid = ?", {notNull(lines.join('\n')), text(studyUid)});
}

void StudyLibrary::saveVerdict(const std::string& studyUid, const Verdict& verdict) {
    run("INSERT INTO verdict (study_uid, finding, answer, note, reader, time, model_sha256) VALUES (?, ?, ?, "
        "?, ?, ?, ?)",
        {text(studyUid), text(verdict.finding), static_cast<int>(verdict.answer), text(verdict.note),
         text(verdict.reader), text(verdict.time), text(verdict.modelSha256)});
}

std::vector<Verdict> StudyLibrary::verdicts(const std::string& studyUid, const std::string& modelSha256) {
    auto query =
        run("SELECT finding, answer, note, reader, time, model_sha256 FROM verdict WHERE id IN "
            "(SELECT max(id) FROM verdict WHERE study_uid = ? AND model_sha256 = ? GROUP BY finding) "
            "AND (answer != 0 OR note != '') ORDER BY finding",
            {text(studyUid), text(modelSha256)});
    std::vector<Verdict> verdicts;
    while (step(query))
        verdicts.push_back({utf8(query.value(0)), static_cast<Answer>(query.value(1).toInt()),
                            utf8(query.value(2)), utf8(query.value(3)), utf8(query.value(4)),
                            utf8(query.value(5))});
    return verdicts;
}

void StudyLibrary::saveResults(const std::vector<ImageResult>& results) {
    Transaction transaction(database_);
    if (transaction.error().isValid()) fail(transaction.error());
    for (const auto& result : results)
        run("INSERT OR REPLACE INTO result (sop_uid, frame, model_sha256, study_uid, packed) VALUES (?, ?, "
            "?, ?, ?)",
            {text(result.sopInstanceUid), result.frame, text(result.modelSha256), text(result.studyUid),
             packed(result)});
    transaction.commit();
    if (transaction.error().isValid()) fail(transaction.error());
}

std::vector<ImageResult> StudyLibrary::results(const std::string& studyUid, const std::string& modelSha256) {
    auto query = run("SELECT packed FROM result WHERE study_uid = ? AND model_sha256 = ?",
                     {text(studyUid), text(modelSha256)});
    std::vector<ImageResult> results;
    while (step(query))
        if (auto result = unpacked(query.value(0).toByteArray())) results.push_back(std::move(*result));
    return results;
}

void StudyLibrary::setKeyImages(const std::string& studyUid, const std::vector<Analysis::KeyImage>& images) {
    Transaction transaction(database_);
    if (transaction.error().isValid()) fail(transaction.error());
    run("DELETE FROM key_image WHERE study_uid = ?", {text(studyUid)});
    for (const auto& image : images)
        run("INSERT OR REPLACE INTO key_image VALUES (?, ?, ?, ?)",
            {text(studyUid), text(image.sopInstanceUid), image.frame, blob(image.path)});
    transaction.commit();
    if (transaction.error().isValid()) fail(transaction.error());
}

std::vector<Analysis::KeyImage> StudyLibrary::keyImages(const std::string& studyUid) {
    auto query = run("SELECT path, frame, sop_uid FROM key_image WHERE study_uid = ? ORDER BY rowid",
                     {text(studyUid)});
    std::vector<Analysis::KeyImage> images;
    while (step(query))
        images.push_back({pathOf(query.value(0)), query.value(1).toInt(), utf8(query.value(2))});
    return images;
}

void StudyLibrary::setLengths(const std::string& studyUid, const ImageLengths& image) {
    Transaction transaction(database_);
    if (transaction.error().isValid()) fail(transaction.error());
    run("DELETE FROM length WHERE study_uid = ? AND sop_uid = ? AND frame = ?",
        {text(studyUid), text(image.sopInstanceUid), image.frame});
    for (const auto& line : image.lengths)
        run("INSERT INTO length VALUES (?, ?, ?, ?, ?, ?, ?)",
            {text(studyUid), text(image.sopInstanceUid), image.frame, line.x1(), line.y1(), line.x2(),
             line.y2()});
    transaction.commit();
    if (transaction.error().isValid()) fail(transaction.error());
}

std::vector<ImageLengths> StudyLibrary::lengths(const std::string& studyUid) {
    auto query =
        run("SELECT sop_uid, frame, x1, y1, x2, y2 FROM length WHERE study_uid = ? "
            "ORDER BY sop_uid, frame, rowid",
            {text(studyUid)});
    std::vector<ImageLengths> images;
    while (step(query)) {
        const auto sop = utf8(query.value(0));
        const int frame = query.value(1).toInt();
        if (images.empty() || images.back().sopInstanceUid != sop || images.back().frame != frame)
            images.push_back({sop, frame, {}});
        images.back().lengths.append(QLineF(query.value(2).toDouble(), query.value(3).toDouble(),
                                            query.value(4).toDouble(), query.value(5).toDouble()));
    }
    return images;
}

bool StudyLibrary::changedByOthers() {
    auto query = run("PRAGMA data_version");
    step(query);
    const int version = query.value(0).toInt();
    return std::exchange(dataVersion_, version) != version;
}

}  // namespace residua
