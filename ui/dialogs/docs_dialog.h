// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <functional>

class QPushButton;
class QTextBrowser;

namespace residua {

/// A page's Markdown by its name, e.g. "viewing.md"; empty if there is none.
using ReadPage = std::function<QString(const QString& name)>;

/// The user's pages, beginning with index.md: links lead from one to the other, back and forward again.
class DocsDialog : public QDialog {
    Q_OBJECT

public:
    explicit DocsDialog(ReadPage readPage, QWidget* parent = nullptr);

    QString page() const { return page_; }  ///< its name

Q_SIGNALS:
    void linkWished(const QUrl& link);  ///< a web address that the reader clicked

private:
    void follow(const QUrl& link);
    void go(const QString& name);
    void step(int by);
    bool showPage(const QString& name);

    ReadPage readPage_;
    QStringList visited_;
    qsizetype at_ = -1;  ///< into visited_
    QString page_;
    QTextBrowser* text_;
    QPushButton* back_;
    QPushButton* forward_;
};

}  // namespace residua
