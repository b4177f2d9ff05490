// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/file_list.h"

#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "imaging/containers/zip_archive.h"
#include "imaging/study/dicomdir.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

bool isNamedZip(const fs::path& path) {
    const auto& name = path.native();
    constexpr std::string_view extension = ".zip";
    return name.size() > extension.size() &&
           std::ranges::equal(std::string_view(name).substr(name.size() - extension.size()), extension, {},
                              [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
}

/// Whether a member's name stays below its archive: no way up, no root, nothing that a path would swallow.
bool staysInside(std::string_view name) {
    for (std::size_t begin = 0; begin <= name.size();) {
        const auto end = std::min(name.find('/', begin), name.size());
        const auto part = name.substr(begin, end - begin);
        if (part.empty() || part == "." || part == "..") return false;
        begin = end + 1;
    }
    return true;
}

/// Resource forks that macOS adds to its archives; named like the images they belong to.
bool isAppleDouble(std::string_view name) {
    return name.starts_with("__MACOSX/");
}

/// What of an archive is to be read, and what is wrong with it.
class ArchiveListing {
public:
    ArchiveListing(const fs::path& path, std::string password)
        : archive_(path, std::move(password)), members_(archive_.members()) {}

    /// @param below only what has this name or lies in the folder of this name; empty = all
    void addTo(FileList& list, std::string_view below) {
        const bool isOpen = opensEncrypted(list);
        std::size_t refused = 0;
        std::string firstRefused;
        for (const auto& member : members_) {
            if (isAppleDouble(member.name) || (member.isEncrypted && !isOpen)) continue;
            if (!staysInside(member.name)) {
                if (refused++ == 0) firstRefused = member.name;
                continue;
            }
            if (below.empty() || member.name == below ||
                (member.name.starts_with(below) && member.name[below.size()] == '/'))
                list.files.push_back({archive_.path() / member.name, member.name == below, archive_.path()});
        }
        if (refused > 0)
            list.problems.push_back({ProblemKind::ArchiveNameRefused, archive_.path(),
                                     std::to_string(refused) + ", the first '" + firstRefused + "'"});
    }

private:
    /// Tries the password on the smallest encrypted file, whose checksum tells more than the password's own.
    bool opensEncrypted(FileList& list) const {
        const ZipArchive::Member* smallest = nullptr;
        for (const auto& member : members_)
            if (member.isEncrypted && member.size > 0 && (!smallest || member.size < smallest->size))
                smallest = &member;
        if (!smallest) return true;
        try {
            archive_.read(smallest->name);
            return true;
        } catch (const Error& error) {
            const auto& problem = error.problem();
            list.problems.push_back({problem.kind, archive_.path(), problem.detail});
            return false;
        }
    }

    ZipArchive archive_;
    std::vector<ZipArchive::Member> members_;
};

class Search {
public:
    Search(std::stop_token stop, const ArchivePasswords& passwords)
        : stop_(std::move(stop)), passwords_(passwords) {}

    void start(const fs::path& path) {
        std::error_code error;
        const auto status = fs::status(path, error);
        if (const auto inside = archivePath(path))
            listArchive(inside->archive, inside->member);
        else if (status.type() == fs::file_type::not_found)
            list_.problems.push_back({ProblemKind::FileMissing, path, {}});
        else if (fs::is_directory(status))
            folders_.push_back(path);
        else if (error)
            list_.problems.push_back({ProblemKind::FileUnreadable, path, error.message()});
        else if (looksLikeArchive(path))
            listArchive(path, {});
        else if (auto media = listDicomdir(path, stop_))
            append(std::move(*media));
        else
            list_.files.push_back({path, true, {}});
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
                addFound(entry->path());
        }
        if (error) list_.problems.push_back({ProblemKind::FolderUnreadable, folder, error.message()});
    }

    void addFound(const fs::path& path) {
        if (isNamedZip(path) && looksLikeArchive(path))
            listArchive(path, {});
        else
            list_.files.push_back({path, false, {}});
    }

    /// @param below as ArchiveListing::addTo
    void listArchive(const fs::path& archive, std::string_view below) {
        const auto before = list_.files.size();
        try {
            ArchiveListing(archive, passwordOf(archive, passwords_)).addTo(list_, below);
        } catch (const Error& error) {
            list_.problems.push_back(error.problem());
            return;
        }
        if (!below.empty() && list_.files.size() == before)
            list_.problems.push_back({ProblemKind::FileMissing, archive / below, "not in the archive"});
    }

    std::stop_token stop_;
    const ArchivePasswords& passwords_;
    FileList list_;
    std::vector<fs::path> folders_;
    std::set<std::pair<dev_t, ino_t>> seen_;
};

}  // namespace

FileList listFiles(const std::vector<fs::path>& paths, std::stop_token stop,
                   const ArchivePasswords& passwords) {
    Search search(std::move(stop), passwords);
    for (const auto& path : paths) search.start(path);
    return search.take();
}

}  // namespace residua
