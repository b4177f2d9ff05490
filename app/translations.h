// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLocale>
#include <QTranslator>

namespace residua {

/// The texts of Residua and of Qt in the language of `locale`, while it lives; English where there are none.
/// Needs a QCoreApplication.
class Translations {
public:
    explicit Translations(const QLocale& locale);
    ~Translations();
    Translations(const Translations&) = delete;
    Translations& operator=(const Translations&) = delete;

private:
    QTranslator qt_, residua_;
};

}  // namespace residua
