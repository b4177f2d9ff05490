// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "app/commands/engine/command.h"
#include "app/commands/engine/evaluation_lines.h"
#include "app/commands/engine/labelled_data.h"
#include "app/image_result_json.h"
#include "app/model_library.h"
#include "imaging/atomic_file.h"
#include "inference/findings/delimited_text.h"
#include "inference/findings/patient_split.h"
#include "inference/network/bundle.h"
#include "inference/network/evaluation.h"
#include "inference/network/trainer.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kLargestRecipe = std::size_t{4} << 20;
constexpr std::chrono::milliseconds kBetweenSteps{100};

struct TrainOptions {
    std::string data, out, recipe, start, negative, modality, architecture, title;
    std::vector<std::string> findings;
    std::optional<int> epochs, batch, width, stride, side;
    std::optional<double> learningRate;
    std::optional<std::uint64_t> seed;
    bool fresh = false;
    PredictorOptions predictor;
};

std::string trainingStateName(TrainingState state) {
    switch (state) {
        case TrainingState::Preparing:
            return "preparing";
        case TrainingState::Training:
            return "training";
        case TrainingState::Validating:
            return "validating";
        case TrainingState::Finishing:
            return "finishing";
        case TrainingState::Done:
            return "done";
        case TrainingState::Stopped:
            return "stopped";
    }
    return {};
}

/// "no_tumor" → "No tumor": what the reader sees until the card says better.
std::string shownName(std::string code) {
    std::ranges::replace(code, '_', ' ');
    if (!code.empty() && code[0] >= 'a' && code[0] <= 'z') code[0] = static_cast<char>(code[0] - 'a' + 'A');
    return code;
}

/// One run of the command. Its own events:
///   {"event":"step","epoch":1,"epochs":20,"step":9,"steps":240,"loss":0.6,"images_per_second":57}
///   {"event":"epoch","epoch":1,"epochs":20,"training_loss":…,"validation_loss":…,"validation_auc":…,
///    "learning_rate":…,"seconds":…,"best":true,"without_improvement":0}
///   {"event":"note","text":…}
///   {"event":"bundle","bundle":PATH}     the finished network in its place
class Train {
public:
    Train(TrainOptions options, CommandContext& context) : options_(std::move(options)), context_(context) {}

    int run() {
        auto recipe = readRecipe();
        findPlaces(recipe);
        auto table = readLabels(options_.data);
        for (const auto& problem : table.problems) context_.lines.problem(problem);
        chooseFindings(recipe, table);
        splitByPatient(table, recipe.seed);
        if (!table.patientsKnown)
            context_.lines.event(
                {{"event", "note"},
                 {"text", "The table names no patients: every image counts as a patient of its own."}});
        prepareWorkFolder();
        const auto samples =
            samplesOf(table, recipe.findings, recipe.negativeLabel, options_.modality, context_);
        const auto cache = cacheOf(samples, recipe.input, work_ / "images.cache", context_);
        train(recipe, cache, work_, context_.stop, observer(recipe));
        evaluateTest(cache, table.patientsKnown);
        install();
        return context_.lines.problems() > 0 ? exit_code::kSomeFailed : exit_code::kDone;
    }

private:
    TrainingRecipe readRecipe() const {
        TrainingRecipe recipe;
        if (!options_.recipe.empty())
            recipe = parseTrainingRecipe(readWholeFile(options_.recipe, kLargestRecipe));
        if (!options_.start.empty()) recipe.startWeights = options_.start;
        if (!options_.architecture.empty()) recipe.architecture.name = options_.architecture;
        if (!options_.title.empty()) recipe.title = options_.title;
        if (options_.width) recipe.architecture.width = *options_.width;
        if (options_.stride) recipe.architecture.outputStride = *options_.stride;
        if (options_.side) recipe.input.width = recipe.input.height = *options_.side;
        if (options_.epochs) recipe.epochs = *options_.epochs;
        if (options_.batch) recipe.batch = *options_.batch;
        if (options_.learningRate) recipe.learningRate = *options_.learningRate;
        if (options_.seed) recipe.seed = *options_.seed;
        if (options_.predictor.threads > 0) recipe.threads = options_.predictor.threads;
        if (options_.predictor.precision != Precision::Auto) recipe.precision = options_.predictor.precision;
        if (options_.predictor.device != Device::Auto) recipe.device = options_.predictor.device;
        if (!options_.modality.empty() && recipe.scope.modalities.empty())
            recipe.scope.modalities = {options_.modality};
        return recipe;
    }

