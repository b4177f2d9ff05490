// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>

#include "ui/actions.h"

namespace residua {

namespace {

using Group = CommandGroup;

QList<CommandRow> fileRows() {
    return {
        {Command::OpenFolder,
         Group::File,
         QT_TRANSLATE_NOOP("Actions", "Open folder…"),
         "folder-open",
         {Qt::CTRL | Qt::Key_O}},
        {Command::OpenFiles,
         Group::File,
         QT_TRANSLATE_NOOP("Actions", "Open files…"),
         "files",
         {Qt::CTRL | Qt::SHIFT | Qt::Key_O}},
        {Command::OpenSamples, Group::File, QT_TRANSLATE_NOOP("Actions", "Open sample studies"), "flask", {}},
        {Command::Library,
         Group::File,
         QT_TRANSLATE_NOOP("Actions", "Library…"),
         "database",
         {Qt::CTRL | Qt::Key_L}},
        {Command::FindStudy,
         Group::File,
         QT_TRANSLATE_NOOP("Actions", "Search studies"),
         "search",
         {Qt::CTRL | Qt::Key_F}},
        {Command::CloseAll,
         Group::File,
         QT_TRANSLATE_NOOP("Actions", "Close all studies"),
         "square-x",
         {Qt::CTRL | Qt::Key_W}},
        {Command::Quit, Group::File, QT_TRANSLATE_NOOP("Actions", "Quit"), "power", {Qt::CTRL | Qt::Key_Q}},
    };
}

QList<CommandRow> sliceRows() {
    return {
        {Command::PreviousSlice,
         Group::Slices,
         QT_TRANSLATE_NOOP("Actions", "Previous slice"),
         "arrow-up",
         {Qt::Key_Up}},
        {Command::NextSlice,
         Group::Slices,
         QT_TRANSLATE_NOOP("Actions", "Next slice"),
         "arrow-down",
         {Qt::Key_Down}},
        {Command::TenSlicesBack,
         Group::Slices,
         QT_TRANSLATE_NOOP("Actions", "Ten slices back"),
         "chevrons-up",
         {Qt::SHIFT | Qt::Key_Up}},
        {Command::TenSlicesOn,
         Group::Slices,
         QT_TRANSLATE_NOOP("Actions", "Ten slices on"),
         "chevrons-down",
         {Qt::SHIFT | Qt::Key_Down}},
        {Command::FirstSlice,
         Group::Slices,
         QT_TRANSLATE_NOOP("Actions", "First slice"),
         "arrow-bar-to-up",
         {Qt::Key_Home}},
        {Command::LastSlice,
         Group::Slices,
         QT_TRANSLATE_NOOP("Actions", "Last slice"),
         "arrow-bar-to-down",
         {Qt::Key_End}},
        {Command::PreviousSeries,
         Group::Slices,
         QT_TRANSLATE_NOOP("Actions", "Previous series"),
         "player-skip-back",
         {Qt::Key_Left, Qt::Key_PageUp}},
        {Command::NextSeries,
         Group::Slices,
         QT_TRANSLATE_NOOP("Actions", "Next series"),
         "player-skip-forward",
         {Qt::Key_Right, Qt::Key_PageDown}},
    };
}

QList<CommandRow> cineRows() {
    return {
        {Command::Cine,
         Group::Slices,
         QT_TRANSLATE_NOOP("Actions", "Play the slices"),
         "player-play",
         {Qt::Key_C},
         true},
        {Command::CineSlower,
         Group::Slices,
         QT_TRANSLATE_NOOP("Actions", "Play slower"),
         "player-track-prev",
         {Qt::Key_Comma}},
        {Command::CineFaster,
         Group::Slices,
         QT_TRANSLATE_NOOP("Actions", "Play faster"),
         "player-track-next",
         {Qt::Key_Period}},
    };
}

QList<CommandRow> toolRows() {
    return {
        {Command::ToolWindow,
         Group::Tools,
         QT_TRANSLATE_NOOP("Actions", "Window/level"),
         "contrast",
         {Qt::Key_W},
         true},
        {Command::ToolPan,
         Group::Tools,
         QT_TRANSLATE_NOOP("Actions", "Pan"),
         "arrows-move",
         {Qt::Key_T},
         true},
        {Command::ToolZoom, Group::Tools, QT_TRANSLATE_NOOP("Actions", "Zoom"), "zoom-in", {Qt::Key_Z}, true},
        {Command::ToolScroll,
         Group::Tools,
         QT_TRANSLATE_NOOP("Actions", "Scroll"),
         "arrows-vertical",
         {Qt::Key_S},
         true},
        {Command::ToolLength,
         Group::Tools,
         QT_TRANSLATE_NOOP("Actions", "Length"),
         "ruler-measure",
         {Qt::Key_D},
         true},
    };
}

QList<CommandRow> viewRows() {
    return {
        {Command::Invert,
         Group::View,
         QT_TRANSLATE_NOOP("Actions", "Invert"),
         "circle-half-2",
         {Qt::Key_I},
         true},
        {Command::TurnRight,
         Group::View,
         QT_TRANSLATE_NOOP("Actions", "Turn right"),
         "rotate-clockwise-2",
         {Qt::Key_R}},
        {Command::TurnLeft, Group::View, QT_TRANSLATE_NOOP("Actions", "Turn left"), "rotate-2", {Qt::Key_L}},
        {Command::FlipHorizontally,
         Group::View,
         QT_TRANSLATE_NOOP("Actions", "Flip left-right"),
         "flip-horizontal",
         {Qt::Key_H}},
        {Command::FlipVertically,
         Group::View,
         QT_TRANSLATE_NOOP("Actions", "Flip top-bottom"),
         "flip-vertical",
         {Qt::Key_V}},
        {Command::ResetView,
         Group::View,
         QT_TRANSLATE_NOOP("Actions", "Reset view"),
         "zoom-reset",
         {Qt::Key_Space}},
        {Command::TextOverlay,
         Group::View,
         QT_TRANSLATE_NOOP("Actions", "Text overlay: full, brief, off"),
         "letter-case",
         {Qt::Key_O}},
        {Command::ImageCovers,
         Group::View,
         QT_TRANSLATE_NOOP("Actions", "The file's overlays and shutter"),
         "stack-2",
         {Qt::SHIFT | Qt::Key_O},
         true},
    };
}

QList<CommandRow> imageRows() {
    return {
        {Command::KeyImage,
         Group::View,
         QT_TRANSLATE_NOOP("Actions", "Key image"),
         "star",
         {Qt::Key_K},
         true},
        {Command::CopyImage,
         Group::View,
         QT_TRANSLATE_NOOP("Actions", "Copy image"),
         "copy",
         {Qt::CTRL | Qt::Key_C}},
        {Command::DicomHeader,
         Group::View,
         QT_TRANSLATE_NOOP("Actions", "DICOM header…"),
         "list-details",
         {Qt::CTRL | Qt::Key_I}},
    };
}

QList<CommandRow> windowRows() {
    QList<CommandRow> rows = {
        {Command::WindowAuto,
         Group::WindowLevel,
         QT_TRANSLATE_NOOP("Actions", "Automatic window"),
         "brightness-auto",
         {Qt::Key_0}},
    };
    static const char* const names[] = {
        QT_TRANSLATE_NOOP("Actions", "Window 1"), QT_TRANSLATE_NOOP("Actions", "Window 2"),
        QT_TRANSLATE_NOOP("Actions", "Window 3"), QT_TRANSLATE_NOOP("Actions", "Window 4"),
        QT_TRANSLATE_NOOP("Actions", "Window 5"), QT_TRANSLATE_NOOP("Actions", "Window 6"),
        QT_TRANSLATE_NOOP("Actions", "Window 7"), QT_TRANSLATE_NOOP("Actions", "Window 8"),
        QT_TRANSLATE_NOOP("Actions", "Window 9")};
    for (int i = 0; i < 9; ++i)
        rows.append({static_cast<Command>(static_cast<int>(Command::WindowPreset1) + i),
                     Group::WindowLevel,
                     names[i],
                     "adjustments",
                     {QKeySequence(Qt::Key_1 + i)}});
    rows.append({Command::SaveWindowPreset,
                 Group::WindowLevel,
                 QT_TRANSLATE_NOOP("Actions", "Save this window as a preset…"),
                 "device-floppy",
                 {}});
    return rows;
}

QList<CommandRow> findingRows() {
    return {
        {Command::Heatmap,
         Group::Findings,
         QT_TRANSLATE_NOOP("Actions", "Heatmap"),
         "flame",
         {Qt::Key_G},
         true},
        {Command::HeatmapLess,
         Group::Findings,
         QT_TRANSLATE_NOOP("Actions", "Heatmap fainter"),
         "minus",
         {Qt::Key_BracketLeft}},
        {Command::HeatmapMore,
         Group::Findings,
         QT_TRANSLATE_NOOP("Actions", "Heatmap stronger"),
         "plus",
         {Qt::Key_BracketRight}},
        {Command::NextFlagged,
         Group::Findings,
         QT_TRANSLATE_NOOP("Actions", "Next flagged slice"),
         "flag-down",
         {Qt::Key_N}},
        {Command::PreviousFlagged,
         Group::Findings,
         QT_TRANSLATE_NOOP("Actions", "Previous flagged slice"),
         "flag-up",
         {Qt::SHIFT | Qt::Key_N}},
        {Command::Agree, Group::Findings, QT_TRANSLATE_NOOP("Actions", "Agree"), "check", {Qt::Key_Y}},
        {Command::Unsure,
         Group::Findings,
         QT_TRANSLATE_NOOP("Actions", "Unsure"),
         "question-mark",
         {Qt::Key_U}},
        {Command::Disagree, Group::Findings, QT_TRANSLATE_NOOP("Actions", "Disagree"), "x", {Qt::Key_X}},
        {Command::Analyse,
         Group::Findings,
         QT_TRANSLATE_NOOP("Actions", "Analyse this study"),
         "scan",
         {Qt::CTRL | Qt::Key_R}},
        {Command::AnalyseOnOpen,
         Group::Findings,
         QT_TRANSLATE_NOOP("Actions", "Analyse when a study opens"),
         "bolt",
         {},
         true},
    };
}

QList<CommandRow> reportRows() {
    return {
        {Command::ExportPdf,
         Group::Report,
         QT_TRANSLATE_NOOP("Actions", "Export report as PDF…"),
         "file-type-pdf",
         {Qt::CTRL | Qt::Key_E}},
        {Command::ExportJson,
         Group::Report,
         QT_TRANSLATE_NOOP("Actions", "Export analysis as JSON…"),
         "json",
         {Qt::CTRL | Qt::SHIFT | Qt::Key_E}},
        {Command::Undo,
         Group::Edit,
         QT_TRANSLATE_NOOP("Actions", "Undo"),
         "arrow-back-up",
         {Qt::CTRL | Qt::Key_Z}},
        {Command::Redo,
         Group::Edit,
         QT_TRANSLATE_NOOP("Actions", "Redo"),
         "arrow-forward-up",
         {Qt::CTRL | Qt::Key_Y, Qt::CTRL | Qt::SHIFT | Qt::Key_Z}},
        {Command::Cancel, Group::Edit, QT_TRANSLATE_NOOP("Actions", "Cancel"), "ban", {Qt::Key_Escape}},
    };
}

QList<CommandRow> interfaceRows() {
    return {
        {Command::ToggleBrowser,
         Group::Interface,
         QT_TRANSLATE_NOOP("Actions", "Studies"),
         "layout-sidebar",
         {Qt::Key_F7},
         true},
        {Command::ToggleFindings,
         Group::Interface,
         QT_TRANSLATE_NOOP("Actions", "Findings"),
         "layout-sidebar-right",
         {Qt::Key_F8},
         true},
        {Command::Theme,
         Group::Interface,
         QT_TRANSLATE_NOOP("Actions", "Dark or light"),
         "sun-moon",
         {Qt::Key_F6}},
        {Command::FullScreen,
         Group::Interface,
         QT_TRANSLATE_NOOP("Actions", "Full screen"),
         "maximize",
         {Qt::Key_F11},
         true},
        {Command::ReaderName, Group::Interface, QT_TRANSLATE_NOOP("Actions", "Reader's name…"), "user", {}},
        {Command::ClearCache,
         Group::Interface,
         QT_TRANSLATE_NOOP("Actions", "Delete stored thumbnails"),
         "trash",
         {}},
        {Command::Keys,
         Group::Help,
         QT_TRANSLATE_NOOP("Actions", "Keys and mouse"),
         "keyboard",
         {Qt::Key_F1}},
        {Command::Documentation,
         Group::Help,
         QT_TRANSLATE_NOOP("Actions", "Documentation"),
         "book",
         {Qt::SHIFT | Qt::Key_F1}},
        {Command::About, Group::Help, QT_TRANSLATE_NOOP("Actions", "About Residua"), "info-circle", {}},
    };
}

}  // namespace

const QList<CommandRow>& Actions::rows() {
    static const QList<CommandRow> all = fileRows() + sliceRows() + cineRows() + toolRows() + viewRows() +
                                         imageRows() + windowRows() + findingRows() + reportRows() +
                                         interfaceRows();
    return all;
}

}  // namespace residua
