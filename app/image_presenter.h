// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPoint>
#include <optional>
#include <string>

#include "app/marks.h"
#include "app/viewing.h"
#include "ui/main_window.h"

namespace residua {

/// Brings the image in view, its texts and marks onto viewport and slice strip, and the reader's wishes there
/// back to Viewing and Marks.
class ImagePresenter : public QObject {
    Q_OBJECT

public:
    ImagePresenter(MainWindow& window, Viewing& viewing, Marks& marks, QObject* parent = nullptr);

private:
    void connectViewing();
    void connectViewport();
    void connectCommands();
    void presentStack();
    void presentSlice();
    void presentMarks();
    void presentMarksOfSlice();
    void presentImage(const Viewing::Shown& shown);
    void presentTexts();
    void presentChoices();
    void probe(const QPoint& pixel);
    void copyImage();

    MainWindow& window_;
    Viewing& viewing_;
    Marks& marks_;
    std::optional<QPoint> probed_;  ///< the pixel under the pointer: its value follows the slices
    bool viewWaits_ = false;        ///< the stack's view comes with its first image, not over the old one
    std::string studyOf_;           ///< the study whose image the viewport has
    QString choicesOf_;             ///< the series whose windows are in the menu
};

}  // namespace residua