    /// --out NAME goes into the user's library, --out DIR/NAME into that folder; the work folder lies beside,
    /// hidden.
    void findPlaces(TrainingRecipe& recipe) {
        const fs::path out = fs::path(options_.out).lexically_normal();
        recipe.name = out.filename().string();
        if (recipe.name.empty() || recipe.name.starts_with('.'))
            throw Error(ProblemKind::UsageInvalid, {}, "--out: a network's name, or a folder and its name");
        const fs::path folder = out.has_parent_path() ? out.parent_path() : userModelFolder();
        target_ = folder / recipe.name;
        work_ = folder / ("." + recipe.name + ".training");
    }

    void chooseFindings(TrainingRecipe& recipe, const LabelTable& table) const {
        if (!options_.negative.empty()) recipe.negativeLabel = options_.negative;
        if (recipe.negativeLabel.empty())
            recipe.negativeLabel = usualNegativeLabel(table.labels).value_or("");
        const auto addFinding = [&](const std::string& label) {
            FindingCard finding;
            finding.code = label;
            finding.name = shownName(label);
            recipe.findings.push_back(finding);
        };
        if (!options_.findings.empty()) {
            recipe.findings.clear();
            for (const auto& label : options_.findings) addFinding(label);
        }
        if (!recipe.findings.empty()) return;
        for (const auto& label : table.labels)
            if (lowerCase(label) != lowerCase(recipe.negativeLabel)) addFinding(label);
    }

    /// It holds patients' pixels: for the user alone.
    void prepareWorkFolder() const {
        std::error_code error;
        if (options_.fresh) fs::remove_all(work_, error);
        fs::create_directories(work_, error);
        if (error) throw Error(ProblemKind::WriteFailed, work_, error.message());
        ::chmod(work_.c_str(), S_IRWXU);
    }

    TrainingObserver observer(const TrainingRecipe& recipe) {
        TrainingObserver observer;
        observer.state = [this](TrainingState state) { context_.lines.state(trainingStateName(state)); };
        observer.step = [this, epochs = recipe.epochs](int epoch, std::size_t step, std::size_t steps,
                                                       double loss, double imagesPerSecond) {
            const auto now = std::chrono::steady_clock::now();
            if (step != steps && now - lastStep_ < kBetweenSteps) return;
            lastStep_ = now;
            context_.lines.event({{"event", "step"},
                                  {"epoch", epoch},
                                  {"epochs", epochs},
                                  {"step", step},
                                  {"steps", steps},
                                  {"loss", loss},
                                  {"images_per_second", imagesPerSecond}});
        };
        observer.epoch = [this](const EpochReport& report) {
            context_.lines.event({{"event", "epoch"},
                                  {"epoch", report.epoch},
                                  {"epochs", report.epochs},
                                  {"training_loss", report.trainingLoss},
                                  {"validation_loss", report.validationLoss},
                                  {"validation_auc", report.validationAuc},
                                  {"learning_rate", report.learningRate},
                                  {"seconds", report.seconds},
                                  {"best", report.best},
                                  {"without_improvement", report.epochsWithoutImprovement}});
        };
        observer.note = [this](const std::string& text) {
            context_.lines.event({{"event", "note"}, {"text", text}});
        };
        return observer;
    }

    /// The test part's figures go into the card, beside those of the validation part.
    void evaluateTest(const TrainingCache& cache, bool patientsKnown) {
        bool any = false;
        for (std::size_t i = 0; i < cache.size(); ++i)
            any = any || cache.sample(i).image.split == Split::Test;
        if (!any) return;
        context_.lines.state("evaluating");
        const auto bundle = work_ / target_.filename();
        Predictor predictor(bundle, options_.predictor);
        EvaluationOptions how;
        how.data = fs::path(options_.data).filename().string() + ", test";
        how.patientsKnown = patientsKnown;
        const auto report =
            evaluateCache(predictor, cache, Split::Test, Robustness::Skip, how, context_.stop,
                          [&](std::size_t done, std::size_t total) { context_.lines.progress(done, total); });
        auto card = readBundle(bundle);
        auto facts = nlohmann::ordered_json::parse(card.evaluationJson);
        facts["test"] = nlohmann::ordered_json::parse(toJson(report));
        card.evaluationJson = facts.dump();
        writeFileAtomically(bundle / "card.json", toJson(card));
        tellEvaluation(context_.lines, report);
    }

