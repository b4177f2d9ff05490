// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/evaluation.h"

#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/commands/engine/command.h"
#include "app/commands/engine/evaluation_lines.h"
#include "app/commands/engine/labelled_data.h"
#include "app/image_result_json.h"
#include "app/model_library.h"
#include "imaging/atomic_file.h"
#include "imaging/pixels/grey_pipeline.h"
#include "imaging/pixels/pixel_decoder.h"
#include "imaging/preprocess/preprocess.h"
#include "imaging/study/file_list.h"
#include "inference/findings/patient_split.h"
#include "inference/network/input_change.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kChangedImages = 200;  // about so many are also judged under each change

struct EvaluateOptions {
    std::string data, model, out, negative, modality;
    std::string split = "test";
    std::uint64_t seed = 1;
    bool robustness = false, baselines = false, unlike = false;
    std::vector<std::string> unlikeFolders;
    PredictorOptions predictor;
};

/// One run of the command; its own event: {"event":"evaluation","evaluation":PATH}.
class Evaluate {
public:
    Evaluate(EvaluateOptions options, CommandContext& context)
        : options_(std::move(options)),
          context_(context),
          model_(resolveModel(readModelLibrary(), options_.model)),
          predictor_(model_.folder, options_.predictor) {}

    int run() {
        const auto& card = predictor_.card();
        auto table = readLabels(options_.data);
        for (const auto& problem : table.problems) context_.lines.problem(problem);
        const auto negative =
            options_.negative.empty() ? usualNegativeLabel(table.labels).value_or("") : options_.negative;
        if (options_.split != "all") splitByPatient(table, options_.seed);
        const auto samples = samplesOf(table, card.findings, negative, options_.modality, context_);
        auto images = predictAll(samples);
        if (images.empty())
            throw Error(ProblemKind::LabelTooFew, options_.data, "no images in the split " + options_.split);
        std::vector<BaselineScores> baselines;
        if (options_.baselines && options_.split != "all") baselines = baselinesOf(samples, images);
        EvaluationOptions how;
        how.data = fs::path(options_.data).filename().string() + ", " + options_.split;
        how.patientsKnown = table.patientsKnown;
        how.seed = options_.seed;
        auto report = evaluate(images, card, how, baselines);
        if (options_.unlike) addUnlike(report, likenessesOf(images));
        const fs::path target =
            options_.out.empty() ? card.name + "." + options_.split + ".evaluation.json" : options_.out;
        writeFileAtomically(target, toJson(report));
        tellEvaluation(context_.lines, report);
        context_.lines.event({{"event", "evaluation"}, {"evaluation", pathToJson(target)}});
        return context_.lines.problems() > 0 ? exit_code::kSomeFailed : exit_code::kDone;
    }

private:
    bool inSplit(const CachedSample& sample) const {
        return options_.split == "all" || splitName(sample.image.split) == options_.split;
    }

    std::vector<EvaluatedImage> predictAll(const std::vector<CachedSample>& samples) {
        context_.lines.state("evaluating");
        const auto total = static_cast<std::size_t>(
            std::ranges::count_if(samples, [&](const CachedSample& sample) { return inSplit(sample); }));
        changedEach_ = std::max<std::size_t>(1, total / kChangedImages);
        std::vector<EvaluatedImage> images;
        std::size_t done = 0;
        for (const auto& sample : samples) {
            if (!inSplit(sample)) continue;
            if (context_.stop.stop_requested()) throw Error(ProblemKind::Cancelled, {});
            try {
                images.push_back(predictOne(sample));
            } catch (const Error& error) {
                if (error.problem().kind == ProblemKind::Cancelled) throw;
                context_.lines.problem(error.problem());  // one failed image must not hide the others
            }
            context_.lines.progress(++done, total);
        }
        return images;
    }

    EvaluatedImage predictOne(const CachedSample& sample) {
        const auto image = decodeFrame(sample.image.path);
        EvaluationInput input{sample.image, sample.targets, preprocess(*image, predictor_.card().input),
                              image->width, image->height};
        if (options_.unlike && predicted_++ % changedEach_ == 0)
            for (const auto& [change, likeness] :
                 likenessOfChanges(predictor_, input.input, predicted_, context_.stop))
                changed_[change].push_back(likeness);
        const auto robustness = options_.robustness ? Robustness::Measure : Robustness::Skip;
        return evaluateImage(predictor_, std::move(input), robustness, context_.stop);
    }

    /// The changed images and the folders of other images, judged by the gate alone: nothing is scored.
    void addUnlike(EvaluationReport& report, const std::vector<Likeness>& inScope) {
        const auto& gate = predictor_.card().gate;
        if (!gate)
            throw Error(ProblemKind::UsageInvalid, {},
                        "--unlike: the network has no gate (residua fit-gate)");
        for (const auto change : kInputChanges) {
            const std::string name(change);
            report.unlike.push_back(likenessFigures(name, *gate, changed_[name], inScope));
        }
        for (const auto& folder : options_.unlikeFolders)
            report.unlike.push_back(likenessFigures(fs::path(folder).lexically_normal().filename().string(),
                                                    *gate, likenessesIn(folder), inScope));
    }

