// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLocale>
#include <QRegularExpression>

#include "app/documentation.h"
#include "app/file_dialogs.h"
#include "app/folders.h"

namespace residua {

namespace {

/// e.g. "report-P17-20260228": as studies are told apart, without a name.
QString reportName(const Analysis& analysis) {
    QStringList parts{QStringLiteral("report")};
    for (const auto& part : {analysis.patientId, analysis.studyDate})
        if (!part.empty()) parts << QString::fromStdString(part);
    static const QRegularExpression odd(QStringLiteral("[^\\w.-]+"),
                                        QRegularExpression::UseUnicodePropertiesOption);
    return parts.join(QLatin1Char('-')).replace(odd, QStringLiteral("_")).left(100);
}

}  // namespace

Workbench::Workbench(Engine& engine, WorkbenchFolders folders)
    : folders_(std::move(folders)),
      problems_(window_),
      library_(folders_.library),
      thumbnails_(folders_.thumbnails, keys_, turns_),
      opening_(keys_, turns_),
      viewing_(keys_, turns_),
      cine_(viewing_),
      marks_(library_, undo_),
      verdicts_(library_, undo_),
      analysing_(engine, library_, keys_),
      reporting_(keys_),
      studies_(window_, opening_, library_, thumbnails_),
      image_(window_, viewing_, marks_),
      playback_(window_, cine_),
      header_(window_, viewing_, keys_),
      findings_(window_, viewing_, analysing_, verdicts_),
      settings_(folders_.settings, window_, viewing_, analysing_, verdicts_, findings_),
      listing_(window_, opening_, library_, studies_, analysing_, keys_) {
    connectOpening();
    connectCommands();
    connectJobs();
}

Workbench::~Workbench() {
    settings_.keep();
    viewing_.clear();
}

void Workbench::start(const std::vector<std::filesystem::path>& paths) {
    if (!paths.empty()) return opening_.open(paths);
    studies_.recentFolders([this](const std::vector<std::filesystem::path>& folders) {
        if (opening_.busy() || !opening_.studies().empty()) return;  // the reader was quicker
        if (!folders.empty()) return opening_.open(folders);
        if (settings_.settings().welcomed || folders_.samples.empty()) return;
        opening_.openSamples(folders_.samples);
        settings_.setWelcomed();
        connect(
            &opening_, &Opening::opened, this,
            [this] {
                window_.showNotice(tr("Simulated sample studies. Ctrl+O opens your own, F1 shows all keys."));
            },
            Qt::SingleShotConnection);
    });
}

void Workbench::connectOpening() {
    connect(&opening_, &Opening::firstImage, this, &Workbench::showStack);
    connect(&opening_, &Opening::opened, this,
            [this](const StackRef& first, const std::vector<std::string>&) {
                if (first) showStack(first);
            });
    connect(&window_.browser(), &StudyBrowser::stackChosen, this,
            [this](const StackId& id) { showStack(opening_.studies().find(id)); });
    connect(&studies_, &StudyList::removed, this, [this](const std::string& uid) {
        if (viewing_.stack() && viewing_.stack().study->study.uid == uid) viewing_.clear();
        if (opening_.studies().empty()) window_.setPage(MainWindow::Page::Welcome);
    });
    connect(&window_, &MainWindow::pathsDropped, this, &Workbench::open);
    connect(&listing_, &LibraryPresenter::stackWished, this, &Workbench::showStack);
    connect(&opening_, &Opening::passwordWished, this, [this](const Problem& locked) {
        askForPassword(
            &window_, locked, [this](const std::string& password) { opening_.unlock(password); },
            [this] { opening_.leaveLocked(); });
    });
    connect(&viewing_, &Viewing::stackChanged, this, [this] {
        if (viewing_.stack()) marks_.load(viewing_.stack().study->study.uid);
    });
}

void Workbench::connectCommands() {
    auto& actions = window_.actions();
    const auto on = [&](Command command, auto action) {
        connect(actions[command], &QAction::triggered, this, action);
    };
    const auto open = [this](const QStringList& paths) { this->open(paths); };
    on(Command::OpenFolder, [this, open] { askForFolder(&window_, settings_.settings().lastFolder, open); });
    on(Command::OpenFiles, [this, open] { askForFiles(&window_, settings_.settings().lastFolder, open); });
    on(Command::OpenSamples, [this] { opening_.openSamples(folders_.samples); });
    on(Command::CloseAll, [this] { closeAll(); });
    on(Command::PreviousSeries, [this] { stepSeries(-1); });
    on(Command::NextSeries, [this] { stepSeries(1); });
    on(Command::ExportPdf, [this] { exportReport(ReportFormat::Pdf); });
    on(Command::ExportJson, [this] { exportReport(ReportFormat::Json); });
    on(Command::ClearCache, [this] { emptyCache(); });
    on(Command::Undo, [this] { undo_.undo(); });
    on(Command::Redo, [this] { undo_.redo(); });
    connect(&window_, &MainWindow::documentationWished, this, [this] {
        if (!hasDocumentation()) return window_.showNotice(tr("The documentation is not installed"));
        showDocumentation(&window_);
    });
    const auto follow = [&](Command command, auto signal) {
        connect(&undo_, signal, actions[command], &QAction::setEnabled);
    };
    follow(Command::Undo, &QUndoStack::canUndoChanged);
    follow(Command::Redo, &QUndoStack::canRedoChanged);
}

void Workbench::connectJobs() {
    const auto listed = [this](const Problem& problem) { problems_.add(problem); };
    connect(&opening_, &Opening::problem, this, listed);
    connect(&viewing_, &Viewing::failed, this, listed);
    connect(&analysing_, &Analysing::problem, this, listed);
    connect(&reporting_, &Reporting::problem, this, listed);
    connect(&settings_, &SettingsKeeper::problem, this, listed);
    connect(&library_, &LibraryThread::problem, this, listed);
    connect(&listing_, &LibraryPresenter::problem, this, listed);
    connect(&library_, &LibraryThread::memoryOnly, this, [this] { memoryOnly_ = true; });
    connect(&library_, &LibraryThread::rebuilt, this, [this] { memoryOnly_ = false; });
    connect(&opening_, &Opening::progress, &window_, &MainWindow::setJob);
    connect(&opening_, &Opening::finished, this, [this](const QString& summary) {
        window_.clearJob();
        window_.setStatus(memoryOnly_ ? tr("Answers are not kept: the library cannot be used") : summary);
    });
    connect(&analysing_, &Analysing::changed, this, &Workbench::presentJob);
    connect(&reporting_, &Reporting::progress, this, [this](int done, int total) {
        if (reporting_.busy() && !opening_.busy()) window_.setJob(tr("Writing the report"), done, total);
    });
    connect(&reporting_, &Reporting::stopped, this,
            [this] { window_.showNotice(tr("Stopped: no report was written")); });
    connect(&reporting_, &Reporting::finished, this, &Workbench::presentJob);
    connect(&window_, &MainWindow::stopWished, this, [this] {
        if (opening_.busy()) return opening_.stop();
        if (reporting_.busy()) return reporting_.stop();
        analysing_.stop();
    });
    connect(&analysing_, &Analysing::analysed, &studies_, &StudyList::markAnalysed);
    connect(&findings_, &FindingsPresenter::flaggedChanged, this,
            [this](const QString& uid) { studies_.setFlagged(uid, findings_.flagged(uid)); });
    const auto read = [this](const std::string& uid) { studies_.setState(uid, StudyState::Read); };
    connect(&findings_, &FindingsPresenter::allAnswered, this, read);
    connect(&reporting_, &Reporting::written, this,
            [this, read](const std::string& uid, const QString& target) {
                read(uid);
                window_.showNotice(tr("Saved: %1").arg(QDir::toNativeSeparators(target)));
            });
}

void Workbench::presentJob() {
    if (opening_.busy()) return;
    if (reporting_.busy()) return;  // tells its own progress
    if (analysing_.state() != AnalysisState::Predicting) return window_.clearJob();
    window_.setJob(tr("Analysing"), static_cast<int>(analysing_.done()),
                   static_cast<int>(analysing_.total()));
}

void Workbench::open(const QStringList& paths) {
    if (paths.isEmpty()) return;
    const QFileInfo first(paths.first());
    settings_.setLastFolder(first.isDir() ? first.absoluteFilePath() : first.absolutePath());
    std::vector<std::filesystem::path> files;
    for (const auto& path : paths) files.emplace_back(QFile::encodeName(path).toStdString());
    opening_.open(files);
}

void Workbench::showStack(const StackRef& stack) {
    if (!stack) return;
    if (!viewing_.stack()) window_.setPage(MainWindow::Page::Viewer);
    settings_.usePresetsOf(QString::fromStdString(stack.seriesOf().modality));
    window_.browser().setCurrent(stack.id());
    viewing_.show(stack);
}

void Workbench::stepSeries(int step) {
    if (!viewing_.stack()) return;
    const auto next = window_.browser().neighbour(viewing_.stack().id(), step);
    if (!next.isEmpty()) showStack(opening_.studies().find(next));
}

void Workbench::closeAll() {
    opening_.stop();
    opening_.clear();
    viewing_.clear();
    studies_.present();
    undo_.clear();
    problems_.clear();
    window_.setPage(MainWindow::Page::Welcome);
}

void Workbench::emptyCache() {
    try {
        const auto freed = QLocale().formattedDataSize(static_cast<qint64>(clearCache()));
        window_.showNotice(tr("Thumbnails deleted: %1").arg(freed));
    } catch (const Error& error) {
        problems_.add(error.problem());
    }
}

void Workbench::exportReport(ReportFormat format) {
    if (reportable().empty()) return window_.showNotice(tr("Nothing to report yet: analyse the study first"));
    settings_.withReaderName([this, format] { askReportTarget(format); });
}

std::vector<Analysis> Workbench::reportable() const {
    std::vector<Analysis> analyses;
    for (const auto& run : analysing_.runs())
        if (run->analysis()) analyses.push_back(*run->analysis());
    return analyses;
}

void Workbench::askReportTarget(ReportFormat format) {
    const auto analyses = reportable();
    if (analyses.empty()) return;
    const QString suffix = format == ReportFormat::Pdf ? QStringLiteral("pdf") : QStringLiteral("json");
    const auto& kept = settings_.settings().reportFolder;
    askForTarget(&window_, kept.isEmpty() ? QDir::homePath() : kept,
                 reportName(analyses.front()) + QLatin1Char('.') + suffix, suffix,
                 [this, format](const QString& target) {
                     settings_.setReportFolder(QFileInfo(target).absolutePath());
                     for (auto& analysis : reportable()) writeReport(std::move(analysis), target, format);
                 });
}

void Workbench::writeReport(Analysis analysis, const QString& target, ReportFormat format) {
    analysis.verdicts = verdicts_.all(analysis.studyUid, analysis.model.weightsSha256);
    analysis.keyImages = marks_.keyImages(analysis.studyUid);
    if (const auto open = opening_.studies().find(analysis.studyUid))
        analysis.lengths = marks_.lengths(open->study);
    auto file = std::filesystem::path(QFile::encodeName(target).toStdString());
    if (reportable().size() > 1)  // a file for each network
        file.replace_filename(file.stem().string() + "-" + analysis.model.name + file.extension().string());
    reporting_.write(std::move(analysis), file, format);
}

}  // namespace residua
