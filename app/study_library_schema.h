// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <vector>

namespace residua {

/// The steps of the library's schema: step n brings version n to n + 1. Never changed once released.
const std::vector<QStringList>& libraryMigrations();

}  // namespace residua
