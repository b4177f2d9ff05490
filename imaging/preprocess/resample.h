// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "imaging/preprocess/windowed_rows.h"

namespace residua {

/// One axis of a resampling: output index i lies at source coordinate start + step · i (0 = the first pixel's
/// centre). Outputs before `first` and from `last` on lie outside the source and are 0.
struct ResampleAxis {
    double start = 0;
    double step = 1;
    int count = 0;  ///< outputs
    int first = 0;
    int last = 0;
};

/// Antialiased resampling with a triangle filter whose half width is the step, at least one pixel: linear
/// interpolation when enlarging, a weighted mean of all source pixels when shrinking (no shift, no aliasing).
/// Ours: of box, Hamming, triangle, cubic and Lanczos filters the triangle came nearest to the 224² JPEGs of
/// the public paediatric chest set when their full-size originals were shrunk.
/// @return vertical.count × horizontal.count values, row by row
std::vector<float> resample(const WindowedRows& source, const ResampleAxis& horizontal,
                            const ResampleAxis& vertical);

}  // namespace residua
