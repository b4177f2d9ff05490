// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/password_dialog.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/theme.h"

namespace residua {

PasswordDialog::PasswordDialog(const QString& archive, Asked asked, QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Password"));
    setFixedWidth(440);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(12);
    auto* title = new QLabel(
        asked == Asked::First ? tr("The archive is encrypted") : tr("This password does not open it"), this);
    title->setFont(themeFont(TypeSize::Title, QFont::DemiBold));
    column->addWidget(title);
    auto* why = new QLabel(
        tr("Password of %1. It is kept until Residua is closed and is written nowhere.").arg(archive), this);
    why->setTextFormat(Qt::PlainText);
    why->setObjectName(QStringLiteral("secondary"));
    why->setWordWrap(true);
    column->addWidget(why);
    password_ = new QLineEdit(this);
    password_->setObjectName(QStringLiteral("archivePassword"));
    password_->setAccessibleName(tr("Password"));
    password_->setEchoMode(QLineEdit::Password);
    column->addWidget(password_);
    column->addSpacing(4);
    auto* buttons = new QHBoxLayout;
    auto* open = new QPushButton(tr("Open"), this);
    open->setDefault(true);
    open->setProperty("primary", true);
    open->setEnabled(false);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    connect(open, &QPushButton::clicked, this, &QDialog::accept);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(password_, &QLineEdit::textChanged, open,
            [open](const QString& text) { open->setEnabled(!text.isEmpty()); });
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(open);
    column->addLayout(buttons);
    password_->setFocus();
}

QString PasswordDialog::password() const {
    return password_->text();
}

}  // namespace residua
