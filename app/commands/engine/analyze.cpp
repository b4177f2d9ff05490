// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "app/analysis_table.h"
#include "app/commands/engine/command.h"
#include "app/image_result_json.h"
#include "app/model_library.h"
#include "app/prediction_job.h"
#include "app/study_analysis.h"
#include "imaging/atomic_file.h"
#include "imaging/study/file_list.h"
#include "imaging/study/study_scanner.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

struct AnalyzeOptions {
    std::vector<std::string> paths;
    std::vector<std::string> models;
    std::string out = "results";
    std::string modality;
    std::string passwordFile;
    std::string page;
    bool pdf = false;
    PredictorOptions predictor;
};

/// One run of the command. Its own events:
///   {"event":"analysis","analysis":PATH,"model":NAME,"flagged":[CODE],"images":N,"not_scored":N,"cautions":N,
///    "stacks_with_gaps":N} one a study and
///     network, when the file is whole; with "report":PATH and "page" where the user asked for a PDF, which
///     the window's program makes
///   {"event":"table","table":PATH}
class Analyze {
public:
    Analyze(AnalyzeOptions options, CommandContext& context)
        : options_(std::move(options)), context_(context) {}

    int run() {
        chooseModels();
        const auto scan = scanPaths();
        std::error_code error;
        fs::create_directories(options_.out, error);
        if (error) throw Error(ProblemKind::WriteFailed, options_.out, error.message());
        plan(scan.studies);
        context_.lines.state("predicting");
        for (const auto& [study, model] : work_) {
            if (context_.stop.stop_requested()) break;
            analyse(*study, model);
        }
        writeTable();
        return context_.lines.problems() > 0 ? exit_code::kSomeFailed : exit_code::kDone;
    }

private:
    void chooseModels() {
        for (const auto& name : options_.models) chosen_.push_back(resolveModel(library_, name));
        if (chosen_.empty())
            for (const auto& problem : library_.problems) context_.lines.problem(problem);
    }

    ScanResult scanPaths() {
        context_.lines.state("scanning");
        std::vector<fs::path> paths;  // absolute: a report may be made from another folder
        for (const auto& path : options_.paths) paths.push_back(fs::absolute(path).lexically_normal());
        ScanOptions scanning;
        scanning.pictureModality = options_.modality;
        if (!options_.passwordFile.empty()) tryPassword(paths);
        scanning.passwords = passwords_;
        auto scan = scanStudies(paths, scanning, context_.stop, [&](std::size_t done, std::size_t total) {
            context_.lines.progress(done, total);
        });
        for (const auto& problem : scan.problems) context_.lines.problem(problem);
        if (scan.studies.empty() && scan.problems.empty())
            throw Error(ProblemKind::NotAnImage, paths.empty() ? fs::path() : paths.front(),
                        "no images were found");
        return scan;
    }

    /// From a file, since other users can see a running program's arguments.
    void tryPassword(const std::vector<fs::path>& paths) {
        constexpr std::size_t largestFile = 4096;
        auto password = readWholeFile(options_.passwordFile, largestFile);
        password.resize(std::min(password.find_first_of("\r\n"), password.size()));
        for (const auto& problem : listFiles(paths, context_.stop).problems)
            if (problem.kind == ProblemKind::ArchivePasswordNeeded) passwords_[problem.path] = password;
    }

    void plan(const std::vector<Study>& studies) {
        for (const auto& study : studies) {
            if (imageCount(study) == 0) continue;
            const auto models = chosen_.empty() ? modelsFor(library_, study) : chosen_;
            for (const auto& model : models) {
                work_.emplace_back(&study, model);
                total_ += imageCount(study);
            }
            if (models.empty())
                context_.lines.problem({ProblemKind::OutOfScope, study.series[0].instances[0].path,
                                        "no installed network was made for this study"});
        }
    }

    Predictor& predictorOf(const InstalledModel& model) {
        auto& predictor = predictors_[model.folder];
        if (!predictor) predictor = std::make_unique<Predictor>(model.folder, options_.predictor);
        return *predictor;
    }

    void analyse(const Study& study, const InstalledModel& model) {
        PredictRequest request{model.folder, imagesOf(study), options_.modality, passwords_};
        std::vector<ImageResult> results;
        const bool whole =
            predictImages(predictorOf(model), request, {}, context_.stop, [&](ImageResult&& result) {
                if (result.problem) context_.lines.problem(*result.problem);
                results.push_back(std::move(result));
                context_.lines.progress(++done_, total_);
            });
        auto analysis = makeAnalysis(study, predictorOf(model).card(), results);
        for (const auto& result : results)
            if (result.problem) analysis.problems.push_back(*result.problem);
        if (!whole)
            analysis.problems.push_back(
                {ProblemKind::Cancelled, {}, "stopped before all images were scored"});
        keepShownMaps(analysis);
        write(analysis);
    }

