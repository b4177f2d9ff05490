// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/file_dialogs.h"

#include <QCoreApplication>
#include <QFileDialog>

#include "ui/dialogs/password_dialog.h"

namespace residua {

namespace {

QFileDialog* makeDialog(QWidget* parent, const QString& title, const QString& start) {
    auto* dialog = new QFileDialog(parent, title, start);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    return dialog;
}

void open(QFileDialog* dialog, PathsChosen chosen) {
    QObject::connect(dialog, &QFileDialog::filesSelected, dialog, std::move(chosen));
    dialog->open();
}

}  // namespace

void askForFolder(QWidget* parent, const QString& start, PathsChosen chosen) {
    auto* dialog =
        makeDialog(parent, QCoreApplication::translate("FileDialogs", "Open a folder of studies"), start);
    dialog->setFileMode(QFileDialog::Directory);
    open(dialog, std::move(chosen));
}

void askForFiles(QWidget* parent, const QString& start, PathsChosen chosen) {
    auto* dialog = makeDialog(parent, QCoreApplication::translate("FileDialogs", "Open images"), start);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    // DICOM files need no extension: all files are shown first.
    dialog->setNameFilters(
        {QCoreApplication::translate("FileDialogs", "All files") + QStringLiteral(" (*)"),
         QCoreApplication::translate("FileDialogs", "DICOM files") +
             QStringLiteral(" (*.dcm *.DCM *.dicom *.ima *.IMA)"),
         QCoreApplication::translate("FileDialogs", "ZIP archives") + QStringLiteral(" (*.zip *.ZIP)"),
         QCoreApplication::translate("FileDialogs", "Pictures") +
             QStringLiteral(" (*.jpg *.jpeg *.png *.tif *.tiff *.JPG *.JPEG *.PNG *.TIF *.TIFF)"),
         QCoreApplication::translate("FileDialogs", "NIfTI volumes") +
             QStringLiteral(" (*.nii *.nii.gz *.NII *.NII.GZ)")});
    open(dialog, std::move(chosen));
}

void askForTarget(QWidget* parent, const QString& start, const QString& suggestion, const QString& suffix,
                  std::function<void(const QString& path)> chosen) {
    auto* dialog = makeDialog(parent, QCoreApplication::translate("FileDialogs", "Save"), start);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    dialog->setNameFilter(suffix.toUpper() + QStringLiteral(" (*.%1)").arg(suffix));
    dialog->selectFile(suggestion);
    open(dialog, [chosen = std::move(chosen)](const QStringList& paths) { chosen(paths.first()); });
}

void askForPassword(QWidget* parent, const Problem& locked, std::function<void(const std::string&)> told,
                    std::function<void()> notTold) {
    const auto asked = locked.kind == ProblemKind::ArchivePasswordWrong
                           ? PasswordDialog::Asked::AgainAfterWrong
                           : PasswordDialog::Asked::First;
    auto* dialog = new PasswordDialog(QString::fromStdString(locked.path.filename().string()), asked, parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &QDialog::accepted, dialog,
                     [dialog, told = std::move(told)] { told(dialog->password().toStdString()); });
    QObject::connect(dialog, &QDialog::rejected, dialog, std::move(notTold));
    dialog->open();
}

}  // namespace residua
