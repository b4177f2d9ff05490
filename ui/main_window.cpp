// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window.h"

#include <QActionGroup>
#include <QApplication>
#include <QDataStream>
#include <QDropEvent>
#include <QInputDialog>
#include <QKeyEvent>
#include <QMenu>
#include <QMimeData>
#include <QScreen>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolBar>
#include <QUrl>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/command_menus.h"
#include "ui/dialogs/about_dialog.h"
#include "ui/dialogs/keys_dialog.h"
#include "ui/drop_hint.h"
#include "ui/key_keeper.h"
#include "ui/notice.h"
#include "ui/status_line.h"
#include "ui/welcome_page.h"
#include "ui/window_menu.h"

namespace residua {

namespace {

constexpr quint32 layoutVersion = 1;
constexpr double opacityStep = 0.1;
constexpr Command toolCommands[] = {Command::ToolWindow, Command::ToolPan, Command::ToolZoom,
                                    Command::ToolScroll, Command::ToolLength};

/// A dialog that does not stop the window.
void present(QDialog* dialog) {
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

QStringList pathsOf(const QMimeData& data) {
    QStringList paths;
    for (const QUrl& url : data.urls())
        if (url.isLocalFile()) paths += url.toLocalFile();
    return paths;
}

}  // namespace

struct MainWindow::Parts {
    Actions* actions;
    QToolBar* toolbar;
    WindowMenu* windowMenu;
    QMenu* viewportMenu;
    QSplitter* splitter;
    QStackedWidget* pages;
    QWidget* viewer;
    WelcomePage* welcome;
    StudyBrowser* browser;
    Viewport* viewport;
    SliceStrip* strip;
    FindingsPanel* findings;
    StatusLine* status;
    Notice* notice;
    DropHint* dropHint;
    QList<ProblemRow> problems;
    bool browserWasShown = true, findingsWasShown = true;  ///< before maximising
    bool maximised = false;
};

MainWindow::MainWindow(QWidget* parent) : QMainWindow(parent), parts_(std::make_unique<Parts>()) {
    // Before any widget exists: a font that the program gets later does not reach all of them.
    if (qApp->styleSheet().isEmpty()) applyTheme(*qApp, ThemeKind::Dark);
    setWindowTitle(QStringLiteral("Residua"));
    setWindowIcon(programIcon());
    resize(QSize(1440, 900).boundedTo(screen()->availableSize()));
    setAcceptDrops(true);
    parts_->actions = new Actions(this);
    for (const CommandRow& row : Actions::rows()) addAction(actions()[row.command]);
    parts_->windowMenu = new WindowMenu(actions(), this);
    parts_->viewportMenu = makeViewportMenu(actions(), *parts_->windowMenu, this);
    parts_->toolbar = makeToolBar(actions(), *parts_->windowMenu, this);
    addToolBar(parts_->toolbar);
    buildCentre();
    parts_->dropHint = new DropHint(this);
    connectTools();
    connectView();
    connectFindings();
    connectInterface();
    setPage(Page::Welcome);
}

MainWindow::~MainWindow() = default;

StudyBrowser& MainWindow::browser() const {
    return *parts_->browser;
}
Viewport& MainWindow::viewport() const {
    return *parts_->viewport;
}
SliceStrip& MainWindow::sliceStrip() const {
    return *parts_->strip;
}
FindingsPanel& MainWindow::findings() const {
    return *parts_->findings;
}
Actions& MainWindow::actions() const {
    return *parts_->actions;
}

void MainWindow::buildCentre() {
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    parts_->splitter = new QSplitter(Qt::Horizontal, centre);
    parts_->splitter->setHandleWidth(4);
    parts_->splitter->setChildrenCollapsible(false);
    parts_->browser = new StudyBrowser(parts_->splitter);
    parts_->pages = new QStackedWidget(parts_->splitter);
    parts_->findings = new FindingsPanel(parts_->splitter);
    parts_->welcome = new WelcomePage(parts_->pages);
    parts_->viewer = new QWidget(parts_->pages);
    auto* viewer = new QVBoxLayout(parts_->viewer);
    viewer->setContentsMargins(0, 0, 0, 0);
    viewer->setSpacing(0);
    parts_->viewport = new Viewport(parts_->viewer);
    parts_->strip = new SliceStrip(parts_->viewer);
    viewer->addWidget(parts_->viewport, 1);
    viewer->addWidget(parts_->strip);
    parts_->strip->setSliceCount(0);
    parts_->pages->addWidget(parts_->welcome);
    parts_->pages->addWidget(parts_->viewer);
    parts_->splitter->setStretchFactor(0, 0);
    parts_->splitter->setStretchFactor(1, 1);
    parts_->splitter->setStretchFactor(2, 0);
    parts_->splitter->setSizes({288, 832, 320});
    column->addWidget(parts_->splitter, 1);
    parts_->status = new StatusLine(centre);
    column->addWidget(parts_->status);
    parts_->notice = new Notice(parts_->pages);
    setCentralWidget(centre);
}

void MainWindow::connectTools() {
    auto* group = new QActionGroup(this);
    for (std::size_t i = 0; i < std::size(toolCommands); ++i) {
        QAction* action = actions()[toolCommands[i]];
        group->addAction(action);
        connect(action, &QAction::triggered, this,
                [this, i] { parts_->viewport->setTool(static_cast<ToolKind>(i)); });
    }
    actions()[Command::ToolWindow]->setChecked(true);
    connect(actions()[Command::Cancel], &QAction::triggered, parts_->viewport, &Viewport::cancelTool);
    connect(parts_->windowMenu, &WindowMenu::choiceWished, this, &MainWindow::windowChoiceWished);
    connect(actions()[Command::SaveWindowPreset], &QAction::triggered, this, &MainWindow::askPresetName);
}

void MainWindow::connectView() {
    const auto change = [this](Command command, ViewState (*changed)(ViewState)) {
        connect(actions()[command], &QAction::triggered, this,
                [this, changed] { parts_->viewport->setViewState(changed(parts_->viewport->viewState())); });
    };
    change(Command::TurnRight, &turnedRight);
    change(Command::TurnLeft, &turnedLeft);
    change(Command::FlipHorizontally, &flippedHorizontally);
    change(Command::FlipVertically, &flippedVertically);
    connect(actions()[Command::ResetView], &QAction::triggered, this,
            [this] { parts_->viewport->setViewState({}); });
    connect(actions()[Command::TextOverlay], &QAction::triggered, this, [this] {
        const int next = (static_cast<int>(parts_->viewport->textOverlay()) + 1) % 3;
        parts_->viewport->setTextOverlay(static_cast<TextOverlay>(next));
    });
    actions()[Command::ImageCovers]->setChecked(true);
    connect(parts_->viewport, &Viewport::contextMenuWished, this,
            [this](const QPoint& position) { parts_->viewportMenu->popup(position); });
    connect(parts_->viewport, &Viewport::maximiseWished, this, &MainWindow::toggleMaximised);
}

void MainWindow::connectFindings() {
    FindingsPanel* panel = parts_->findings;
    Viewport* view = parts_->viewport;
    QAction* heatmap = actions()[Command::Heatmap];
    heatmap->setChecked(true);
    connect(heatmap, &QAction::toggled, this, [panel, view](bool on) {
        panel->setHeatmapOn(on);
        view->setHeatmapVisible(on);
    });
    connect(panel, &FindingsPanel::noteEnded, view, [view] { view->setFocus(); });
    connect(panel, &FindingsPanel::heatmapToggled, heatmap, &QAction::setChecked);
    connect(panel, &FindingsPanel::heatmapOpacityChanged, view, &Viewport::setHeatmapOpacity);
    connect(panel, &FindingsPanel::heatmapThresholdChanged, view, &Viewport::setHeatmapThreshold);
    connect(panel, &FindingsPanel::negativeEvidenceToggled, view, [view](bool shown) {
        view->setNegativeEvidence(shown ? NegativeEvidence::Shown : NegativeEvidence::Hidden);
    });
    for (const auto& [command, step] :
         {std::pair(Command::HeatmapLess, -opacityStep), {Command::HeatmapMore, opacityStep}})
        connect(actions()[command], &QAction::triggered, this, [panel, view, step = step] {
            panel->setHeatmapOpacity(std::clamp(panel->heatmapOpacity() + step, 0.0, 1.0));
            view->setHeatmapOpacity(panel->heatmapOpacity());
        });
    for (const auto& [command, verdict] : {std::pair(Command::Agree, VerdictMark::Agree),
                                           {Command::Unsure, VerdictMark::Unsure},
                                           {Command::Disagree, VerdictMark::Disagree}})
        connect(actions()[command], &QAction::triggered, panel,
                [panel, verdict = verdict] { panel->giveVerdict(verdict); });
    for (const auto& [command, step] : {std::pair(Command::NextFlagged, 1), {Command::PreviousFlagged, -1}})
        connect(actions()[command], &QAction::triggered, this, [this, step = step] {
            const int slice = parts_->strip->nextFlagged(parts_->strip->current(), step);
            if (slice >= 0) return Q_EMIT parts_->strip->sliceWished(slice);
            showNotice(step > 0 ? tr("No flagged slice after this one")
                                : tr("No flagged slice before this one"));
        });
    view->setHeatmapOpacity(panel->heatmapOpacity());
    view->setHeatmapThreshold(panel->heatmapThreshold());
}

void MainWindow::connectInterface() {
    const auto panel = [this](Command command, QWidget* shown) {
        QAction* action = actions()[command];
        action->setChecked(true);
        connect(action, &QAction::toggled, shown, &QWidget::setVisible);
    };
    panel(Command::ToggleBrowser, parts_->browser);
    panel(Command::ToggleFindings, parts_->findings);
    connect(actions()[Command::FindStudy], &QAction::triggered, this, [this] {
        actions()[Command::ToggleBrowser]->setChecked(true);
        parts_->browser->focusSearch();
    });
    connect(actions()[Command::Theme], &QAction::triggered, this,
            [this] { setTheme(theme() == ThemeKind::Dark ? ThemeKind::Light : ThemeKind::Dark); });
    connect(actions()[Command::FullScreen], &QAction::triggered, this,
            [this](bool on) { on ? showFullScreen() : showNormal(); });
    connect(actions()[Command::Keys], &QAction::triggered, this, &MainWindow::showKeys);
    connect(actions()[Command::Documentation], &QAction::triggered, this, &MainWindow::documentationWished);
    connect(actions()[Command::About], &QAction::triggered, this, [this] { present(new AboutDialog(this)); });
    connect(actions()[Command::Quit], &QAction::triggered, this, &QWidget::close);
    connect(parts_->status, &StatusLine::stopWished, this, &MainWindow::stopWished);
    connect(parts_->status, &StatusLine::problemsWished, this,
            [this] { present(new ProblemsDialog(parts_->problems, this)); });
    connect(parts_->notice, &Notice::undoWished, actions()[Command::Undo], &QAction::trigger);
    connect(parts_->welcome, &WelcomePage::openFolderWished, actions()[Command::OpenFolder],
            &QAction::trigger);
    connect(parts_->welcome, &WelcomePage::libraryWished, actions()[Command::Library], &QAction::trigger);
    connect(parts_->welcome, &WelcomePage::samplesWished, actions()[Command::OpenSamples], &QAction::trigger);
    connect(parts_->welcome, &WelcomePage::keysWished, this, &MainWindow::showKeys);
    actions()[Command::Undo]->setEnabled(false);
    actions()[Command::Redo]->setEnabled(false);
}

void MainWindow::showKeys() {
    auto* dialog = new KeysDialog(this);
    connect(dialog, &KeysDialog::documentationWished, this, &MainWindow::documentationWished);
    connect(dialog, &KeysDialog::documentationWished, dialog, &QDialog::accept);
    present(dialog);
}

void MainWindow::askPresetName() {
    auto* dialog = new QInputDialog(this);
    dialog->setWindowTitle(tr("Save window"));
    dialog->setLabelText(tr("Name of the preset"));
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString& name) {
        if (!name.trimmed().isEmpty()) Q_EMIT windowPresetSaveWished(name.trimmed());
    });
    present(dialog);
}

