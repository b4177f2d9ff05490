// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "app/commands/engine/command.h"
#include "app/commands/engine/labelled_data.h"
#include "app/image_result_json.h"
#include "app/model_library.h"
#include "inference/findings/patient_split.h"
#include "inference/network/gate_fitting.h"
#include "inference/network/training_recipe.h"

namespace residua {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

struct FitGateOptions {
    std::string data, model, out, negative, modality;
    std::optional<std::uint64_t> seed;
    std::size_t images = 0;
    bool changes = false;
    PredictorOptions predictor;
};

/// A folder for the cache, which holds patients' pixels: for the user alone, and removed in the end.
class WorkFolder {
public:
    explicit WorkFolder(fs::path path) : path_(std::move(path)) {
        std::error_code error;
        fs::create_directories(path_, error);
        if (error) throw Error(ProblemKind::WriteFailed, path_, error.message());
        ::chmod(path_.c_str(), S_IRWXU);
    }
    ~WorkFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

/// What the training did, where its record tells: the same split and the same labels come of it.
struct Remembered {
    std::string negative;
    std::uint64_t seed = 1;
    Augmentation augmentation;  ///< without mirroring where the record does not tell
};

Remembered rememberedBy(const ModelCard& card) {
    const auto training = json::parse(card.trainingJson, nullptr, false);
    Remembered remembered;
    try {
        const auto& recipe = training.at("recipe");
        remembered.negative = recipe.value("negative_label", remembered.negative);
        remembered.seed = recipe.value("seed", remembered.seed);
        remembered.augmentation =
            parseTrainingRecipe(json{{"augmentation", recipe.at("augmentation")}}.dump()).augmentation;
    } catch (const json::exception&) {  // a card of another origin: the options tell
        return remembered;
    }
    return remembered;
}

/// The samples that a gate is fitted to; those of the test part stay unread.
std::vector<CachedSample> samplesToFit(const FitGateOptions& options, const ModelCard& card,
                                       const Remembered& remembered, CommandContext& context) {
    auto table = readLabels(options.data);
    for (const auto& problem : table.problems) context.lines.problem(problem);
    std::string negative = options.negative.empty() ? remembered.negative : options.negative;
    if (negative.empty()) negative = usualNegativeLabel(table.labels).value_or("");
    splitByPatient(table, options.seed.value_or(remembered.seed));
    std::erase_if(table.images, [](const LabelledImage& image) {
        return image.split != Split::Train && image.split != Split::Validation;
    });
    return samplesOf(table, card.findings, negative, options.modality, context);
}

void tellFit(const ModelCard& card, CommandContext& context) {
    const auto facts = json::parse(card.evaluationJson).at("gate");
    json figures = json::array();
    const auto add = [&](const std::string& name, double value) {
        figures.push_back({{"name", name}, {"value", value}});
    };
    add("distance from which on to read with care", card.gate->warnDistance);
    add("distance from which on nothing is scored", card.gate->refuseDistance);
    for (const auto& told : facts.at("orientations"))
        add(told.at("orientation").get<std::string>() +
                (told.at("told").get<bool>() ? ", balanced accuracy" : ", left out, balanced accuracy"),
            told.at("balanced_accuracy").get<double>());
    context.lines.event(
        {{"event", "figures"},
         {"title", card.name + ": gate fitted to " + std::to_string(facts.at("training_images").get<int>()) +
                       " training and " + std::to_string(facts.at("validation_images").get<int>()) +
                       " validation images"},
         {"figures", std::move(figures)}});
}

/// Its own event: {"event":"bundle","bundle":PATH}
int fitGate(const FitGateOptions& options, CommandContext& context) {
    const auto model = resolveModel(readModelLibrary(), options.model);
    fs::path target = (options.out.empty() ? model.folder : fs::path(options.out)).lexically_normal();
    if (!target.has_filename()) target = target.parent_path();  // "models/name/" as "models/name"
    target = fs::absolute(target);
    auto bundle = loadBundle(model.folder);
    const auto remembered = rememberedBy(bundle.card);
    const auto samples = samplesToFit(options, bundle.card, remembered, context);
    const WorkFolder work(target.parent_path() /
                          ("." + target.filename().string() + ".gate-" + std::to_string(::getpid())));
    const auto cache = cacheOf(samples, bundle.card.input, work.path() / "images.cache", context);
    context.lines.state("fitting");
    const GateFitting how{remembered.augmentation, options.changes,          remembered.seed,
                          options.images,          options.predictor.device, options.predictor.threads};
    bundle =
        withFittedGate(std::move(bundle), cache, how, context.stop,
                       [&](std::size_t done, std::size_t total) { context.lines.progress(done, total); });
    bundle.card.name = target.filename().string();
    const auto card = writeBundle(target, bundle.card, bundle.weights);
    tellFit(card, context);
    context.lines.event({{"event", "bundle"}, {"bundle", pathToJson(target)}});
    return context.lines.problems() > 0 ? exit_code::kSomeFailed : exit_code::kDone;
}

}  // namespace

void addFitGate(CLI::App& app, CommandContext& context) {
    auto options = std::make_shared<FitGateOptions>();
    auto* command = app.add_subcommand(
        "fit-gate",
        "Let a trained network tell images unlike those of its training, without training it anew");
    command
        ->add_option("data", options->data, "the labelled images that it was trained on, as train takes them")
        ->required()
        ->option_text("DATA");
    command->add_option("--model", options->model, "network by name or folder")
        ->required()
        ->option_text("NAME");
    command
        ->add_option("--out", options->out,
                     "DIR/NAME of the network to write (default: in the old one's place)")
        ->option_text("DIR/NAME");
    command
        ->add_option("--negative", options->negative,
                     "the label of images without a finding (default: that of the training)")
        ->option_text("LABEL");
    command->add_option("--modality", options->modality, "of JPEG and PNG pictures, e.g. DX")
        ->option_text("CODE");
    command
        ->add_option("--seed", options->seed,
                     "of the split, where the table has none (default: that of the training)")
        ->option_text("N");
    command
        ->add_option("--images", options->images, "at most so many images of the train part (default: all)")
        ->option_text("N");
    command->add_flag(
        "--changes", options->changes,
        "images also count as alike under the random changes of grey values that the training made");
    addPredictorOptions(*command, options->predictor);
    command->callback([options, &context] {
        context.exitCode = guarded(context, "fit-gate", [&] { return fitGate(*options, context); });
    });
}

}  // namespace residua
