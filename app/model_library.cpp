// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_library.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "imaging/atomic_file.h"
#include "imaging/study/mr_acquisition.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kLargestCard = std::size_t{16} << 20;

InstalledModel readModel(const fs::path& folder, InstalledModel::Origin origin) {
    const auto card = folder / "card.json", weights = folder / "model.safetensors";
    for (const auto& file : {card, weights}) {
        std::error_code ignored;
        if (!fs::exists(file, ignored))
            throw Error(ProblemKind::BundleFileMissing, file, file.filename().string());
    }
    return {parseModelCard(readWholeFile(card, kLargestCard), card), folder, origin};
}

/// Hidden folders are what an unfinished training or copy leaves behind.
std::vector<fs::path> bundleFolders(const fs::path& folder) {
    std::vector<fs::path> folders;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        if (at->is_directory(ignored) && !at->path().filename().string().starts_with('.'))
            folders.push_back(at->path());
    }
    std::sort(folders.begin(), folders.end());
    return folders;
}

void add(ModelLibrary& library, const fs::path& folder, InstalledModel::Origin origin) {
    for (const auto& bundle : bundleFolders(folder)) {
        try {
            auto model = readModel(bundle, origin);
            const auto same = std::ranges::find(library.models, model.card.name,
                                                [](const InstalledModel& other) { return other.card.name; });
            if (same == library.models.end())
                library.models.push_back(std::move(model));
            else if (same->origin == InstalledModel::Origin::Supplied)
                *same =
                    std::move(model);  // the user's own takes the place of the one that came with the program
        } catch (const Error& error) {
            library.problems.push_back(error.problem());  // one broken bundle must not hide the others
        }
    }
}

}  // namespace

const InstalledModel* ModelLibrary::find(const std::string& name) const {
    const auto at = std::ranges::find_if(models, [&](const auto& model) { return model.card.name == name; });
    return at == models.end() ? nullptr : &*at;
}

fs::path programFolder() {
    std::error_code ignored;
    return fs::read_symlink("/proc/self/exe", ignored).parent_path();
}

fs::path suppliedFolder(const std::string& name) {
    std::error_code ignored;
    const auto installed = programFolder().parent_path() / "share" / "residua" / name;
    if (fs::is_directory(installed, ignored)) return installed;
    // In a build tree: SOURCE/build/PRESET/bin or …/tests; no path of the building machine is compiled in.
    for (auto folder = programFolder(); folder.has_relative_path(); folder = folder.parent_path())
        if (fs::is_regular_file(folder / "CMakeCache.txt", ignored)) {
            const auto source = folder.parent_path().parent_path() / "resources" / name;
            if (fs::is_directory(source, ignored)) return source;
        }
    return {};
}

fs::path suppliedModelFolder() {
    return suppliedFolder("models");
}

fs::path userModelFolder() {
    const char* data = std::getenv("XDG_DATA_HOME");
    if (data && *data == '/')
        return fs::path(data) / "residua" / "models";  // a relative one is to be ignored (XDG)
    const char* home = std::getenv("HOME");
    return home && *home ? fs::path(home) / ".local" / "share" / "residua" / "models" : fs::path();
}

ModelLibrary readModelLibrary(const fs::path& supplied, const fs::path& user) {
    ModelLibrary library;
    if (!supplied.empty()) add(library, supplied, InstalledModel::Origin::Supplied);
    if (!user.empty()) add(library, user, InstalledModel::Origin::User);
    std::ranges::sort(library.models, {}, [](const InstalledModel& model) { return model.card.name; });
    return library;
}

InstalledModel resolveModel(const ModelLibrary& library, const std::string& name) {
    if (const auto* model = library.find(name)) return *model;
    for (const auto& problem : library.problems)
        if (problem.path.parent_path().filename() == name) throw Error(problem);
    std::error_code ignored;
    if (fs::is_directory(name, ignored)) return readModel(fs::path(name), InstalledModel::Origin::User);
    std::string names;
    for (const auto& model : library.models) names += (names.empty() ? "" : ", ") + model.card.name;
    throw Error(ProblemKind::ModelUnknown, {},
                name + " is not one of: " + (names.empty() ? "(none)" : names));
}

ScopeTags scopeTags(const Study& study, const Series& series, const Instance& instance) {
    const bool dicom = instance.fileKind == FileKind::Dicom;
    const bool grey = dicom && instance.photometric.starts_with("MONOCHROME");
    const auto acquisition = dicom ? mrAcquisition(series, instance) : MrAcquisition();
    return {.modality = series.modality,
            .bodyPart = series.bodyPart,
            .view = instance.viewPosition,
            .photometric = grey ? instance.photometric : std::string(),
            .age = ageInYears(study),
            .qualityControlImage = instance.qualityControlImage,
            .hasDicomTags = dicom,
            .plane = planeOf(instance.orientation),
            .sequence = acquisition.sequence,
            .sequenceSource = acquisition.sequenceSource,
            .contrast = acquisition.contrast,
            .contrastSource = acquisition.contrastSource};
}

std::vector<InstalledModel> modelsFor(const ModelLibrary& library, const Study& study) {
    std::vector<InstalledModel> fitting;
    const auto admitsOne = [&](const ModelCard& card) {
        for (const auto& series : study.series)
            for (const auto& instance : series.instances)
                if (instance.hasPixels &&
                    checkScope(card.scope, scopeTags(study, series, instance)).state != ScopeState::Outside)
                    return true;
        return false;
    };
    for (const auto& model : library.models)
        if (admitsOne(model.card)) fitting.push_back(model);
    return fitting;
}

}  // namespace residua
