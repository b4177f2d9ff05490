// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/finding_rows.h"

class QLabel;
class QPushButton;

namespace residua {

/// About the network and its run; folded until asked for.
class ModelSection : public QWidget {
    Q_OBJECT

public:
    explicit ModelSection(QWidget* parent = nullptr);
    void setDetails(const ModelDetails& details);

private:
    void setUnfolded(bool unfolded);

    QPushButton* header_;
    QLabel* text_;
};

}  // namespace residua
