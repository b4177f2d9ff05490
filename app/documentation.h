// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace residua {

/// Whether the user's pages came with the program (suppliedFolder("docs")).
bool hasDocumentation();

/// Shows the user's pages in a window of their own, or brings it to the front if it is open already.
void showDocumentation(QWidget* parent);

}  // namespace residua
