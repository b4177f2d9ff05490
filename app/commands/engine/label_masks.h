// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <stop_token>

#include "imaging/objects/segmentation.h"
#include "inference/findings/labels.h"
#include "inference/findings/truth_region.h"

namespace residua {

/// Reads the masks that a label table names: pictures and DICOM images (> 0 inside), DICOM segmentations. The
/// last segmentation is kept, since the rows of one series name the same.
class LabelMasks {
public:
    /// The row's mask; it may be smaller or larger than its image, in the same shape to a pixel of its own.
    /// Throws Error LabelMaskInvalid, naming mask and image, for whatever is wrong with the mask; of another
    /// kind where the image's own header cannot be read, or Cancelled.
    TruthMask read(const LabelledImage& image, const std::stop_token& stop);

private:
    TruthMask segmentationOn(const LabelledImage& image, const std::stop_token& stop);

    std::optional<Segmentation> last_;
};

}  // namespace residua
