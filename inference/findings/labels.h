// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/error.h"
#include "inference/findings/model_card.h"

namespace residua {

enum class Split { Unassigned, Train, Validation, Test, Unused };
std::string_view splitName(Split split);  ///< "train", "val", "test", "unused", ""

/// A box of truth as fractions of width and height; also a piece of an outline or mask (truth_region.h).
struct TruthBox {
    double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    std::string label;  ///< the finding it shows, in lower case; empty = the image's own
    bool operator==(const TruthBox&) const = default;
};

/// One labelled image.
struct LabelledImage {
    std::filesystem::path path;
    std::string label;      ///< the class as in the table or the folder's name; several joined by '|'
    std::string patientId;  ///< never empty: the table's, else one made from the path
    Split split = Split::Unassigned;
    std::vector<TruthBox> boxes;  ///< where known
    std::filesystem::path mask;   ///< an image, > 0 inside, or a DICOM segmentation; where known
    std::string segment;          ///< of a segmentation: number or label; empty = all
};

struct LabelTable {
    std::vector<LabelledImage> images;
    std::vector<std::string> labels;  ///< all that occur, sorted, each alone
    std::vector<Problem> problems;    ///< rows that were left out, and why
    bool patientsKnown = false;       ///< false: every image was taken as a patient of its own
};

/// Reads `data`: a folder with labels.csv (or .tsv), the table itself, or a folder with one subfolder a
/// class. Columns by name: path | file | image, label | class, patient_id | patient, split, mask,
/// segment, and boxes as x0 y0 x1 y1 or boxes_label_x_y_w_h (fractions: 'Pneumonia 0.5 0.5 0.2 0.2; …'),
/// outlines as outline | polygon (fractions: '0.5,0.4 0.6,0.4 0.6,0.5; …'). Paths are relative to the table.
/// Delimiter comma, semicolon or tab, found by itself; quotes as in RFC 4180. Rows with missing files,
/// doubled and contradicting rows become problems, naming their line, and are left out (both of a
/// contradicting pair). Folders train, val and test with one subfolder a class each give the split. A folder
/// a class tells no patients: every image is then taken as a patient of its own. Throws Error
/// LabelTableInvalid when nothing can be read.
LabelTable readLabels(const std::filesystem::path& data);

/// The parts of a label such as "Effusion|Pneumonia".
std::vector<std::string> labelParts(const std::string& label);

/// What a label says about each finding, in their order: 1, 0, or NaN where the finding is not looked for in
/// images of `modality` (an unknown, empty modality counts as every one). Codes and labels are compared
/// without case. Throws Error LabelUnknown if a part is neither a finding nor `negativeLabel`.
std::vector<float> targetsOf(const LabelledImage& image, const std::vector<FindingCard>& findings,
                             const std::string& negativeLabel, const std::string& modality);

}  // namespace residua
