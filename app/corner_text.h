// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/study_collection.h"
#include "imaging/pixels/grey_pipeline.h"
#include "ui/viewport.h"

namespace residua {

enum class CornerDetail { Full, Brief };  ///< Brief: without the patient

/// What the file lays over the image, e.g. "Overlay and shutter (hidden)"; empty if nothing.
QString coverText(const Image& image, Covers covers);

/// What the corners of the viewport say about a slice.
/// @param voi the window or VOI LUT that it is shown with; none while it loads
CornerText cornerText(const StackRef& stack, std::size_t slice, const std::optional<Voi>& voi,
                      CornerDetail detail);

/// A window in words: "C 40 · W 400", or the VOI LUT's explanation.
QString windowText(const Voi& voi);

}  // namespace residua
