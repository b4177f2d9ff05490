// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/study_library.h"

#include <fcntl.h>
#include <unistd.h>

#include <QDateTime>
#include <QUuid>
#include <nlohmann/json.hpp>
#include <set>

#include "app/image_result_json.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

/// The steps from one schema version to the next: step n brings version n to n + 1.
const std::vector<QStringList>& migrations() {
    static const std::vector<QStringList> steps = {
        {
            "CREATE TABLE study (uid TEXT PRIMARY KEY, patient_name TEXT NOT NULL, patient_id TEXT NOT NULL, "
            "date TEXT NOT NULL, description TEXT NOT NULL, state INTEGER NOT NULL DEFAULT 0, opened TEXT "
            "NOT NULL)",
            "CREATE TABLE folder (study_uid TEXT NOT NULL, path BLOB NOT NULL, PRIMARY KEY (study_uid, "
            "path))",
            // Answers are only ever added: who said what, when, about which weights stays to be seen.
            "CREATE TABLE verdict (id INTEGER PRIMARY KEY, study_uid TEXT NOT NULL, finding TEXT NOT NULL, "
            "answer INTEGER NOT NULL, note TEXT NOT NULL, reader TEXT NOT NULL, time TEXT NOT NULL, "
            "model_sha256 TEXT NOT NULL)",
            "CREATE INDEX verdict_study ON verdict (study_uid, model_sha256)",
        },
        {
            "CREATE TABLE result (sop_uid TEXT NOT NULL, frame INTEGER NOT NULL, model_sha256 TEXT NOT NULL, "
            "study_uid TEXT NOT NULL, packed BLOB NOT NULL, PRIMARY KEY (sop_uid, frame, model_sha256))",
            "CREATE INDEX result_study ON result (study_uid, model_sha256)",
            "CREATE TABLE key_image (study_uid TEXT NOT NULL, sop_uid TEXT NOT NULL, frame INTEGER NOT NULL, "
            "path BLOB NOT NULL, PRIMARY KEY (study_uid, sop_uid, frame))",
        },
        {
            // Ends in pixels, (0, 0) at the centre of the first one: no spacing is baked in.
            "CREATE TABLE length (study_uid TEXT NOT NULL, sop_uid TEXT NOT NULL, frame INTEGER NOT NULL, "
            "x1 REAL NOT NULL, y1 REAL NOT NULL, x2 REAL NOT NULL, y2 REAL NOT NULL)",
            "CREATE INDEX length_image ON length (study_uid, sop_uid, frame)",
        },
    };
    return steps;
}

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}
QByteArray blob(const fs::path& path) {
    return QByteArray::fromStdString(path.string());
}
std::string utf8(const QVariant& value) {
    return value.toString().toStdString();
}
fs::path pathOf(const QVariant& value) {
    return value.toByteArray().toStdString();
}

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
    const QSqlError& error() const { return error_; }
    void commit(QSqlQuery query) {
        isOpen_ = !query.exec("COMMIT");  // a full disk leaves it open
        if (isOpen_) error_ = query.lastError();
    }

private:
    QSqlDatabase& database_;
    QSqlError error_;
    bool isOpen_ = false;
};

}  // namespace

