// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/engine/progress_lines.h"
#include "inference/network/evaluation.h"

namespace residua {

/// An evaluation as lines that a person can read as a table, one event a finding:
///   {"event":"figures","title":…,"figures":[{"name":"AUC","value":…,"low":…,"high":…}]}
void tellEvaluation(ProgressLines& lines, const EvaluationReport& report);

}  // namespace residua
