// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/error.h"

namespace residua {

enum class Split { Unassigned, Train, Validation, Test, Unused };
std::string_view splitName(Split split);  ///< "train", "val", "test", "unused", ""

/// A box of truth as fractions of width and height, for the pointing game.
struct TruthBox {
    double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
};

/// One labelled image.
struct LabelledImage {
    std::filesystem::path path;
    std::string label;      ///< the class as in the table or the folder's name
    std::string patientId;  ///< never empty: the table's, else one made from the path
    Split split = Split::Unassigned;
    std::vector<TruthBox> boxes;  ///< where known
    std::filesystem::path mask;   ///< a PNG, > 0 inside; where known
};

struct LabelTable {
    std::vector<LabelledImage> images;
    std::vector<std::string> labels;  ///< all that occur, sorted
    std::vector<Problem> problems;    ///< rows that were left out, and why
    bool patientsKnown = false;       ///< false: every image was taken as a patient of its own
};

/// Reads `data`: a folder with labels.csv (or .tsv), the table itself, or a folder with one subfolder a
/// class. Columns by name: path | file | image, label | class, patient_id | patient, split, mask, and boxes
/// as x0 y0 x1 y1 or boxes_label_x_y_w_h (fractions). Delimiter comma, semicolon or tab, found by itself;
/// quotes as in RFC 4180. Rows with missing files, doubled and contradicting rows become problems and are
/// left out (both of a contradicting pair). Throws Error LabelTableInvalid when nothing can be read.
LabelTable readLabels(const std::filesystem::path& data);

}  // namespace residua
