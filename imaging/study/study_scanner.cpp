// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/study_scanner.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <new>
#include <optional>
#include <string_view>
#include <thread>
#include <variant>

#include "imaging/containers/nifti.h"
#include "imaging/containers/zip_archive.h"
#include "imaging/error.h"
#include "imaging/study/dataset_start.h"
#include "imaging/study/dataset_walker.h"
#include "imaging/study/deflated_dataset.h"
#include "imaging/study/dicom_header.h"
#include "imaging/study/file_bytes.h"
#include "imaging/study/file_list.h"
#include "imaging/study/picture_header.h"
#include "imaging/study/study_merge.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kDicomdir = "1.2.840.10008.1.3.10";
constexpr std::string_view kSpectroscopy =
    "1.2.840.10008.5.1.4.1.1.4.2";  // has rows and columns, but no pixels

/// Reads one file after another; one a thread.
class FileReader {
public:
    FileReader(std::string pictureModality, const ArchivePasswords& passwords, ReadTurn turn)
        : pictureModality_(std::move(pictureModality)), passwords_(passwords), turn_(turn) {}

    /// nullopt for what is neither DICOM, a picture nor a volume; throws Error for what is one but broken.
    std::optional<Study> read(const ListedFile& file) {
        identity_ = {};
        auto study = file.archive.empty() ? readOnDisk(file.path) : readMember(file.archive, file.path);
        if (study) study->series.front().instances.front().stamp = stamp_;
        return study;
    }
    /// Of the file read last; none for one in an archive.
    FileIdentity identity() const { return identity_; }

private:
    std::optional<Study> readOnDisk(const fs::path& path) {
        const OpenFile opened(path, turn_);
        identity_ = opened.identity();
        stamp_ = opened.stamp();
        FileSource source(opened, buffer_);
        return readSource(source, path);
    }

    std::optional<Study> readMember(const fs::path& archive, const fs::path& path) {
        const MediumTurns::Turn turn(turn_.turns, turn_.urgency);
        turn.makeWay();
        if (!archive_ || archive_->path() != archive) {
            archiveStamp_ = OpenFile(archive).stamp();
            archive_ = std::make_unique<ZipArchive>(archive, passwordOf(archive, passwords_));
        }
        stamp_ = archiveStamp_;
        const auto source = archive_->source(path.lexically_relative(archive).native());
        return readSource(*source, path);
    }

    std::optional<Study> readSource(ByteSource& source, const fs::path& path) {
        if (source.size() == 0) throw Error(ProblemKind::FileEmpty, path);
        if (const auto format = pictureFormat(source))
            return pictureStudy(readPictureHeader(source, *format, path), path, source.size(),
                                pictureModality_);
        if (const auto header = readNiftiHeader(source, path))
            return niftiStudy(*header, path, source.size(), pictureModality_);
        return readDicom(source, path);
    }

    std::optional<Study> readDicom(ByteSource& source, const fs::path& path) {
        header_.clear();
        const DatasetWalker::Visit take = [this](const GateElement& element) { header_.take(element); };
        const auto start = findDatasetStart(source, path, take);
        if (!start) return std::nullopt;
        const auto report =
            start->isDeflated ? scanDeflated(source, path, *start, take) : scan(source, path, *start, take);
        if (start->sopClassUid == kDicomdir || header_.sopClassUid() == kDicomdir) return std::nullopt;
        requireObject(report, path);
        return header_.study(path, report);
    }

    static GateReport scanDeflated(ByteSource& source, const fs::path& path, const DatasetStart& start,
                                   const DatasetWalker::Visit& take) {
        InflatingSource inflated(source, start.offset, path);
        return scan(inflated, path, start, take);
    }

    static GateReport scan(ByteSource& source, const fs::path& path, const DatasetStart& start,
                           const DatasetWalker::Visit& take) {
        if (source.size() <= start.offset)
            throw Error(ProblemKind::DicomTruncated, path, "no dataset behind the header");
        DatasetWalker walker(source, path, WalkExtent::UpToPixelData, take);
        walker.walk(start.offset, start.encoding, start.frameFragments());
        GateReport report;
        report.transferSyntaxUid = start.foundTransferSyntaxUid();
        report.frames = walker.claim().frames();
        report.hasPixelData = walker.pixels().present;
        return report;
    }

    void requireObject(const GateReport& report, const fs::path& path) const {
        if (report.hasPixelData) return;
        if (header_.hasImageSize() && header_.sopClassUid() != kSpectroscopy)
            throw Error(ProblemKind::PixelDataMissing, path);
        if (!header_.namesAnObject()) throw Error(ProblemKind::NotAnImage, path, "no SOP class and no image");
    }

    std::string pictureModality_;
    const ArchivePasswords& passwords_;
    ReadTurn turn_;
    HeaderReader header_;
    std::vector<std::byte> buffer_;
    std::unique_ptr<ZipArchive> archive_;  ///< the last one: its files follow each other
    FileIdentity identity_;
    FileStamp stamp_, archiveStamp_;
};

