// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/dicomdir.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "imaging/error.h"
#include "imaging/study/dataset_start.h"
#include "imaging/study/dataset_walker.h"
#include "imaging/study/element_value.h"
#include "imaging/study/file_bytes.h"
#include "imaging/study/file_gate.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kDicomdir = "1.2.840.10008.1.3.10";
constexpr std::uint32_t kSopClassUid = 0x00080016;
constexpr std::uint32_t kDirectoryRecordSequence = 0x00041220;
constexpr std::uint32_t kRecordInUseFlag = 0x00041410;
constexpr std::uint32_t kReferencedFileId = 0x00041500;
// Ours: more lines than this of one medium tell a reader nothing new.
constexpr std::size_t kMostProblems = 1000;
// Ours: PS3.10 8.2 allows 8 components of 8 characters, real media write longer ones.
constexpr std::size_t kLongestId = 1024;

/// SOPClassUID of the dataset itself, for files whose meta header names none.
std::string datasetSopClass(ByteSource& source, const fs::path& path, const DatasetStart& start) {
    std::string sopClass;
    const DatasetWalker::Visit take = [&](const GateElement& element) {
        if (element.depth == 0 && tagOf(element) == kSopClassUid) sopClass = textOf(element);
    };
    DatasetWalker(source, path, WalkExtent::UpToPixelData, take)
        .walk(start.offset, start.encoding, start.frameFragments());
    return sopClass;
}

bool isDicomdir(const fs::path& path) {
    try {
        const OpenFile file(path);
        std::vector<std::byte> buffer;
        FileSource source(file, buffer);
        const auto start = findDatasetStart(source, path, {});
        if (!start) return false;
        if (!start->sopClassUid.empty() || start->isDeflated) return start->sopClassUid == kDicomdir;
        return source.size() > start->offset && datasetSopClass(source, path, *start) == kDicomdir;
    } catch (const Error&) {
        return false;  // whoever reads the file tells it
    }
}

/// Gathers the ids of the records in use: items of the dataset's own DirectoryRecordSequence, a flat list
/// whatever the tree of records (PS3.3 F.2.2.2).
class RecordReader {
public:
    void take(const GateElement& element) {
        if (element.depth == 0) {
            finishRecord();
            inRecords_ = tagOf(element) == kDirectoryRecordSequence;
            return;
        }
        if (!inRecords_ || element.depth != 1) return;
        if (element.topItem != item_) finishRecord();
        item_ = element.topItem;
        if (tagOf(element) == kRecordInUseFlag) inUse_ = unsignedShortOf(element) != 0u;
        if (tagOf(element) == kReferencedFileId) id_ = textOf(element);
    }
    std::vector<std::string> ids() {
        finishRecord();
        return std::move(ids_);
    }

private:
    void finishRecord() {
        if (inUse_ && !id_.empty()) ids_.push_back(std::move(id_));
        id_.clear();
        inUse_ = true;
    }

    bool inRecords_ = false;
    std::size_t item_ = 0;
    bool inUse_ = true;
    std::string id_;
    std::vector<std::string> ids_;
};

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    return result;
}

/// A name as ISO 9660 and Windows compare it: without case, version and trailing dot.
std::string folded(std::string_view name) {
    if (name.ends_with(";1")) name.remove_suffix(2);
    if (name.ends_with('.')) name.remove_suffix(1);
    return lower(name);
}

/// The names in folders, each folder listed once and only where a name is not there as it is written.
class Medium {
public:
    explicit Medium(fs::path folder) : root_(std::move(folder)) {
        std::error_code error;
        canonicalRoot_ = fs::canonical(root_.empty() ? fs::path(".") : root_, error);
    }

    /// The file of that id as it is called on the medium; nullopt where it is not there.
    std::optional<fs::path> find(const std::vector<std::string>& components) {
        fs::path found = root_;
        for (const auto& component : components) {
            std::error_code error;
            if (fs::exists(found / component, error)) {
                found /= component;
                continue;
            }
            const auto name = nameIn(found, component);
            if (name.empty()) return std::nullopt;
            found /= name;
        }
        std::error_code error;  // links to nothing, and in a circle, have names
        return fs::exists(found, error) ? std::optional(found) : std::nullopt;
    }

    /// Whether the file lies below the folder once links are followed.
    bool holds(const fs::path& file) const {
        std::error_code error;
        const auto place = fs::canonical(file, error);
        if (error || canonicalRoot_.empty()) return false;
        return std::mismatch(canonicalRoot_.begin(), canonicalRoot_.end(), place.begin(), place.end())
                   .first == canonicalRoot_.end();
    }

