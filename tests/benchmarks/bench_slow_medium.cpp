// SPDX-License-Identifier: GPL-3.0-or-later
// Opens a folder in the window as if it lay on a slow medium and prints medians:
// bench_slow_medium [RUNS [CORES [MODEL_FOLDER]]]. CORES is what the machine seems to have (more cores, more
// readers). With a model the engine reads the same files. Real images with RESIDUA_DATA, simulated ones
// without. QT_QPA_PLATFORM=offscreen will do.
#include <QApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "app/engine_client.h"
#include "app/workbench.h"
#include "imaging/atomic_file.h"
#include "tests/support/fake_engine.h"
#include "tests/support/phantom_studies.h"
#include "tests/support/slow_medium.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

constexpr double kBytesPerSecond = 20e6;
constexpr double kOpenMilliseconds = 5;

/// Follows one opening: the first image, then jumps through the stack while it loads; quits when all is
/// there.
class Course : public QObject {
public:
    explicit Course(Workbench& bench) : bench_(bench) {
        sinceBeat_.start();
        sinceOpen_.start();
        beat_.setTimerType(Qt::PreciseTimer);
        connect(&beat_, &QTimer::timeout, this, &Course::beat);
        beat_.start(1);
        connect(&bench.viewing(), &Viewing::shown, this, &Course::shown);
        connect(&bench.opening(), &Opening::opened, this, [this] {
            print("scan_ms", sinceOpen_);
            opened_ = true;
            QTimer::singleShot(300, this, &Course::jump);
        });
    }

private:
    static void print(const char* name, const QElapsedTimer& since) {
        std::printf("%s %.1f\n", name, static_cast<double>(since.nsecsElapsed()) / 1e6);
    }

    void beat() {
        longestGap_ = std::max(longestGap_, sinceBeat_.nsecsElapsed());
        sinceBeat_.start();
        if (!opened_ || !jumps_.empty() || bench_.viewing().cached().count(false) > 0) return;
        print("all_images_ms", sinceOpen_);
        std::printf("longest_stall_ms %.1f\n", static_cast<double>(longestGap_) / 1e6);
        QCoreApplication::quit();
    }

    void shown() {
        if (!first_) print("first_image_ms", sinceOpen_);
        if (opened_ && !stack_) print("first_of_stack_ms", sinceOpen_);
        if (jumping_) {
            print("jump_ms", sinceJump_);
            QTimer::singleShot(300, this, &Course::jump);
        }
        first_ = true;
        stack_ = opened_;
        jumping_ = false;
    }

    void jump() {
        auto& viewing = bench_.viewing();
        while (!jumps_.empty() && viewing.cached().testBit(target())) jumps_.pop_front();
        if (jumps_.empty()) return;
        const auto slice = target();
        jumps_.pop_front();
        jumping_ = true;
        sinceJump_.start();
        viewing.goTo(slice);
    }

    qsizetype target() const {
        return static_cast<qsizetype>(jumps_.front() * static_cast<double>(bench_.viewing().stack().count()));
    }

    Workbench& bench_;
    QTimer beat_;
    QElapsedTimer sinceBeat_, sinceOpen_, sinceJump_;
    qint64 longestGap_ = 0;
    bool first_ = false, opened_ = false, stack_ = false, jumping_ = false;
    std::deque<double> jumps_{0.05, 0.95, 0.2, 0.8, 0.03, 0.9, 0.3};  ///< places in the stack
};

int child(int argc, char** argv) {
    QApplication application(argc, argv);
    test::FakeEngine idle;
    EngineClient client;
    const fs::path model = argc >= 4 ? argv[3] : "";
    QTemporaryDir home;
    const fs::path own = home.path().toStdString();
    Workbench bench(model.empty() ? static_cast<Engine&>(idle) : client,
                    {own / "library.sqlite", {}, own / "thumbnails", {}});
    if (!model.empty())
        bench.setModels({{parseModelCard(readWholeFile(model / "card.json"), model), model, {}}});
    bench.window().show();
    QTimer::singleShot(500, &bench, [&] {
        new Course(bench);  // ends with the program
        bench.start({argv[2]});
    });
    return application.exec();
}

void measure(const fs::path& folder, int runs, const QString& cores, const QStringList& model) {
    std::map<QString, std::vector<double>> values;
    for (int run = 0; run < runs; ++run) {
        const QTemporaryDir own;
        QProcess process;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert("LD_PRELOAD", RESIDUA_SLOW_MEDIUM);
        environment.insert("RESIDUA_MEDIUM_STATE", own.filePath("medium"));
        environment.insert("RESIDUA_MEDIUM_FOLDER", QString::fromStdString(folder.string()));
        environment.insert("RESIDUA_MEDIUM_SPEED", QString::number(kBytesPerSecond));
        environment.insert("RESIDUA_MEDIUM_OPEN_MS", QString::number(kOpenMilliseconds));
        if (!cores.isEmpty()) environment.insert("RESIDUA_MEDIUM_CORES", cores);
        process.setProcessEnvironment(environment);
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.start(QCoreApplication::applicationFilePath(),
                      QStringList{"--child", QString::fromStdString(folder.string())} + model);
        process.waitForFinished(120000);
        for (const auto& line : QString::fromLatin1(process.readAllStandardOutput()).split('\n')) {
            const auto parts = line.split(' ');
            if (parts.size() == 2) values[parts[0]].push_back(parts[1].toDouble());
        }
    }
    for (auto& [key, all] : values) {
        std::sort(all.begin(), all.end());
        std::printf("  %-18s median %8.1f   min %8.1f   max %8.1f\n", qPrintable(key), all[all.size() / 2],
                    all.front(), all.back());
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc >= 3 && std::string_view(argv[1]) == "--child") return child(argc, argv);
    QCoreApplication application(argc, argv);
    const int runs = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
    const QTemporaryDir own;
    const char* data = std::getenv("RESIDUA_DATA");
    const auto folder = data ? fs::path(data) / "dicom/mr-t1"
                             : test::writeBrain(fs::path(own.path().toStdString()) / "brain", 96);
    measure(folder, runs, argc > 2 ? QString::fromLocal8Bit(argv[2]) : QString(),
            argc > 3 ? QStringList(QString::fromLocal8Bit(argv[3])) : QStringList());
    return 0;
}