    void write(const Analysis& analysis) {
        const auto stem = uniqueStem(analysis.studyUid + "." + analysis.model.name);
        const auto path = fs::path(options_.out) / (stem + ".json");
        writeFileAtomically(path, toJson(analysis));
        table_ += analysisTableRows(analysis);
        nlohmann::json event = {{"event", "analysis"},
                                {"analysis", pathToJson(path)},
                                {"model", analysis.model.name},
                                {"flagged", flaggedIn(analysis)}};
        countImages(analysis, event);
        if (options_.pdf) {
            event["report"] = pathToJson(fs::path(options_.out) / (stem + ".pdf"));
            event["page"] = options_.page;
        }
        context_.lines.event(event);
    }

    static std::set<std::string> flaggedIn(const Analysis& analysis) {
        std::set<std::string> flagged;
        for (const auto& over : analysis.findings)
            if (over.finding.flagged) flagged.insert(over.finding.finding);
        return flagged;
    }

    static void countImages(const Analysis& analysis, nlohmann::json& event) {
        std::size_t images = 0, notScored = 0, cautions = 0, gaps = 0;
        for (const auto& series : analysis.series) {
            for (const auto& stack : series.stacks)
                if (std::ranges::find(stack.problems, ProblemKind::SlicesMissing, &Problem::kind) !=
                    stack.problems.end())
                    ++gaps;
            for (const auto& image : series.images) {
                ++images;
                if (!image.scored()) ++notScored;
                if (!image.scope.caution.empty()) ++cautions;
            }
        }
        event["images"] = images;
        event["not_scored"] = notScored;
        event["cautions"] = cautions;
        event["stacks_with_gaps"] = gaps;
    }

    /// UIDs come from files: only what is safe in a file name stays.
    std::string uniqueStem(const std::string& wish) {
        constexpr std::size_t longest = 180;
        std::string stem;
        for (const char c : wish.substr(0, longest)) {
            const bool safe = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              c == '-' || c == '_' || (c == '.' && !stem.empty());
            stem += safe ? c : '_';
        }
        std::string name = stem;
        for (int copy = 2; !stems_.insert(name).second; ++copy) name = stem + "-" + std::to_string(copy);
        return name;
    }

    void writeTable() {
        const auto path = fs::path(options_.out) / "analysis.csv";
        writeFileAtomically(path, table_);
        context_.lines.event({{"event", "table"}, {"table", pathToJson(path)}});
    }

    AnalyzeOptions options_;
    CommandContext& context_;
    ModelLibrary library_ = readModelLibrary();
    std::vector<InstalledModel> chosen_;
    std::vector<std::pair<const Study*, InstalledModel>> work_;
    std::map<fs::path, std::unique_ptr<Predictor>> predictors_;
    ArchivePasswords passwords_;
    std::set<std::string> stems_;
    std::string table_ = analysisTableHeader();
    std::size_t done_ = 0, total_ = 0;
};

}  // namespace

void addAnalyze(CLI::App& app, CommandContext& context) {
    auto options = std::make_shared<AnalyzeOptions>();
    auto* command = app.add_subcommand("analyze", "Score studies; write JSON, a CSV table and PDF reports");
    command
        ->add_option("paths", options->paths,
                     "files, folders and ZIP archives with DICOM files, pictures or NIfTI volumes")
        ->required()
        ->option_text("PATH...");
    command
        ->add_option("--model", options->models,
                     "network by name or folder; may be repeated (default: all whose scope fits)")
        ->option_text("NAME")
        ->take_all();
    command->add_option("--out", options->out, "folder for the results (default: results)")
        ->option_text("DIR");
    command->add_option("--modality", options->modality, "of pictures and NIfTI volumes, e.g. DX or MR")
        ->option_text("CODE");
    command
        ->add_option("--password-file", options->passwordFile,
                     "text file whose first line opens encrypted ZIP archives")
        ->option_text("FILE");
    command->add_flag("--pdf", options->pdf, "also write a PDF report of each study");
    command
        ->add_option("--page", options->page, "paper of the reports: a4 or letter (default: as your country)")
        ->check(CLI::IsMember({"a4", "letter"}).description(""))
        ->option_text("SIZE");
    addPredictorOptions(*command, options->predictor);
    command->callback([options, &context] {
        context.exitCode = guarded(context, "analyze", [&] { return Analyze(*options, context).run(); });
    });
}

}  // namespace residua