    /// The new bundle takes the place of an older one only when it is whole.
    void install() const {
        const auto made = work_ / target_.filename(), old = work_ / "replaced";
        std::error_code error;
        fs::rename(target_, old, error);  // fails where there is none
        fs::rename(made, target_, error);
        if (error) {
            const auto why = error.message();
            fs::rename(old, target_, error);
            throw Error(ProblemKind::WriteFailed, target_, why);
        }
        fs::remove_all(work_, error);
        context_.lines.event({{"event", "bundle"}, {"bundle", pathToJson(target_)}});
    }

    TrainOptions options_;
    CommandContext& context_;
    fs::path target_, work_;
    std::chrono::steady_clock::time_point lastStep_;
};

void addNetworkOptions(CLI::App& command, TrainOptions& options) {
    command
        .add_option("--start", options.start,
                    "weights to start from: a safetensors file (partial allowed) or a bundle")
        ->option_text("FILE");
    addArchitectureOption(command, "--architecture", "resnet18, 34, 50, 101 or 152 (default: resnet18)",
                          options.architecture);
    command.add_option("--width", options.width, "channels of the stem (default: 64)")->option_text("N");
    command
        .add_option("--stride", options.stride,
                    "of the class map: 32, or 16 for finer heatmaps (default: 32)")
        ->check(CLI::IsMember({16, 32}).description(""))
        ->option_text("N");
    command.add_option("--side", options.side, "pixels of the network's square input (default: 224)")
        ->check(CLI::Range(32, 2048).description(""))
        ->option_text("N");
}

void addScheduleOptions(CLI::App& command, TrainOptions& options) {
    command.add_option("--epochs", options.epochs, "at most so many passes over the images (default: 20)")
        ->check(CLI::Range(1, 10000).description(""))
        ->option_text("N");
    command.add_option("--batch", options.batch, "images a step (default: 16)")
        ->check(CLI::Range(1, 4096).description(""))
        ->option_text("N");
    command
        .add_option("--learning-rate", options.learningRate,
                    "of the head and the last stage (default: 0.001)")
        ->check(CLI::PositiveNumber.description(""))
        ->option_text("X");
    command.add_option("--seed", options.seed, "of split, order and augmentation (default: 1)")
        ->option_text("N");
    command.add_flag("--fresh", options.fresh, "start anew instead of going on from a checkpoint");
}

}  // namespace

void addTrain(CLI::App& app, CommandContext& context) {
    auto options = std::make_shared<TrainOptions>();
    auto* command = app.add_subcommand(
        "train", "Train a network on labelled images; interrupted, it goes on from its checkpoint");
    command
        ->add_option("data", options->data, "labels.csv, its folder, or a folder with one subfolder a class")
        ->required()
        ->option_text("DATA");
    command->add_option("--out", options->out, "the network's name in your library, or DIR/NAME")
        ->required()
        ->option_text("NAME");
    command
        ->add_option("--recipe", options->recipe, "a JSON file with all settings; other options override it")
        ->option_text("FILE");
    command->add_option("--title", options->title, "shown to readers (default: the name)")
        ->option_text("TEXT");
    command
        ->add_option("--findings", options->findings,
                     "labels that are findings (default: all but the negative one)")
        ->delimiter(',')
        ->option_text("A,B");
    command->add_option("--negative", options->negative, "the label of images without a finding, e.g. normal")
        ->option_text("LABEL");
    command->add_option("--modality", options->modality, "of the images: the network's scope, e.g. DX")
        ->option_text("CODE");
    addNetworkOptions(*command, *options);
    addScheduleOptions(*command, *options);
    addPredictorOptions(*command, options->predictor);
    command->callback([options, &context] {
        context.exitCode = guarded(context, "train", [&] { return Train(*options, context).run(); });
    });
}

}  // namespace residua