void MainWindow::toggleMaximised() {
    QAction* browser = actions()[Command::ToggleBrowser];
    QAction* findings = actions()[Command::ToggleFindings];
    parts_->maximised = !parts_->maximised;
    if (parts_->maximised) {
        parts_->browserWasShown = browser->isChecked();
        parts_->findingsWasShown = findings->isChecked();
    }
    browser->setChecked(!parts_->maximised && parts_->browserWasShown);
    findings->setChecked(!parts_->maximised && parts_->findingsWasShown);
}

void MainWindow::setPage(Page page) {
    const bool viewing = page == Page::Viewer;
    parts_->pages->setCurrentWidget(viewing ? parts_->viewer : static_cast<QWidget*>(parts_->welcome));
    for (const CommandRow& row : Actions::rows()) {
        const bool needsImage = row.group == CommandGroup::Slices || row.group == CommandGroup::Tools ||
                                row.group == CommandGroup::View || row.group == CommandGroup::WindowLevel ||
                                row.group == CommandGroup::Findings || row.group == CommandGroup::Report;
        if (needsImage && row.command != Command::AnalyseOnOpen) actions()[row.command]->setEnabled(viewing);
    }
    if (viewing) parts_->viewport->setFocus();
}

void MainWindow::setStatus(const QString& text) {
    parts_->status->setText(text);
}

