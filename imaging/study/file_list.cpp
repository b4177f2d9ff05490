// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/file_list.h"

#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <system_error>
#include <utility>

#include "imaging/study/dicomdir.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

class Search {
public:
    explicit Search(std::stop_token stop) : stop_(std::move(stop)) {}

    void start(const fs::path& path) {
        std::error_code error;
        const auto status = fs::status(path, error);
        if (status.type() == fs::file_type::not_found)
            list_.problems.push_back({ProblemKind::FileMissing, path, {}});
        else if (fs::is_directory(status))
            folders_.push_back(path);
        else if (error)
            list_.problems.push_back({ProblemKind::FileUnreadable, path, error.message()});
        else if (auto media = listDicomdir(path, stop_))
            append(std::move(*media));
        else
            list_.files.push_back({path, true});
        while (!folders_.empty() && !stop_.stop_requested()) {
            const auto folder = std::move(folders_.back());
            folders_.pop_back();
            if (isNew(folder)) searchFolder(folder);
        }
    }

    FileList take() {
        // The same path named and found counts as named.
        auto& files = list_.files;
        std::ranges::sort(files, [](const auto& a, const auto& b) {
            const int order = a.path.native().compare(b.path.native());
            return order != 0 ? order < 0 : a.isNamed > b.isNamed;
        });
        const auto isSamePath = [](const auto& a, const auto& b) {
            return a.path.native() == b.path.native();
        };
        files.erase(std::unique(files.begin(), files.end(), isSamePath), files.end());
        return std::move(list_);
    }

private:
    bool isNew(const fs::path& folder) {
        struct stat status {};
        if (::stat(folder.c_str(), &status) != 0) return true;  // told when it is opened
        return seen_.emplace(status.st_dev, status.st_ino).second;
    }

    void append(FileList more) {
        std::ranges::move(more.files, std::back_inserter(list_.files));
        std::ranges::move(more.problems, std::back_inserter(list_.problems));
    }

    void searchFolder(const fs::path& folder) {
        std::error_code error;
        fs::directory_iterator entry(folder, error);
        for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
            std::error_code broken;  // a link to nothing is no file
            if (entry->is_directory(broken))
                folders_.push_back(entry->path());
            else if (entry->is_regular_file(broken))
                list_.files.push_back({entry->path(), false});
        }
        if (error) list_.problems.push_back({ProblemKind::FolderUnreadable, folder, error.message()});
    }

    std::stop_token stop_;
    FileList list_;
    std::vector<fs::path> folders_;
    std::set<std::pair<dev_t, ino_t>> seen_;
};

}  // namespace

FileList listFiles(const std::vector<fs::path>& paths, std::stop_token stop) {
    Search search(std::move(stop));
    for (const auto& path : paths) search.start(path);
    return search.take();
}

}  // namespace residua
