// SPDX-License-Identifier: GPL-3.0-or-later
// A library as years of use leave it: bench_library [STUDIES [IMAGES_OF_EACH [FOLDER]]], 2,000 of 50 images
// by default, each image with a result and its class map. Prints its size and medians of what a reader waits
// for. Needs a display (xvfb-run) or QT_QPA_PLATFORM=offscreen.
#include <QApplication>
#include <QLineEdit>
#include <QTemporaryDir>
#include <QTreeView>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "app/library_listing.h"
#include "app/study_library.h"
#include "tests/benchmarks/medians.h"
#include "ui/library_view.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

constexpr int kRuns = 9;

std::string numbered(const std::string& text, int i) {
    return text + std::to_string(i);
}

Study aStudy(int i, int images, const fs::path& folder) {
    static const char* const kFamilies[] = {"Müller",  "Nguyễn",       "O'Brien",
                                            "Иванова", "García-López", "Yamada"};
    Study study;
    study.uid = numbered("1.2.826.0.1.3680043.8.498.1", i);
    study.date = std::to_string(20200101 + i % 28 + i / 28 % 12 * 100 + i % 6 * 10000);
    study.description = i % 2 == 0 ? "MR Head with and without contrast" : "Chest PA and lateral";
    study.accessionNumber = numbered("ACC", 100000 + i);
    study.patient.name = std::string(kFamilies[i % 6]) + numbered(", Given", i / 3);
    study.patient.id = numbered("PAT", i / 3);
    if (i % 6 == 5) study.patient.otherNames = "山田, 太郎 = やまだ, たろう";
    for (int s = 0; s < 2; ++s) {
        Series series;
        series.modality = i % 2 == 0 ? "MR" : "DX";
        for (int k = s; k < images; k += 2) {
            Instance instance;
            instance.hasPixels = true;
            instance.path =
                folder / numbered("study", i) / numbered("series", s) / (std::to_string(k) + ".dcm");
            series.instances.push_back(instance);
        }
        study.series.push_back(series);
    }
    return study;
}

std::vector<ImageResult> resultsOf(const Study& study, int images) {
    std::vector<ImageResult> results;
    for (int k = 0; k < images; ++k) {
        ImageResult result;
        result.path = study.series[0].instances[0].path;
        result.studyUid = study.uid;
        result.seriesUid = study.uid + ".1";
        result.sopInstanceUid = study.uid + ".1." + std::to_string(k);
        result.modelSha256 = std::string(64, 'a');
        FindingScore finding;
        finding.finding = "lesion";
        finding.score = 0.25;
        finding.map = {14, 14, {}, {}, {16, 0, 7.5, 0, 16, 7.5}};
        for (int cell = 0; cell < 14 * 14; ++cell)
            finding.map.values.push_back(0.001F * static_cast<float>(cell * k % 977));
        result.prediction.findings.push_back(finding);
        results.push_back(std::move(result));
    }
    return results;
}

void write(const fs::path& file, int studies, int images) {
    StudyLibrary library(file);
    for (int i = 0; i < studies; ++i) {
        const auto study = aStudy(i, images, file.parent_path());
        library.remember(study);
        library.saveResults(resultsOf(study, images));
        library.markAnalysed(study.uid);
        library.setFlagged(study.uid,
                           i % 5 == 0 ? std::vector<std::string>{"Lesion"} : std::vector<std::string>());
        if (i % 2 == 0)
            for (const auto answer : {Answer::Disagree, Answer::Agree})
                library.saveVerdict(study.uid, {"lesion", answer, "", "Reader", "2026-03-01T14:05:09+01:00",
                                                std::string(64, 'a')});
    }
}

/// Processor time as well: on a busy machine the number to compare.
template <class Work>
void measure(const char* what, int warmUps, int runs, Work&& work) {
    std::vector<double> processor;
    const auto times = bench::timesOf(warmUps, runs, [&] {
        const auto before = bench::processorMilliseconds();
        work();
        processor.push_back(bench::processorMilliseconds() - before);
    });
    std::printf("%-34s %8.1f ms, processor %8.1f ms\n", what, bench::median(times), bench::median(processor));
}

}  // namespace

int main(int argc, char** argv) {
    const int studies = argc > 1 ? std::atoi(argv[1]) : 2000;
    const int images = argc > 2 ? std::atoi(argv[2]) : 50;
    QApplication application(argc, argv);
    const QTemporaryDir own;
    const fs::path file = fs::path(argc > 3 ? argv[3] : own.path().toStdString()) / "library.sqlite";
    if (!fs::exists(file)) write(file, studies, images);
    std::printf("%d studies, %d images, %.0f MiB\n", studies, studies * images,
                static_cast<double>(fs::file_size(file)) / (1 << 20));

    QList<LibraryRow> rows;
    measure("open and check the file", 1, kRuns, [&] { StudyLibrary library(file); });
    measure("open, read and prepare the list", 1, kRuns, [&] {
        StudyLibrary library(file);
        rows = libraryRows(library.studies(), {});
    });
    StudyLibrary library(file);
    measure("read and prepare the list again", 1, kRuns, [&] { rows = libraryRows(library.studies(), {}); });
    LibraryView view;
    view.show();
    auto& table = *view.findChild<QTreeView*>("libraryTable");
    measure("show the list", 1, kRuns, [&] {
        view.setRows(rows);
        table.viewport()->grab();
    });
    auto& search = *view.findChild<QLineEdit*>("librarySearch");
    const QString typed = "muller given3 2026";
    int length = 0;
    measure("a key of a search", 0, static_cast<int>(typed.size()), [&] {
        search.setText(typed.left(++length));
        table.viewport()->grab();
    });
    search.clear();
    measure("sort by patient", 1, kRuns, [&] {
        table.sortByColumn(LibraryModel::Patient, Qt::AscendingOrder);
        table.viewport()->grab();
    });
    measure("back up", 0, 3, [&] { library.backUp(file.parent_path() / "copy.sqlite"); });
    return 0;
}