void MainWindow::setJob(const QString& text, int done, int total) {
    parts_->status->setJob(text, done, total);
}

void MainWindow::clearJob() {
    parts_->status->clearJob();
}

void MainWindow::setPlayback(const QString& text) {
    parts_->status->setPlayback(text);
}

void MainWindow::setProblems(const QList<ProblemRow>& problems) {
    parts_->problems = problems;
    parts_->status->setProblemCount(static_cast<int>(problems.size()));
}

void MainWindow::showNotice(const QString& text, NoticeKind kind) {
    parts_->notice->showText(text, kind == NoticeKind::Undoable ? Notice::Undo::Offered : Notice::Undo::None);
}

void MainWindow::setWindowChoices(const QList<WindowChoice>& choices) {
    parts_->windowMenu->setChoices(choices);
}

void MainWindow::setTheme(ThemeKind kind) {
    if (auto* application = qobject_cast<QApplication*>(QCoreApplication::instance()))
        applyTheme(*application, kind);
    Q_EMIT themeChanged(kind);
}

ThemeKind MainWindow::theme() const {
    return themeOf(QApplication::palette());
}

QByteArray MainWindow::saveLayout() const {
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream << layoutVersion << saveGeometry() << parts_->splitter->saveState()
           << actions()[Command::ToggleBrowser]->isChecked()
           << actions()[Command::ToggleFindings]->isChecked()
           << static_cast<qint32>(parts_->viewport->textOverlay()) << actions()[Command::Heatmap]->isChecked()
           << parts_->findings->heatmapOpacity() << parts_->findings->heatmapThreshold();
    return bytes;
}