StudyLibrary::StudyLibrary(const fs::path& file) : file_(file), connection_(QUuid::createUuid().toString()) {
    if (!file_.empty()) makePrivateFile(file_);
    database_ = QSqlDatabase::addDatabase("QSQLITE", connection_);
    database_.setDatabaseName(file_.empty() ? QString(":memory:") : text(file_.string()));
    database_.setConnectOptions("QSQLITE_BUSY_TIMEOUT=5000");
    try {
        if (!database_.open()) fail(database_.lastError());
        run("PRAGMA journal_mode = WAL");
        run("PRAGMA synchronous = NORMAL");
        migrate();
        changedByOthers();
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

void StudyLibrary::fail(const QSqlError& error) {
    constexpr auto sqliteFull = "13";
    const bool full = error.nativeErrorCode() == sqliteFull;
    throw Error(full ? ProblemKind::DiskFull : ProblemKind::LibraryUnusable, file_,
                error.databaseText().toStdString());
}

QSqlQuery StudyLibrary::run(const QString& statement, const QVariantList& values) {
    QSqlQuery query(database_);
    query.setForwardOnly(true);
    if (!query.prepare(statement)) fail(query.lastError());
    for (const auto& value : values) query.addBindValue(value);
    if (!query.exec()) fail(query.lastError());
    return query;
}

void StudyLibrary::migrate() {
    auto check = run("PRAGMA quick_check(1)");
    if (!check.next() || check.value(0).toString() != "ok")
        throw Error(ProblemKind::LibraryUnusable, file_, utf8(check.value(0)));
    check.finish();
    Transaction transaction(database_);  // fails here where the file is read-only
    if (transaction.error().isValid()) fail(transaction.error());
    auto query = run("PRAGMA user_version");
    query.next();
    const int version = query.value(0).toInt();
    query.finish();
    if (version > schemaVersion || version < 0)
        throw Error(ProblemKind::LibraryNewer, file_, "schema version " + std::to_string(version));
    for (int step = version; step < schemaVersion; ++step)
        for (const auto& statement : migrations()[static_cast<std::size_t>(step)]) run(statement);
    // Written even if nothing changed: a read-only file is found out now and not at the first verdict.
    run("PRAGMA user_version = " + QString::number(schemaVersion));
    transaction.commit(QSqlQuery(database_));
    if (transaction.error().isValid()) fail(transaction.error());
}

void StudyLibrary::remember(const Study& study) {
    Transaction transaction(database_);
    if (transaction.error().isValid()) fail(transaction.error());
    run("INSERT INTO study (uid, patient_name, patient_id, date, description, opened) VALUES (?, ?, ?, ?, ?, "
        "?) "
        "ON CONFLICT (uid) DO UPDATE SET patient_name = excluded.patient_name, patient_id = "
        "excluded.patient_id, "
        "date = excluded.date, description = excluded.description, opened = excluded.opened",
        {text(study.uid), text(study.patient.name), text(study.patient.id), text(study.date),
         text(study.description), QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs)});
    std::set<fs::path> folders;
    for (const auto& series : study.series)
        for (const auto& instance : series.instances)
            folders.insert(fs::absolute(instance.path).parent_path());
    run("DELETE FROM folder WHERE study_uid = ?", {text(study.uid)});
    for (const auto& folder : folders)
        run("INSERT INTO folder VALUES (?, ?)", {text(study.uid), blob(folder)});
    transaction.commit(QSqlQuery(database_));
    if (transaction.error().isValid()) fail(transaction.error());
}

void StudyLibrary::forget(const std::string& studyUid) {
    Transaction transaction(database_);
    if (transaction.error().isValid()) fail(transaction.error());
    run("DELETE FROM study WHERE uid = ?", {text(studyUid)});
    for (const char* table : {"folder", "verdict", "result", "key_image", "length"})
        run(QString("DELETE FROM %1 WHERE study_uid = ?").arg(table), {text(studyUid)});
    transaction.commit(QSqlQuery(database_));
    if (transaction.error().isValid()) fail(transaction.error());
}

std::vector<LibraryStudy> StudyLibrary::studies() {
    std::vector<LibraryStudy> studies;
    auto query =
        run("SELECT uid, patient_name, patient_id, date, description, state FROM study ORDER BY opened DESC");
    while (query.next())
        studies.push_back({utf8(query.value(0)),
                           utf8(query.value(1)),
                           utf8(query.value(2)),
                           utf8(query.value(3)),
                           utf8(query.value(4)),
                           static_cast<StudyState>(query.value(5).toInt()),
                           {}});
    for (auto& study : studies) {
        auto folders = run("SELECT path FROM folder WHERE study_uid = ? ORDER BY path", {text(study.uid)});
        while (folders.next()) study.folders.push_back(pathOf(folders.value(0)));
    }
    return studies;
}

StudyState StudyLibrary::stateOf(const std::string& studyUid) {
    auto query = run("SELECT state FROM study WHERE uid = ?", {text(studyUid)});
    return query.next() ? static_cast<StudyState>(query.value(0).toInt()) : StudyState::New;
}

void StudyLibrary::setState(const std::string& studyUid, StudyState state) {
    run("UPDATE study SET state = ? WHERE uid = ?", {static_cast<int>(state), text(studyUid)});
}

void StudyLibrary::markAnalysed(const std::string& studyUid) {
    run("UPDATE study SET state = ? WHERE uid = ? AND state = ?",
        {static_cast<int>(StudyState::Analysed), text(studyUid), static_cast<int>(StudyState::New)});
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
    while (query.next())
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
    transaction.commit(QSqlQuery(database_));
    if (transaction.error().isValid()) fail(transaction.error());
}

std::vector<ImageResult> StudyLibrary::results(const std::string& studyUid, const std::string& modelSha256) {
    auto query = run("SELECT packed FROM result WHERE study_uid = ? AND model_sha256 = ?",
                     {text(studyUid), text(modelSha256)});
    std::vector<ImageResult> results;
    while (query.next())
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
    transaction.commit(QSqlQuery(database_));
    if (transaction.error().isValid()) fail(transaction.error());
}

std::vector<Analysis::KeyImage> StudyLibrary::keyImages(const std::string& studyUid) {
    auto query = run("SELECT path, frame, sop_uid FROM key_image WHERE study_uid = ? ORDER BY rowid",
                     {text(studyUid)});
    std::vector<Analysis::KeyImage> images;
    while (query.next())
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
    transaction.commit(QSqlQuery(database_));
    if (transaction.error().isValid()) fail(transaction.error());
}

std::vector<ImageLengths> StudyLibrary::lengths(const std::string& studyUid) {
    auto query =
        run("SELECT sop_uid, frame, x1, y1, x2, y2 FROM length WHERE study_uid = ? "
            "ORDER BY sop_uid, frame, rowid",
            {text(studyUid)});
    std::vector<ImageLengths> images;
    while (query.next()) {
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
    query.next();
    const int version = query.value(0).toInt();
    return std::exchange(dataVersion_, version) != version;
}

}  // namespace residua
