// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/path_check.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>

#include "imaging/containers/archive_path.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

bool isThere(const fs::path& path) {
    std::error_code error;
    return fs::exists(path, error) || fs::is_regular_file(fileOnDisk(path), error);
}

/// proc(5) writes blanks and backslashes in names as "\040".
fs::path unescaped(const std::string& name) {
    std::string plain;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const auto digits = name.substr(i + 1, 3);
        const bool isEscape = name[i] == '\\' && digits.size() == 3 &&
                              std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '7'; });
        plain += isEscape
                     ? static_cast<char>((digits[0] - '0') * 64 + (digits[1] - '0') * 8 + (digits[2] - '0'))
                     : name[i];
        if (isEscape) i += 3;
    }
    return plain;
}

std::vector<fs::path> mountPoints() {
    std::vector<fs::path> mounts;
    std::ifstream table("/proc/self/mounts");
    for (std::string line; std::getline(table, line);) {
        std::istringstream fields(line);
        std::string device, point;
        if (fields >> device >> point) mounts.push_back(unescaped(point));
    }
    return mounts;
}

}  // namespace

fs::path mountOf(const fs::path& path, const std::vector<fs::path>& mounts) {
    fs::path best = "/";
    for (const auto& mount : mounts) {
        const auto& name = mount.native();
        const bool holds = path.native().starts_with(name) &&
                           (path.native().size() == name.size() || path.native()[name.size()] == '/');
        if (holds && name.size() > best.native().size()) best = mount;
    }
    return best;
}

struct PathCheck::Shared {
    std::mutex mutex;
    PathCheck* owner = nullptr;  ///< none when nobody listens any more
    Look isThere;
    std::map<fs::path, std::set<std::string>> waiting;  ///< by mount point
    std::set<fs::path> busy;                            ///< mount points with a thread
    std::vector<FoundPath> answers;                     ///< that the owner has not taken yet
};

PathCheck::PathCheck(QObject* parent) : PathCheck(&isThere, parent) {}

PathCheck::PathCheck(Look look, QObject* parent) : QObject(parent), shared_(std::make_shared<Shared>()) {
    shared_->owner = this;
    shared_->isThere = std::move(look);
}

PathCheck::~PathCheck() {
    const std::lock_guard lock(shared_->mutex);
    shared_->owner = nullptr;
    shared_->waiting.clear();
}

void PathCheck::look(const std::vector<fs::path>& paths) {
    const auto mounts = mountPoints();
    const std::lock_guard lock(shared_->mutex);
    for (const auto& path : paths) shared_->waiting[mountOf(path, mounts)].insert(path.native());
    for (const auto& [mount, waiting] : shared_->waiting) {
        if (waiting.empty() || !shared_->busy.insert(mount).second) continue;
        try {
            std::thread(&PathCheck::work, shared_, mount).detach();
        } catch (const std::system_error&) {
            shared_->busy.erase(mount);  // no thread to be had: unknown for now
        }
    }
}

void PathCheck::take() {
    std::vector<FoundPath> answers;
    {
        const std::lock_guard lock(shared_->mutex);
        answers.swap(shared_->answers);
    }
    if (!answers.empty()) Q_EMIT found(answers);
}

void PathCheck::work(const std::shared_ptr<Shared>& shared, const fs::path& mount) {
    for (;;) {
        fs::path path;
        {
            const std::lock_guard lock(shared->mutex);
            auto& waiting = shared->waiting[mount];
            if (waiting.empty() || !shared->owner) {
                shared->busy.erase(mount);
                return;
            }
            path = waiting.extract(waiting.begin()).value();
        }
        const bool isThere = shared->isThere(path);
        const std::lock_guard lock(shared->mutex);
        shared->answers.push_back({std::move(path), isThere});
        // One call at a time under way: it takes all that came until it is answered.
        if (shared->owner && shared->answers.size() == 1)
            QMetaObject::invokeMethod(shared->owner, &PathCheck::take, Qt::QueuedConnection);
    }
}

}  // namespace residua
