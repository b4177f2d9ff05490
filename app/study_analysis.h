// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "app/analysis.h"
#include "app/engine.h"
#include "imaging/study/study.h"

namespace residua {

/// All images of a study in reading order: series by series, stack by stack, slice by slice.
std::vector<PredictImage> imagesOf(const Study& study);

/// One study's results, in any order and perhaps not all, as the Analysis that window, JSON, CSV and PDF
/// print: sorted into series and slice order, aggregated, with the time of now and the program's version.
/// Verdicts, key images and problems are left to the caller.
Analysis makeAnalysis(const Study& study, const ModelCard& card, const std::vector<ImageResult>& results);

/// Drops the class maps of images that neither decide a series' score nor carry a reader's mark: a file of
/// 384 slices stays small and the report still has every heatmap that it shows.
void keepShownMaps(Analysis& analysis);

/// Now, in local time with its offset, e.g. "2026-03-01T14:05:09+01:00".
std::string isoTime();

}  // namespace residua
