// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/phantom/phantom.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/commands/engine/command.h"
#include "app/image_result_json.h"
#include "imaging/atomic_file.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

enum class Kinds { Chest, Brain, Both };

struct PhantomCommandOptions {
    std::string folder;
    Kinds kinds = Kinds::Both;
    int count = 0;
    std::uint64_t seed = 1;
    int size = 0;
    int slices = 0;
};

std::string numberText(double value) {
    std::array<char, 32> text{};
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, 5);
    return {text.data(), end.ptr};
}

/// A lesion's bounding box as fractions of width and height.
struct LesionBox {
    double x0 = 1, y0 = 1, x1 = 0, y1 = 0;
    double narrowest() const { return std::min(x1 - x0, y1 - y0); }
};

/// A slice that only grazes a lesion shows too little for a label either way.
constexpr double kGrazed = 0.03;

LesionBox boxOf(const PhantomImage& image) {
    LesionBox box;
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x) {
            if (!image.lesion[static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + x])
                continue;
            box.x0 = std::min(box.x0, double(x) / image.width);
            box.y0 = std::min(box.y0, double(y) / image.height);
            box.x1 = std::max(box.x1, double(x + 1) / image.width);
            box.y1 = std::max(box.y1, double(y + 1) / image.height);
        }
    return box;
}

/// A row of labels.csv: path, label, patient_id, x0, y0, x1, y1; empty for a slice that is not labelled.
std::string labelRow(const PhantomImage& image, const std::string& path, const char* finding,
                     const std::string& patient) {
    if (!image.hasLesion()) return path + ",normal," + patient + ",,,,\n";
    const auto box = boxOf(image);
    if (box.narrowest() < kGrazed) return {};
    std::string row = path + ',' + finding + ',' + patient;
    for (const double edge : {box.x0, box.y0, box.x1, box.y1}) row += ',' + numberText(edge);
    return row + '\n';
}

/// One phantom's options: kinds in turn where both are asked for, a lesion in every other of a kind.
PhantomOptions optionsOf(const PhantomCommandOptions& command, int index) {
    PhantomOptions options;
    const bool both = command.kinds == Kinds::Both;
    const bool brain = both ? index % 2 == 1 : command.kinds == Kinds::Brain;
    options.kind = brain ? PhantomKind::BrainMr : PhantomKind::ChestRadiograph;
    const int turn = both ? index / 2 : index;
    options.lesion = turn % 2 == 0 ? PhantomLesion::Present : PhantomLesion::Absent;
    options.seed = command.seed + static_cast<std::uint64_t>(index);
    options.size = command.size;
    options.slices = command.slices;
    return options;
}

/// Simulates and writes one phantom; @return its rows of labels.csv.
std::string writeOne(const PhantomCommandOptions& command, int index) {
    const auto options = optionsOf(command, index);
    const std::string name = "phantom-" + std::to_string(options.seed);
    const fs::path folder = fs::path(command.folder) / name;
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw Error(ProblemKind::WriteFailed, folder, error.message());
    const auto phantom = simulatePhantom(options);
    const auto files = writePhantom(phantom, folder);
    const char* finding = options.kind == PhantomKind::ChestRadiograph ? "opacity" : "lesion";
    std::string rows;
    for (std::size_t i = 0; i < files.size(); ++i)
        rows += labelRow(phantom.slices.at(i), files[i].lexically_relative(command.folder).string(), finding,
                         name);
    return rows;
}

/// Calls write(index) for 0 to count - 1 from all cores; the first exception stops the rest and is thrown.
void forEachPhantom(int count, CommandContext& context, const std::function<void(int)>& write) {
    std::atomic<int> next = 0, done = 0;
    std::mutex mutex;
    std::exception_ptr failure;
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i)
            threads.emplace_back([&] {
                for (int index = next++; index < count && !context.stop.stop_requested(); index = next++) {
                    try {
                        write(index);
                    } catch (...) {
                        const std::lock_guard lock(mutex);
                        failure = std::current_exception();
                        next = count;
                    }
                    context.lines.progress(static_cast<std::size_t>(++done), static_cast<std::size_t>(count));
                }
            });
    }
    if (failure) std::rethrow_exception(failure);
}

/// {"event":"phantoms","folder":PATH,"labels":PATH}; without labels for the sample studies.
int writePhantoms(const PhantomCommandOptions& options, CommandContext& context) {
    context.lines.state("simulating");
    std::error_code error;
    fs::create_directories(options.folder, error);
    if (error) throw Error(ProblemKind::WriteFailed, options.folder, error.message());
    nlohmann::json event = {{"event", "phantoms"}, {"folder", pathToJson(options.folder)}};
    if (options.count == 0) {
        writeSampleStudies(options.folder, context.stop,
                           [&](std::size_t done, std::size_t total) { context.lines.progress(done, total); });
    } else {
        std::vector<std::string> rows(static_cast<std::size_t>(options.count));
        forEachPhantom(options.count, context,
                       [&](int index) { rows[static_cast<std::size_t>(index)] = writeOne(options, index); });
        // Stopped, the table names the phantoms that are there.
        std::string table = "path,label,patient_id,x0,y0,x1,y1\n";
        for (const auto& row : rows) table += row;
        const auto labels = fs::path(options.folder) / "labels.csv";
        writeFileAtomically(labels, table);
        event["labels"] = pathToJson(labels);
    }
    context.lines.event(event);
    return exit_code::kDone;
}

}  // namespace

void addPhantom(CLI::App& app, CommandContext& context) {
    static const std::map<std::string, Kinds> kinds{
        {"chest", Kinds::Chest}, {"brain", Kinds::Brain}, {"both", Kinds::Both}};
    auto options = std::make_shared<PhantomCommandOptions>();
    auto* command = app.add_subcommand("phantom", "Write simulated studies with known truth");
    command->add_option("folder", options->folder, "where they are written")->required()->option_text("DIR");
    command
        ->add_option("--count", options->count,
                     "so many phantoms with labels.csv, to train on (default: the sample studies)")
        ->check(CLI::Range(1, 1000000).description(""))
        ->option_text("N");
    command->add_option("--kind", options->kinds, "chest, brain or both (default: both)")
        ->transform(CLI::CheckedTransformer(kinds).description(""))
        ->option_text("KIND");
    command
        ->add_option("--seed", options->seed,
                     "of the first phantom; the same seed gives the same bytes (default: 1)")
        ->option_text("N");
    command->add_option("--size", options->size, "pixels of the longer side (default: as the kind has it)")
        ->check(CLI::Range(64, 4096).description(""))
        ->option_text("N");
    command->add_option("--slices", options->slices, "of a brain (default: as it has it)")
        ->check(CLI::Range(1, 512).description(""))
        ->option_text("N");
    command->callback([options, &context] {
        context.exitCode = guarded(context, "phantom", [&] { return writePhantoms(*options, context); });
    });
}

}  // namespace residua
