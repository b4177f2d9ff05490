// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/opening.h"

#include <QElapsedTimer>
#include <QTimer>
#include <algorithm>

#include "app/folders.h"
#include "app/task.h"
#include "app/throttled.h"
#include "imaging/atomic_file.h"
#include "imaging/phantom/phantom.h"
#include "imaging/study/file_list.h"
#include "imaging/study/study_scanner.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

constexpr int firstImageDelay = 60;  ///< ms; a scan that is through by then shows the right image at once
constexpr int firstFileTries = 40;

bool isWished(const std::string& studyUid, const std::vector<std::string>& only) {
    return only.empty() || std::ranges::find(only, studyUid) != only.end();
}

/// The first image file at or below the paths, in directory order; none if the first few files are none.
/// @param only studies that count; empty = all
std::shared_ptr<const OpenStudy> readFirstImage(const std::vector<fs::path>& paths,
                                                const std::vector<std::string>& only, MediumTurns& turns,
                                                const std::stop_token& stop) {
    int tries = 0;
    const auto attempt = [&](const fs::path& file) -> std::shared_ptr<const OpenStudy> {
        ++tries;
        try {
            auto open = makeOpenStudy(readStudyOfFile(file, {}, {}, {&turns, Urgency::InView}));
            if (!isWished(open->study.uid, only)) return nullptr;
            if (!open->stacks.empty() && !open->stacks.front().empty()) return open;
        } catch (const Error&) {
            return nullptr;  // the scan tells it
        }
        return nullptr;
    };
    for (const auto& path : paths) {
        std::error_code error;
        if (fs::is_regular_file(path, error)) {
            for (const auto& file : listFiles({path}, stop).files) {
                if (stop.stop_requested() || tries >= firstFileTries) return nullptr;
                if (auto open = attempt(file.path)) return open;
            }
            continue;
        }
        fs::recursive_directory_iterator entry(path, fs::directory_options::skip_permission_denied, error);
        for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
            if (stop.stop_requested() || tries >= firstFileTries) return nullptr;
            std::error_code gone;
            if (!entry->is_regular_file(gone)) continue;
            if (auto open = attempt(entry->path())) return open;
        }
    }
    return nullptr;
}

bool isLocked(const Problem& problem) {
    return problem.kind == ProblemKind::ArchivePasswordNeeded ||
           problem.kind == ProblemKind::ArchivePasswordWrong;
}

}  // namespace

struct Opening::Found {
    std::vector<std::shared_ptr<const OpenStudy>> studies;
    std::vector<Problem> problems;
    std::size_t filesRead = 0;
    std::size_t otherFiles = 0;
};

Opening::Opening(std::shared_ptr<ArchiveKeyring> keys, std::shared_ptr<MediumTurns> turns, QObject* parent)
    : QObject(parent), keys_(std::move(keys)), turns_(std::move(turns)) {}

Opening::~Opening() {
    stop_.request_stop();
}

void Opening::start() {
    stop_.request_stop();
    stop_ = {};
    ++job_;
    busy_ = true;
}

void Opening::open(const std::vector<fs::path>& paths, const std::vector<std::string>& only) {
    if (paths.empty()) return;
    start();
    only_ = only;
    readFirst(paths, job_);
    auto report = throttled(this, [this, job = job_](int done, int total) {
        if (job == job_ && busy_) Q_EMIT progress(tr("Reading files"), done, total);
    });
    Q_EMIT progress(tr("Reading files"), 0, 0);
    runTask(
        this,
        [paths, only, report, stop = stop_.get_token(), known = studies_, passwords = keys_->all(),
         turns = turns_] {
            const ScanOptions options{
                .pictureModality = {}, .threads = 0, .passwords = passwords, .turns = turns.get()};
            auto scan = scanStudies(paths, options, stop, report);
            Found found{{}, std::move(scan.problems), scan.filesRead, scan.otherFiles};
            for (auto& study : scan.studies) {
                if (!isWished(study.uid, only)) continue;
                const auto before = known.find(study.uid);
                found.studies.push_back(
                    makeOpenStudy(before ? joined(before->study, study) : std::move(study)));
            }
            return found;
        },
        [this, job = job_](const Outcome<Found>& outcome) {
            if (outcome.value) return take(*outcome.value, job);
            take({{}, {outcome.problem}, 0, 0}, job);
        });
}

void Opening::readFirst(const std::vector<fs::path>& paths, int job) {
    using First = std::shared_ptr<const OpenStudy>;
    QElapsedTimer since;
    since.start();
    runTask(
        this,
        [paths, only = only_, stop = stop_.get_token(), turns = turns_] {
            return readFirstImage(paths, only, *turns, stop);
        },
        [this, job, since](const Outcome<First>& outcome) {
            if (!outcome.value || !*outcome.value) return;
            const auto wait = std::max<qint64>(0, firstImageDelay - since.elapsed());
            QTimer::singleShot(static_cast<int>(wait), this, [this, job, first = *outcome.value] {
                if (job == job_ && busy_) Q_EMIT firstImage({first, 0, 0});
            });
        });
}

void Opening::take(const Found& found, int job) {
    if (job != job_) return;
    busy_ = false;
    studies_.add(found.studies);
    StackRef first;
    std::vector<std::string> uids;
    for (const auto& study : found.studies) {
        uids.push_back(study->study.uid);
        if (!first) first = studies_.firstStack(study->study.uid);
    }
    Q_EMIT opened(first, uids);
    leaveLocked();  // those of an earlier opening that were never answered
    for (const auto& one : found.problems)
        if (isLocked(one))
            locked_.push_back(one);
        else
            Q_EMIT problem(one);
    for (const auto& study : found.studies)
        for (const auto& stacks : study->stacks)
            for (const auto& stack : stacks)
                for (const auto& one : stack.problems) Q_EMIT problem(one);
    QStringList summary;
    summary << tr("Files read: %1").arg(found.filesRead);
    if (found.otherFiles > 0) summary << tr("other files: %1").arg(found.otherFiles);
    if (stop_.stop_requested()) summary << tr("stopped");
    Q_EMIT finished(summary.join(QStringLiteral(" · ")));
    if (!locked_.empty()) Q_EMIT passwordWished(locked_.front());
}

void Opening::openSamples(const fs::path& folder) {
    start();
    auto report = throttled(this, [this, job = job_](int done, int total) {
        if (job == job_ && busy_) Q_EMIT progress(tr("Writing sample studies"), done, total);
    });
    Q_EMIT progress(tr("Writing sample studies"), 0, 0);
    runTask(
        this,
        [folder, report, stop = stop_.get_token()] {
            const auto whole = fs::path(folder) +=
                ".complete";  // a first start that was interrupted writes them again
            if (!fs::exists(whole)) {
                makePrivateFolder(folder);
                writeSampleStudies(folder, stop, report);
                if (!stop.stop_requested()) writeFileAtomically(whole, "");
            }
            return folder;
        },
        [this, job = job_](const Outcome<fs::path>& outcome) {
            if (job != job_) return;
            if (outcome.value) return open({*outcome.value});
            take({{}, {outcome.problem}, 0, 0}, job);
        });
}

void Opening::unlock(const std::string& password) {
    std::vector<fs::path> archives;
    for (const auto& one : std::exchange(locked_, {})) {
        keys_->set(one.path, password);
        archives.push_back(one.path);
    }
    open(archives, std::vector(only_));
}

void Opening::leaveLocked() {
    for (const auto& one : std::exchange(locked_, {})) Q_EMIT problem(one);
}

void Opening::stop() {
    stop_.request_stop();
}

}  // namespace residua
