// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "app/analysis.h"

namespace residua {

/// "flagged" or "not flagged": never the word for a healthy finding.
const char* stateText(bool flagged);

/// Rows of results as CSV (RFC 4180, UTF-8, with analysisTableHeader as its first line): one row an image and
/// finding; an image that was not scored has one row without a score that says why.
const char* analysisTableHeader();
std::string analysisTableRows(const Analysis& analysis);

}  // namespace residua
