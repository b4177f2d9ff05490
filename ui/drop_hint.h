// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace residua {

/// Covers the window while files are dragged over it.
class DropHint : public QWidget {
    Q_OBJECT

public:
    explicit DropHint(QWidget* parent);
    void cover();  ///< shows itself over the whole parent

protected:
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace residua
