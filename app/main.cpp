// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QTimer>
#include <variant>

#include "app/commands/window/command_line.h"
#include "app/engine_client.h"
#include "app/folders.h"
#include "app/model_library.h"
#include "app/task.h"
#include "app/translations.h"
#include "app/workbench.h"

namespace residua {

namespace {

/// The user's folders; one that cannot be made leaves that part without memory and is told.
WorkbenchFolders foldersOfUser(std::vector<Problem>& problems) {
    WorkbenchFolders folders;
    const auto attempt = [&](auto find) {
        try {
            find();
        } catch (const Error& error) {
            problems.push_back(error.problem());
        }
    };
    attempt([&] { folders.library = dataFolder() / "library.sqlite"; });
    attempt([&] { folders.samples = dataFolder() / "samples"; });
    attempt([&] { folders.settings = configFolder() / "settings.json"; });
    attempt([&] { folders.thumbnails = cacheFolder() / "thumbnails"; });
    return folders;
}

/// While the reader's hand is active, one core belongs to the window.
void giveWayToReader(Workbench& workbench, EngineClient& engine) {
    auto* rest = new QTimer(&workbench);  // owned by the workbench
    rest->setSingleShot(true);
    rest->setInterval(700);
    QObject::connect(rest, &QTimer::timeout, &workbench, [&engine] { engine.leaveOneCore(false); });
    QObject::connect(&workbench.viewing(), &Viewing::sliceChanged, rest, [rest, &engine] {
        if (!rest->isActive()) engine.leaveOneCore(true);
        rest->start();
    });
}

int runWindow(QApplication& application, const std::vector<std::filesystem::path>& paths) {
    const Translations translations(QLocale::system());
    std::vector<Problem> problems;
    EngineClient engine;  // outlives the workbench, whose requests it answers
    Workbench workbench(engine, foldersOfUser(problems));
    for (const auto& problem : problems) workbench.problems().add(problem);
    giveWayToReader(workbench, engine);
    workbench.window().show();
    workbench.start(paths);
    runTask(
        &workbench, [] { return readModelLibrary(); },
        [&](const Outcome<ModelLibrary>& outcome) {
            if (!outcome.value) return workbench.problems().add(outcome.problem);
            for (const auto& problem : outcome.value->problems) workbench.problems().add(problem);
            workbench.setModels(outcome.value->models);
        });
    return application.exec();
}

}  // namespace

}  // namespace residua

int main(int argc, char** argv) {
    const auto wish = residua::runCommandLine(argc, argv);
    if (const auto* exitCode = std::get_if<int>(&wish)) return *exitCode;
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("residua"));
    QApplication::setApplicationDisplayName(QStringLiteral("Residua"));
    QApplication::setApplicationVersion(QStringLiteral(RESIDUA_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("residua"));
    return residua::runWindow(application, std::get<residua::OpenWindow>(wish).paths);
}
