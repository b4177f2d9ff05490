// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QStringList>
#include <functional>

#include "ui/library_model.h"

class QFrame;
class QLabel;
class QLineEdit;
class QPushButton;
class QTreeView;

namespace residua {

/// All studies that the library knows, to search and to work from, in a window of its own that stays open.
class LibraryView : public QDialog {
    Q_OBJECT

public:
    explicit LibraryView(QWidget* parent = nullptr);

    /// Selection and place in the list stay where they were.
    void setRows(const QList<LibraryRow>& rows);
    void setPlace(const QString& uid, StudyPlace place, const QString& missing);
    /// A sentence above the buttons; empty = none.
    void setNotice(const QString& text);
    /// Work that Stop ends, in the place of the notice; empty = none.
    void setJob(const QString& text);
    /// What the library file is good for.
    enum class File { Usable, Damaged, Unusable };
    void setFile(File file);

    LibraryModel& model() const { return *model_; }
    QStringList selected() const;  ///< UIDs
    void select(const QString& uid);
    void focusSearch();

Q_SIGNALS:
    void openWished(const QStringList& uids);
    void removalWished(const QStringList& uids);  ///< confirmed
    void locateWished(const QString& uid);
    void backUpWished();
    void rebuildWished();
    void stopWished();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void makeTable();
    QWidget* makeFileBar();
    QWidget* makeNoticeBar();
    QWidget* makeButtons();
    QPushButton* addButton(const QString& name, const QString& text, const QString& toolTip);
    void keepSelection(const std::function<void()>& change);
    void present();
    void openSelected();
    void askToRemove();

    LibraryModel* model_;
    QTreeView* table_ = nullptr;
    QLineEdit* search_ = nullptr;
    QLabel* found_ = nullptr;
    QLabel* nothing_ = nullptr;
    QFrame* fileBar_ = nullptr;
    QLabel* fileText_ = nullptr;
    QLabel* notice_ = nullptr;
    QPushButton* stop_ = nullptr;
    QPushButton* open_ = nullptr;
    QPushButton* locate_ = nullptr;
    QPushButton* remove_ = nullptr;
    QPushButton* rebuild_ = nullptr;
    QString noticeText_, job_;
};

}  // namespace residua
