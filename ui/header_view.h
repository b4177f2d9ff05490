// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "ui/header_model.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTreeView;

namespace residua {

/// A header to show, or the sentence that says why there is none.
struct HeaderPage {
    QString title;        ///< which image, e.g. "T1 · image 5 of 12"
    SharedHeader header;  ///< may be null
    QString note;         ///< shown above the tree; may be empty
};

/// All elements of the shown image's file as a tree, in a window of its own: to search, to copy, and to
/// compare with a second image. It asks for nothing itself: whoever owns it sets the page of the shown image
/// as long as neither box is ticked, and the page to compare with while it compares.
class HeaderView : public QDialog {
    Q_OBJECT

public:
    explicit HeaderView(QWidget* parent = nullptr);

    void setPage(const HeaderPage& page);       ///< left, or alone
    void setOtherPage(const HeaderPage& page);  ///< right; only while it compares
    const HeaderModel& model() const { return *model_; }

    /// Whether the left side stays when another image is shown.
    bool isKept() const;
    bool isComparing() const { return comparing_; }

Q_SIGNALS:
    void otherPageWished();  ///< a comparison began: the shown image's page is to come
    void pageWished();       ///< the left side is to follow the shown image again

private:
    QWidget* makeControls();
    void makeTree();
    void compare();
    void endComparison();
    bool hasOther() const { return comparing_ && other_.header; }
    void present();
    void presentTexts();
    void presentFound();
    void filter();
    void unfold();
    void fitColumns();
    void copySelected();

    HeaderModel* model_;
    QTreeView* tree_;
    QLineEdit* search_;
    QLabel* found_;
    QLabel* note_;
    QLabel* nothing_;
    QLabel* title_;
    QCheckBox* keep_;
    QPushButton* compare_;
    QCheckBox* onlyDifferent_;
    HeaderPage page_, other_;
    bool comparing_ = false;
    bool isFitted_ = false;
};

}  // namespace residua
