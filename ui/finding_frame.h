// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include "ui/finding_rows.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace residua {

class ScoreBar;

/// One finding of the panel: a line with name, score and state; when selected also the verdict and the note.
class FindingFrame : public QFrame {
    Q_OBJECT

public:
    explicit FindingFrame(QWidget* parent = nullptr);

    void setRow(const FindingRow& row);
    const FindingRow& row() const { return row_; }
    void setSelected(bool selected);
    void setVerdict(VerdictMark verdict);
    void setNote(const QString& note);

    static QString stateText(const FindingRow& row);
    static QString verdictText(VerdictMark verdict);

Q_SIGNALS:
    void selectionWished();
    void stepWished(int step);  ///< arrow keys: to the next (+1) or previous (-1) finding
    void verdictWished(residua::VerdictMark verdict);
    void noteWished(const QString& note);
    void noteEnded();  ///< with Return: the keys are the image's again
    void sliceWished(int slice);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QWidget* buildLine();
    QWidget* buildAnswer();
    QPushButton* verdictButton(VerdictMark verdict, const QString& icon, const QString& key);
    void refresh();
    void refreshState();

    FindingRow row_;
    bool selected_ = false;
    QLabel* name_;
    QLabel* score_;
    QLabel* mark_;
    QLabel* state_;
    QLabel* given_;
    QLabel* caveat_;
    ScoreBar* bar_;
    QPushButton* slice_;
    QWidget* answer_;
    QList<QPushButton*> verdicts_;
    QLineEdit* note_;
};

}  // namespace residua
