// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMainWindow>
#include <memory>

#include "ui/actions.h"
#include "ui/dialogs/problems_dialog.h"
#include "ui/findings_panel.h"
#include "ui/slice_strip.h"
#include "ui/study_browser.h"
#include "ui/theme.h"
#include "ui/viewport.h"
#include "ui/window_menu.h"

namespace residua {

/// The window: builds and lays out the widgets and connects what concerns only themselves (tools, turning,
/// text overlay, heatmap controls, verdict keys, theme, dialogs, full screen). All else leaves as signals of
/// the parts, of the actions (`actions()[Command::…]`, triggered) or of the window.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(QWidget* parent = nullptr);
    ~MainWindow() override;

    StudyBrowser& browser() const;
    Viewport& viewport() const;
    SliceStrip& sliceStrip() const;
    FindingsPanel& findings() const;
    Actions& actions() const;

    /// The welcome page takes the viewport's place until something is open.
    enum class Page { Welcome, Viewer };
    void setPage(Page page);

    /// What the status line says; a job with progress and a Stop button, or none.
    void setStatus(const QString& text);
    void setJob(const QString& text, int done, int total);  ///< total 0 = unknown
    void clearJob();
    void setPlayback(const QString& text);  ///< how fast the slices are played; empty = they are not
    void setProblems(const QList<ProblemRow>& problems);
    /// A short word over the viewport, for 3 s, with an Undo button if `undoable`.
    enum class NoticeKind { Plain, Undoable };
    void showNotice(const QString& text, NoticeKind kind = NoticeKind::Plain);

    void setWindowChoices(const QList<WindowChoice>& choices);
    void setTheme(ThemeKind kind);
    ThemeKind theme() const;

    /// Sizes, hidden panels, overlay, heatmap controls, for the settings.
    QByteArray saveLayout() const;
    void restoreLayout(const QByteArray& layout);

Q_SIGNALS:
    void pathsDropped(const QStringList& paths);
    void stopWished();
    void windowChoiceWished(int index);  ///< into the window choices
    void windowPresetSaveWished(const QString& name);
    void themeChanged(residua::ThemeKind kind);
    void documentationWished();

protected:
    bool event(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    struct Parts;
    void buildCentre();
    void connectTools();
    void connectView();
    void connectFindings();
    void connectInterface();
    void showKeys();
    void askPresetName();
    void toggleMaximised();
    std::unique_ptr<Parts> parts_;
};

}  // namespace residua
