// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/error.h"
#include "imaging/preprocess/preprocess_spec.h"
#include "inference/findings/prediction.h"

namespace residua {

/// How the cells of a class map become the logit; padding never counts for Strongest.
enum class Pooling {
    Mean,       ///< the mean of all cells
    Strongest,  ///< the mean of the strongest k = max(1, round(0.02 · cells)): for findings that are small
};

/// How the slices of a stack make its score (aggregation.h).
enum class Aggregation {
    Highest,     ///< the highest slice: for images that stand each for itself, such as radiographs
    Neighbours,  ///< the highest mean logit of three slices in a row: a lesion goes through neighbours
};

/// A ResNet's shape (inference/network/resnet.h builds it).
struct Architecture {
    std::string name = "resnet18";  ///< resnet18, resnet34, resnet50, resnet101, resnet152
    int width = 64;         ///< channels of the stem; 64 as published, 32 for the narrow demonstration
    int inputChannels = 1;  ///< 1 or 3
    int outputStride = 32;  ///< 32, or 16 (layer4 without stride: finer class maps)
    Pooling pooling = Pooling::Mean;
    bool operator==(const Architecture&) const = default;
};

struct FindingCard {
    std::string code;             ///< e.g. "pneumonia": identifier in JSON, CSV and the library
    std::string name;             ///< shown to the reader, e.g. "Pneumonia"
    std::string description;      ///< one plain sentence
    double threshold = 0.5;       ///< of the score; a score >= threshold is flagged
    std::string thresholdSource;  ///< e.g. "95 % sensitivity on validation"
    double temperature = 1;       ///< > 0
    bool calibrated = false;      ///< temperature fitted on validation
    std::string modality;         ///< images of another modality have no score for it; empty = all in scope
    /// Of a finding that names a kind of another, that one's code: a stack's score for it comes from the
    /// slices that decide the other (aggregation.h). Empty = stands for itself.
    std::string kindOf;
    bool operator==(const FindingCard&) const = default;
};

/// What a network was made for. An empty list or text admits everything.
struct ModelScope {
    std::vector<std::string> modalities;    ///< e.g. {"DX", "CR"}
    std::vector<std::string> bodyParts;     ///< e.g. {"CHEST", "THORAX"}
    std::vector<std::string> views;         ///< e.g. {"AP", "PA"}
    std::vector<std::string> photometrics;  ///< e.g. {"MONOCHROME1", "MONOCHROME2"}
    std::vector<std::string> planes;        ///< "AXIAL", "CORONAL", "SAGITTAL"
    std::vector<std::string> sequences;     ///< of MR, as imaging/study/mr_acquisition.h names them: {"T1"}
    std::string contrast;                   ///< "YES": after contrast agent only, "NO": without, "": either
    std::optional<double> minimumAge;       ///< years
    std::optional<double> maximumAge;
    /// QualityControlImage (0028,0300): "YES" admits phantoms only, "NO" refuses them, "" ignores the tag.
    std::string qualityControlImage;
    bool operator==(const ModelScope&) const = default;
};

/// An orientation other than the training's that a network tells.
struct ToldOrientation {
    Orientation orientation = Orientation::Mirrored;
    /// The Mahalanobis distance within which 99 % of the validation images lie when put so: what is farther
    /// away is not said to be such an image.
    double distance = 0;
    bool operator==(const ToldOrientation&) const = default;
};

/// From where on an image is unlike those of the training. The tensors that measure it lie beside the weights
/// (gate.h); distances are Mahalanobis' distances.
struct GateCard {
    double warnDistance = 0;    ///< the 95th percentile over the validation images; beyond: read with care
    double refuseDistance = 1;  ///< the 99th; beyond: not scored. At least warnDistance, > 0
    /// What is told from Orientation::AsTrained; empty = orientation is not checked. Not in it: what the
    /// training took for the same, and what could not be told on validation.
    std::vector<ToldOrientation> orientations;
    double orientationThreshold = 1;  ///< an orientation more probable than this is believed, 0 to 1
    bool operator==(const GateCard&) const = default;
};

/// As in files: "as_trained", "mirrored", "upside_down", "rotated_left", "rotated_right".
std::string orientationName(Orientation orientation);
std::optional<Orientation> orientationFromName(std::string_view name);

/// card.json, schema "residua.model/1".
struct ModelCard {
    std::string name;     ///< e.g. "chest-pneumonia": the folder's name
    std::string title;    ///< shown to the reader, e.g. "Chest radiograph: pneumonia"
    std::string version;  ///< e.g. "1.0"
    std::string description;
    Architecture architecture;
    PreprocessSpec input;
    std::vector<FindingCard> findings;
    Aggregation aggregation = Aggregation::Highest;
    ModelScope scope;
    std::optional<GateCard> gate;  ///< none: images are not compared with those of the training
    std::string intendedUse = "For research and teaching, not a medical device.";
    std::vector<std::string> limits;  ///< plain sentences
    std::string license;
    std::string weightsSha256;  ///< of model.safetensors, lower-case hex
    /// Free-form facts written by training and evaluation: data, splits, metrics with intervals, baselines.
    /// Kept as JSON text so that this header stays light.
    std::string trainingJson = "{}";
    std::string evaluationJson = "{}";
};

/// Throws Error BundleCardInvalid, its detail naming the field.
ModelCard parseModelCard(std::string_view json, const std::filesystem::path& path);
std::string toJson(const ModelCard& card);

}  // namespace residua