    fs::path asWritten(const std::vector<std::string>& components) const {
        fs::path path = root_;
        for (const auto& component : components) path /= component;
        return path;
    }

private:
    using Names = std::multimap<std::string, std::string>;  ///< folded → on the medium

    std::string nameIn(const fs::path& folder, const std::string& wanted) {
        const auto [first, last] = namesIn(folder).equal_range(folded(wanted));
        std::string best;
        for (auto name = first; name != last; ++name) {
            if (name->second == lower(wanted)) return name->second;
            if (best.empty() || name->second < best) best = name->second;
        }
        return best;
    }

    const Names& namesIn(const fs::path& folder) {
        const auto [entry, isNew] = listings_.try_emplace(folder.native());
        if (!isNew) return entry->second;
        std::error_code error;
        fs::directory_iterator file(folder.empty() ? fs::path(".") : folder, error);
        for (const fs::directory_iterator end; !error && file != end; file.increment(error)) {
            auto name = file->path().filename().native();
            auto key = folded(name);
            entry->second.emplace(std::move(key), std::move(name));
        }
        return entry->second;
    }

    fs::path root_, canonicalRoot_;
    std::map<std::string, Names> listings_;
};

/// The components of an id; empty where it is none that stays in its folder (PS3.10 8.2).
std::vector<std::string> componentsOf(std::string_view id) {
    std::vector<std::string> components;
    if (id.size() > kLongestId || id.find('/') != std::string_view::npos ||
        id.find('\0') != std::string_view::npos)
        return {};
    for (std::size_t begin = 0; begin <= id.size();) {
        const auto end = std::min(id.find('\\', begin), id.size());
        const auto component = trimmed(id.substr(begin, end - begin));
        if (component.empty() || component == "." || component == "..") return {};
        components.emplace_back(component);
        begin = end + 1;
    }
    return components;
}

/// Ids become files and problems.
class References {
public:
    explicit References(fs::path dicomdir)
        : dicomdir_(std::move(dicomdir)), medium_(dicomdir_.parent_path()) {}

    void take(const std::string& id) {
        const auto components = componentsOf(id);
        if (components.empty()) return refuse("is no relative path", id);
        const auto file = medium_.find(components);
        if (!file) return tell({ProblemKind::FileMissing, medium_.asWritten(components), "in the DICOMDIR"});
        if (!medium_.holds(*file)) return refuse("leads out of the folder", id);
        if (seen_.insert(file->native()).second) list_.files.push_back({*file, true, {}});
    }
    void tell(Problem problem) {
        if (list_.problems.size() < kMostProblems)
            list_.problems.push_back(std::move(problem));
        else
            ++(problem.kind == ProblemKind::FileMissing ? moreMissing_ : moreRefused_);
    }
    FileList take() {
        if (moreMissing_ + moreRefused_ > 0)
            list_.problems.push_back({ProblemKind::FileMissing, dicomdir_,
                                      "of its files, " + std::to_string(moreMissing_) +
                                          " more are missing and " + std::to_string(moreRefused_) +
                                          " more refused"});
        if (list_.files.empty() && list_.problems.empty())
            list_.problems.push_back({ProblemKind::NotAnImage, dicomdir_, "a DICOMDIR without files"});
        return std::move(list_);
    }

private:
    void refuse(const std::string& why, const std::string& id) {
        tell(
            {ProblemKind::DicomdirInvalid, dicomdir_, "ReferencedFileID '" + id.substr(0, 100) + "' " + why});
    }

    fs::path dicomdir_;
    Medium medium_;
    std::set<std::string> seen_;
    FileList list_;
    std::size_t moreMissing_ = 0, moreRefused_ = 0;
};

}  // namespace

std::optional<FileList> listDicomdir(const fs::path& path, std::stop_token stop) {
    if (!isDicomdir(path)) return std::nullopt;
    RecordReader records;
    References references(path);
    try {
        walkDicom(readFileBytes(path), path, [&](const GateElement& element) { records.take(element); });
    } catch (const Error& error) {
        references.tell(error.problem());  // the records before the break are whole
    }
    for (const auto& id : records.ids()) {
        if (stop.stop_requested()) break;
        references.take(id);
    }
    return references.take();
}

}  // namespace residua