    std::vector<Likeness> likenessesIn(const fs::path& folder) {
        const auto list = listFiles({folder}, context_.stop);
        for (const auto& problem : list.problems) context_.lines.problem(problem);
        std::vector<Likeness> likenesses;
        for (std::size_t i = 0; i < list.files.size(); ++i) {
            if (context_.stop.stop_requested()) throw Error(ProblemKind::Cancelled, {});
            try {
                const auto image = decodeFrame(list.files[i].path);
                const auto input = preprocess(*image, predictor_.card().input);
                likenesses.push_back(predictor_.predict({input}, context_.stop).at(0).likeness.value());
            } catch (const Error& error) {
                if (error.problem().kind == ProblemKind::Cancelled) throw;
                if (error.problem().kind != ProblemKind::NotAnImage) context_.lines.problem(error.problem());
            }
            context_.lines.progress(i + 1, list.files.size());
        }
        if (likenesses.empty()) throw Error(ProblemKind::NotAnImage, folder, "no images were found");
        return likenesses;
    }

    /// Learned from the train split, for the same images in the same order. The cache holds patients' pixels:
    /// it lies in the user's own folder and is deleted.
    std::vector<BaselineScores> baselinesOf(const std::vector<CachedSample>& samples,
                                            std::vector<EvaluatedImage>& images) {
        const auto folder = userModelFolder() / ".evaluation";
        std::error_code error;
        fs::create_directories(folder, error);
        if (error) throw Error(ProblemKind::WriteFailed, folder, error.message());
        ::chmod(folder.c_str(), S_IRWXU);
        const auto file = folder / (std::to_string(::getpid()) + ".cache");
        std::vector<BaselineScores> baselines;
        {
            const auto cache = cacheOf(samples, predictor_.card().input, file, context_);
            const auto split = images.front().image.split;
            const auto order = orderIn(cache, split, images);
            for (std::size_t finding = 0; finding < predictor_.card().findings.size(); ++finding)
                baselines.push_back(reordered(noNetworkBaselines(cache, finding, split), order));
        }
        fs::remove(file, error);
        fs::remove(folder, error);  // unless another evaluation is at work there
        return baselines;
    }

    /// Where each image's score is among those of the cache's split; images that the cache lacks are dropped.
    static std::vector<std::size_t> orderIn(const TrainingCache& cache, Split split,
                                            std::vector<EvaluatedImage>& images) {
        std::map<fs::path, std::size_t> places;
        for (std::size_t i = 0; i < cache.size(); ++i)
            if (cache.sample(i).image.split == split)
                places.emplace(cache.sample(i).image.path, places.size());
        std::erase_if(images, [&](const EvaluatedImage& one) { return !places.contains(one.image.path); });
        std::vector<std::size_t> order;
        for (const auto& image : images) order.push_back(places.at(image.image.path));
        return order;
    }

    static BaselineScores reordered(const BaselineScores& scores, const std::vector<std::size_t>& order) {
        BaselineScores result;
        for (const auto place : order) {
            result.nearestNeighbour.push_back(scores.nearestNeighbour.at(place));
            result.borderOnly.push_back(scores.borderOnly.at(place));
        }
        return result;
    }

    EvaluateOptions options_;
    CommandContext& context_;
    InstalledModel model_;
    Predictor predictor_;
    std::map<std::string, std::vector<Likeness>> changed_;
    std::size_t predicted_ = 0, changedEach_ = 1;
};

}  // namespace

void addEvaluate(CLI::App& app, CommandContext& context) {
    auto options = std::make_shared<EvaluateOptions>();
    auto* command = app.add_subcommand("evaluate", "Measure a network on labelled images");
    command
        ->add_option("data", options->data, "labels.csv, its folder, or a folder with one subfolder a class")
        ->required()
        ->option_text("DATA");
    command->add_option("--model", options->model, "network by name or folder")
        ->required()
        ->option_text("NAME");
    command
        ->add_option("--split", options->split, "train, val, test, or all without splitting (default: test)")
        ->check(CLI::IsMember({"train", "val", "test", "all"}).description(""))
        ->option_text("PART");
    command->add_option("--negative", options->negative, "the label of images without a finding, e.g. normal")
        ->option_text("LABEL");
    command->add_option("--modality", options->modality, "of pictures and NIfTI volumes, e.g. DX")
        ->option_text("CODE");
    command->add_option("--seed", options->seed, "of the split, where the table has none (default: 1)")
        ->option_text("N");
    command->add_flag("--robustness", options->robustness,
                      "also under changed exposure, blur, framing and borders");
    command->add_flag("--baselines", options->baselines,
                      "also what works without a network, learned from the train part");
    auto* unlike = command
                       ->add_option("--unlike", options->unlikeFolders,
                                    "also what the gate says of changed images, and of all images in folders")
                       ->expected(0, -1)
                       ->option_text("[FOLDER...]");
    command->add_option("--out", options->out, "the JSON file (default: NAME.PART.evaluation.json)")
        ->option_text("FILE");
    addPredictorOptions(*command, options->predictor);
    command->callback([options, unlike, &context] {
        options->unlike = unlike->count() > 0;
        std::erase(options->unlikeFolders, std::string());  // the option without a folder
        context.exitCode = guarded(context, "evaluate", [&] { return Evaluate(*options, context).run(); });
    });
}

}  // namespace residua