std::string lowerExtension(const fs::path& path) {
    auto extension = path.extension().native();
    std::ranges::transform(extension, extension.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? c | 0x20 : c; });
    return extension;
}

bool promisesAVolume(const fs::path& path) {
    const auto extension = lowerExtension(path);
    return extension == ".nii" || (extension == ".gz" && lowerExtension(path.stem()) == ".nii");
}

/// Whether a name promises an image, so that a file that is none deserves a problem of its own.
bool promisesAnImage(const fs::path& path) {
    constexpr std::array<std::string_view, 10> promises{".dcm",  ".dicom", ".dic", ".ima", ".jpg",
                                                        ".jpeg", ".png",   ".jpe", ".tif", ".tiff"};
    return promisesAVolume(path) || std::ranges::find(promises, lowerExtension(path)) != promises.end();
}

/// What became of a listed file.
using Outcome = std::variant<std::monostate, Study, Problem>;
struct ScannedFile {
    Outcome outcome;  ///< monostate: nothing that is read, or not reached
    FileIdentity identity;
    bool wasRead = false;
};

Outcome outcomeOf(FileReader& reader, const ListedFile& file) {
    try {
        if (auto study = reader.read(file)) return std::move(*study);
        if (file.isNamed) return Problem{ProblemKind::NotAnImage, file.path, {}};
        if (promisesAnImage(file.path))
            return Problem{
                promisesAVolume(file.path) ? ProblemKind::NiftiInvalid : ProblemKind::DicomMalformed,
                file.path, "not what its name promises"};
        return std::monostate();
    } catch (const Error& error) {
        // Programs leave empty marks such as .gitkeep; a transfer that failed leaves the image's own name.
        const auto& problem = error.problem();
        const bool isMark = problem.kind == ProblemKind::FileEmpty && !file.isNamed &&
                            !promisesAnImage(file.path) &&
                            (file.path.has_extension() || file.path.filename().native().starts_with('.'));
        if (isMark) return std::monostate();
        return problem;
    } catch (const std::bad_alloc&) {
        return Problem{ProblemKind::OutOfMemory, file.path, {}};
    } catch (const std::exception& error) {
        return Problem{ProblemKind::Unexpected, file.path, error.what()};
    }
}

std::vector<ScannedFile> readAll(const std::vector<ListedFile>& files, const ScanOptions& options,
                                 const std::stop_token& stop, const Progress& progress) {
    std::vector<ScannedFile> scanned(files.size());
    std::atomic<std::size_t> next = 0, done = 0;
    const auto work = [&](const Progress& tell) {
        FileReader reader(options.pictureModality, options.passwords, {options.turns, Urgency::Ahead});
        for (std::size_t i; (i = next++) < files.size() && !stop.stop_requested();) {
            scanned[i].outcome = outcomeOf(reader, files[i]);
            scanned[i].identity = reader.identity();
            scanned[i].wasRead = true;
            ++done;
            if (tell) tell(done, files.size());
        }
    };
    // A thread costs more than a few files.
    const unsigned most =
        options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
    const auto threads = std::min<std::size_t>(most, files.size() / 8 + 1);
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < threads; ++i) helpers.emplace_back(work, Progress());
    work(progress);
    helpers.clear();
    if (progress && !files.empty()) progress(done, files.size());
    return scanned;
}

bool hasImage(const Study& ofOneFile) {
    return ofOneFile.series.front().instances.front().hasPixels;
}

}  // namespace

ScanResult scanStudies(const std::vector<fs::path>& paths, const ScanOptions& options, std::stop_token stop,
                       const Progress& progress) {
    auto list = listFiles(paths, stop, options.passwords);
    auto scanned = readAll(list.files, options, stop, progress);
    ScanResult result{.studies = {}, .problems = std::move(list.problems)};
    StudyMerge merge;
    for (std::size_t i = 0; i < scanned.size(); ++i) {
        auto& file = scanned[i];
        if (!file.wasRead || !merge.isNewFile(file.identity)) continue;
        ++result.filesRead;
        auto* study = std::get_if<Study>(&file.outcome);
        if (study && hasImage(*study))
            merge.add(std::move(*study));
        else if (auto* problem = std::get_if<Problem>(&file.outcome))
            result.problems.push_back(std::move(*problem));
        else
            ++result.otherFiles;
    }
    result.studies = merge.take();
    std::ranges::stable_sort(result.problems, {},
                             [](const Problem& problem) { return problem.path.native(); });
    return result;
}

Study readStudyOfFile(const fs::path& path, const std::string& pictureModality,
                      const ArchivePasswords& passwords, ReadTurn turn) {
    FileReader reader(pictureModality, passwords, turn);
    const auto inside = archivePath(path);
    auto study = reader.read({path, true, inside ? inside->archive : fs::path()});
    if (!study) throw Error(ProblemKind::NotAnImage, path);
    return std::move(*study);
}

}  // namespace residua
