// SPDX-License-Identifier: GPL-3.0-or-later
// Starts the window again and again as a user does and prints medians: bench_window [RUNS [MODEL_FOLDER]].
// With a model the volume is scrolled while the engine predicts it. Needs a display
// (xvfb-run) or QT_QPA_PLATFORM=offscreen; real images with RESIDUA_DATA, simulated ones without.
#include <unistd.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "app/engine_client.h"
#include "app/workbench.h"
#include "imaging/atomic_file.h"
#include "tests/support/fake_engine.h"
#include "tests/support/phantom_studies.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

double millisecondsSince(long long start) {
    const auto now = Clock::now().time_since_epoch();
    return static_cast<double>(std::chrono::duration_cast<std::chrono::microseconds>(now).count() - start) /
           1000;
}

double residentMebibytes() {
    std::ifstream status("/proc/self/statm");
    long total = 0, resident = 0;
    status >> total >> resident;
    return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

/// Tells when a widget was painted for the first time under a condition.
class PaintWatch : public QObject {
public:
    PaintWatch(QWidget& widget, std::function<bool()> condition, std::function<void()> painted)
        : condition_(std::move(condition)), painted_(std::move(painted)) {
        widget.installEventFilter(this);
    }
    bool eventFilter(QObject*, QEvent* event) override {
        if (!done_ && event->type() == QEvent::Paint && condition_()) {
            done_ = true;
            QMetaObject::invokeMethod(this, painted_, Qt::QueuedConnection);  // after the painting itself
        }
        return false;
    }

private:
    std::function<bool()> condition_;
    std::function<void()> painted_;
    bool done_ = false;
};

void scrollThrough(Workbench& bench) {
    std::vector<double> frames;
    QElapsedTimer timer;
    const auto count = static_cast<long>(bench.viewing().stack().count());
    for (long i = 0; i < std::min(count, 300L); ++i) {
        timer.start();
        bench.viewing().goTo(i);
        bench.window().viewport().repaint();
        QCoreApplication::processEvents();
        frames.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    std::sort(frames.begin(), frames.end());
    std::printf("scroll_median_ms %.2f\nscroll_max_ms %.2f\n", frames[frames.size() / 2], frames.back());
}

/// One start of the window; prints "name value" lines.
int child(int argc, char** argv) {
    const long long start = std::atoll(argv[2]);
    QApplication application(argc, argv);
    test::FakeEngine idle;
    EngineClient client;
    const fs::path model = argc >= 5 ? argv[4] : "";
    QTemporaryDir home;
    Workbench bench(model.empty() ? static_cast<Engine&>(idle) : client,
                    {fs::path(home.path().toStdString()) / "library.sqlite", {}, {}, {}});
    if (!model.empty())
        bench.setModels({{parseModelCard(readWholeFile(model / "card.json"), model), model, {}}});
    PaintWatch visible(
        bench.window(), [] { return true; },
        [&] {
            std::printf("window_ms %.1f\n", millisecondsSince(start));
            if (argc < 4) QCoreApplication::quit();
        });
    PaintWatch image(
        bench.window().viewport(), [&] { return !bench.window().viewport().image().isNull(); },
        [&] { std::printf("first_image_ms %.1f\n", millisecondsSince(start)); });
    QTimer poll;
    QObject::connect(&poll, &QTimer::timeout, &bench, [&] {
        if (bench.opening().busy() || !bench.viewing().image()) return;
        if (bench.viewing().cached().count(false) > 0) return;
        if (!model.empty() && bench.analysing().done() == 0) return;  // until the engine is at work
        poll.stop();
        std::printf("all_images_ms %.1f\nmemory_mib %.0f\n", millisecondsSince(start), residentMebibytes());
        scrollThrough(bench);
        QCoreApplication::quit();
    });
    bench.window().show();
    if (argc >= 4) {
        bench.start({argv[3]});
        poll.start(5);
    }
    return application.exec();
}

void measure(const char* name, const std::string& path, int runs, const QString& model = {}) {
    std::map<QString, std::vector<double>> values;
    for (int run = 0; run < runs; ++run) {
        QProcess process;
        const auto now =
            std::chrono::duration_cast<std::chrono::microseconds>(Clock::now().time_since_epoch());
        QStringList arguments{"--child", QString::number(now.count())};
        if (!path.empty()) arguments << QString::fromStdString(path);
        if (!model.isEmpty()) arguments << model;
        process.start(QCoreApplication::applicationFilePath(), arguments);
        process.waitForFinished(60000);
        for (const auto& line : QString::fromLatin1(process.readAllStandardOutput()).split('\n')) {
            const auto parts = line.split(' ');
            if (parts.size() == 2) values[parts[0]].push_back(parts[1].toDouble());
        }
    }
    std::printf("%s\n", name);
    for (auto& [key, all] : values) {
        std::sort(all.begin(), all.end());
        std::printf("  %-18s median %8.2f   min %8.2f   max %8.2f\n", qPrintable(key), all[all.size() / 2],
                    all.front(), all.back());
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc >= 3 && std::string_view(argv[1]) == "--child") return child(argc, argv);
    QCoreApplication application(argc, argv);
    const int runs = argc > 1 ? std::max(1, std::atoi(argv[1])) : 7;
    measure("empty window", {}, runs);
    QTemporaryDir folder;
    const char* data = std::getenv("RESIDUA_DATA");
    const fs::path own = folder.path().toStdString();
    const auto volume = data ? fs::path(data) / "dicom/mr-t1" : test::writeBrain(own / "brain", 24);
    const auto film = data ? fs::path(data) / "dicom/radiographs/chest-dx" : test::writeChest(own / "chest");
    measure("MR volume", volume.string(), runs);
    measure("radiographs", film.string(), runs);
    if (argc > 2)
        measure("MR volume while predicting", volume.string(), runs, QString::fromLocal8Bit(argv[2]));
    return 0;
}
