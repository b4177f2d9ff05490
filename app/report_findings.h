// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/analysis.h"
#include "app/report_page.h"

namespace residua {

/// The report's table of findings, one row a series and finding, and below it the reader's answers and notes.
void drawFindings(ReportPage& page, const Analysis& analysis);

}  // namespace residua
