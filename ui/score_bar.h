// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace residua {

/// A score from 0 to 1 as a bar with a tick at the threshold.
class ScoreBar : public QWidget {
    Q_OBJECT

public:
    explicit ScoreBar(QWidget* parent = nullptr);
    void setScore(double score, double threshold);
    void clear();  ///< no score: an empty groove
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    double score_ = 0;
    double threshold_ = 0.5;
    bool scored_ = false;
};

}  // namespace residua
