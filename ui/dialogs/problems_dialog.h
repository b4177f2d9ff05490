// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QList>
#include <QString>

namespace residua {

/// A problem in words for the reader.
struct ProblemRow {
    QString sentence;  ///< what happened
    QString remedy;    ///< what to do; may be empty
    QString path;
    QString detail;  ///< for the experienced
};

/// The list of problems, to read and to copy.
class ProblemsDialog : public QDialog {
    Q_OBJECT

public:
    explicit ProblemsDialog(const QList<ProblemRow>& problems, QWidget* parent = nullptr);
    /// All problems as plain text, a paragraph each.
    static QString asText(const QList<ProblemRow>& problems);
};

}  // namespace residua
