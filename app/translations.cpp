// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/translations.h"

#include <QCoreApplication>
#include <QFile>
#include <QLibraryInfo>

#include "app/model_library.h"

namespace residua {

Translations::Translations(const QLocale& locale) {
    const auto install = [&](QTranslator& texts, const QString& name, const QString& folder) {
        if (texts.load(locale, name, QStringLiteral("_"), folder))
            QCoreApplication::installTranslator(&texts);
    };
    install(qt_, QStringLiteral("qtbase"), QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    const auto own = suppliedFolder("translations");
    if (!own.empty())
        install(residua_, QStringLiteral("residua"),
                QFile::decodeName(QByteArray::fromStdString(own.native())));
}

Translations::~Translations() {
    QCoreApplication::removeTranslator(&residua_);
    QCoreApplication::removeTranslator(&qt_);
}

}  // namespace residua
