// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/reader_dialog.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/theme.h"

namespace residua {

ReaderDialog::ReaderDialog(const QString& name, QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Reader's name"));
    setFixedWidth(440);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(12);
    auto* title = new QLabel(tr("Your name"), this);
    title->setFont(themeFont(TypeSize::Title, QFont::DemiBold));
    column->addWidget(title);
    auto* why = new QLabel(
        tr("It stands beside your answers and in reports. The menu changes it, under Interface."), this);
    why->setObjectName(QStringLiteral("secondary"));
    why->setWordWrap(true);
    column->addWidget(why);
    name_ = new QLineEdit(name, this);
    name_->setObjectName(QStringLiteral("readerName"));
    name_->setAccessibleName(tr("Reader's name"));
    name_->setMaxLength(64);  // PS3.5 6.2: a component group of PN
    name_->selectAll();
    column->addWidget(name_);
    column->addSpacing(4);
    auto* buttons = new QHBoxLayout;
    auto* keep = new QPushButton(tr("Keep name"), this);
    keep->setDefault(true);
    keep->setProperty("primary", true);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    connect(keep, &QPushButton::clicked, this, &QDialog::accept);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    keep->setEnabled(!this->name().isEmpty());
    connect(name_, &QLineEdit::textChanged, keep,
            [this, keep] { keep->setEnabled(!this->name().isEmpty()); });
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(keep);
    column->addLayout(buttons);
    name_->setFocus();
}

QString ReaderDialog::name() const {
    return name_->text().trimmed();
}

}  // namespace residua
