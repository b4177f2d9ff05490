// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/documentation.h"

#include <QDesktopServices>
#include <QRegularExpression>

#include "app/model_library.h"
#include "imaging/atomic_file.h"
#include "imaging/error.h"
#include "ui/dialogs/docs_dialog.h"

namespace residua {

namespace {

constexpr std::size_t largestPage = std::size_t{1} << 20;

/// Only names of pages: a link must not lead out of the folder.
QString readPage(const QString& name) {
    static const QRegularExpression pageName(QStringLiteral("^[a-z-]+\\.md$"));
    if (!pageName.match(name).hasMatch()) return {};
    try {
        return QString::fromStdString(
            readWholeFile(suppliedFolder("docs") / name.toStdString(), largestPage));
    } catch (const Error&) {
        return {};  // the dialog stays where it is
    }
}

}  // namespace

bool hasDocumentation() {
    return !readPage(QStringLiteral("index.md")).isEmpty();
}

void showDocumentation(QWidget* parent) {
    auto* dialog = parent->findChild<DocsDialog*>();
    if (!dialog) {
        dialog = new DocsDialog(&readPage, parent);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        QObject::connect(dialog, &DocsDialog::linkWished, dialog,
                         [](const QUrl& link) { QDesktopServices::openUrl(link); });
    }
    dialog->show();
    dialog->raise();
    dialog->activateWindow();
}

}  // namespace residua
