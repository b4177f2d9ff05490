// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QKeySequence>
#include <QList>
#include <QObject>
#include <array>

namespace residua {

/// Every command of the window, once.
enum class Command {
    OpenFolder,
    OpenFiles,
    OpenSamples,
    Library,
    FindStudy,
    CloseAll,
    Quit,
    PreviousSlice,
    NextSlice,
    TenSlicesBack,
    TenSlicesOn,
    FirstSlice,
    LastSlice,
    PreviousSeries,
    NextSeries,
    Cine,
    CineSlower,
    CineFaster,
    ToolWindow,
    ToolPan,
    ToolZoom,
    ToolScroll,
    ToolLength,
    Invert,
    TurnRight,
    TurnLeft,
    FlipHorizontally,
    FlipVertically,
    ResetView,
    TextOverlay,
    ImageCovers,
    KeyImage,
    CopyImage,
    DicomHeader,
    WindowAuto,
    WindowPreset1,
    WindowPreset2,
    WindowPreset3,
    WindowPreset4,
    WindowPreset5,
    WindowPreset6,
    WindowPreset7,
    WindowPreset8,
    WindowPreset9,
    SaveWindowPreset,
    Heatmap,
    HeatmapLess,
    HeatmapMore,
    PreviousFlagged,
    NextFlagged,
    Agree,
    Disagree,
    Unsure,
    Analyse,
    AnalyseOnOpen,
    ExportPdf,
    ExportJson,
    Undo,
    Redo,
    Cancel,
    ToggleBrowser,
    ToggleFindings,
    Theme,
    FullScreen,
    ReaderName,
    ClearCache,
    Keys,
    Documentation,
    About,
    Count_,
};

enum class CommandGroup { File, Slices, Tools, View, WindowLevel, Findings, Report, Edit, Interface, Help };

/// One row of the table of commands.
struct CommandRow {
    Command command;
    CommandGroup group;
    const char* text;  ///< untranslated; in context "Actions"
    const char* icon;  ///< file in resources/icons without ".svg"
    QList<QKeySequence> keys;
    bool checkable = false;
};

/// The QActions of all commands, translated, with icons that follow the theme.
class Actions : public QObject {
    Q_OBJECT

public:
    explicit Actions(QObject* parent = nullptr);

    QAction* operator[](Command command) const;
    static const QList<CommandRow>& rows();
    static QString groupName(CommandGroup group);
    /// What the mouse does, for the help: what → how.
    static QList<std::pair<QString, QString>> mouseRows();

private:
    std::array<QAction*, static_cast<std::size_t>(Command::Count_)> actions_{};
};

}  // namespace residua
