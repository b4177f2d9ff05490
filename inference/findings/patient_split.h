// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "inference/findings/labels.h"

namespace residua {

struct SplitShares {
    double validation = 0.15;
    double test = 0.15;
};

/// Gives each image a split, patient by patient (all images of a patient stay together), stratified by label
/// and seeded; the order of the table changes nothing. A split column is kept, and completed where it leaves
/// patients open or has no validation part; if it separates a patient's images, Error LabelTableInvalid names
/// the patient. Throws LabelOneClass, LabelTooFew (a label that train or validation lacks).
void splitByPatient(LabelTable& table, std::uint64_t seed, SplitShares shares = {});

}  // namespace residua