void MainWindow::restoreLayout(const QByteArray& layout) {
    QDataStream stream(layout);
    quint32 version = 0;
    QByteArray geometry, splitter;
    bool browserShown = true, findingsShown = true, heatmap = true;
    qint32 overlay = 0;
    double opacity = 0, threshold = 0;
    stream >> version >> geometry >> splitter >> browserShown >> findingsShown >> overlay >> heatmap >>
        opacity >> threshold;
    if (version != layoutVersion || stream.status() != QDataStream::Ok) return;
    restoreGeometry(geometry);
    parts_->splitter->restoreState(splitter);
    actions()[Command::ToggleBrowser]->setChecked(browserShown);
    actions()[Command::ToggleFindings]->setChecked(findingsShown);
    parts_->viewport->setTextOverlay(static_cast<TextOverlay>(std::clamp(overlay, 0, 2)));
    actions()[Command::Heatmap]->setChecked(heatmap);
    parts_->findings->setHeatmapOpacity(opacity);
    parts_->findings->setHeatmapThreshold(threshold);
    parts_->viewport->setHeatmapOpacity(opacity);
    parts_->viewport->setHeatmapThreshold(threshold);
}

bool MainWindow::event(QEvent* event) {
    // Keys that the focused widget needs for itself stay with it and start no command.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (keepsKey(focusWidget(), *key)) {
            event->accept();
            return true;
        }
    }
    if (event->type() == QEvent::WindowStateChange)
        actions()[Command::FullScreen]->setChecked(isFullScreen());
    return QMainWindow::event(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (!event->mimeData()->hasUrls() || pathsOf(*event->mimeData()).isEmpty()) return;
    event->acceptProposedAction();
    parts_->dropHint->cover();
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*) {
    parts_->dropHint->hide();
}

void MainWindow::dropEvent(QDropEvent* event) {
    parts_->dropHint->hide();
    const QStringList paths = pathsOf(*event->mimeData());
    if (paths.isEmpty()) return;
    event->acceptProposedAction();
    Q_EMIT pathsDropped(paths);
}

}  // namespace residua
