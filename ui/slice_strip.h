// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QBitArray>
#include <QList>
#include <QWidget>

namespace residua {

/// A bar a slice for the selected finding: its height is the score. Flagged slices carry a mark besides the
/// colour, key images a star, frames in memory a line. Click or drag to go.
class SliceStrip : public QWidget {
    Q_OBJECT

public:
    explicit SliceStrip(QWidget* parent = nullptr);

    void setSliceCount(int count);  ///< forgets all marks; hidden below two slices
    int sliceCount() const { return count_; }
    /// @param scores one a slice, NaN = none; an empty list clears them
    void setScores(const QList<double>& scores, double threshold);
    void setKeyImages(const QBitArray& keyImages);
    void setCached(const QBitArray& cached);
    void setCached(int slice);
    void setCurrent(int slice);
    int current() const { return current_; }
    /// The next slice at or above the threshold after `from` (step +1) or before it (step -1); -1 = none.
    int nextFlagged(int from, int step) const;

    QRectF barRect(int slice) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void sliceWished(int slice);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    bool event(QEvent* event) override;

private:
    int sliceAt(QPointF position) const;
    bool flagged(int slice) const;

    int count_ = 0;
    int current_ = 0;
    double threshold_ = 0.5;
    QList<double> scores_;
    QBitArray keyImages_;
    QBitArray cached_;
};

}  // namespace residua
