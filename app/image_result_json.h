// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/analysis.h"

namespace residua {

/// The JSON of an image's result, one for the protocol and for residua.analysis/1.

/// UTF-8 as a string; a path in another encoding as {"bytes": "lower-case hex"}, so that it comes back
/// unchanged.
nlohmann::json pathToJson(const std::filesystem::path& path);
/// The readers throw Error UsageInvalid naming the field.
std::filesystem::path pathFromJson(const nlohmann::json& json);

/// {"kind", "path", "detail"}
nlohmann::json problemToJson(const Problem& problem);
Problem problemFromJson(const nlohmann::json& json);

/// {"path", "frame", "study_uid", "series_uid", "sop_instance_uid", "model_sha256", "scope": {"state",
/// "reason", "caution"?}, "likeness"? {"unlikeness", "orientation", "orientation_share"}, of networks with a
/// gate, also where it refused the image;
///  "problem"?, "findings": [{"code", "score", "logit", "bias", "map"?}], "device", "precision", "note"};
/// a map is {"width", "height", "to_image": [a, b, c, d, e, f], "values"}: values row by row, shortest
/// decimals that give back the same float32.
nlohmann::json imageResultToJson(const ImageResult& result);
ImageResult imageResultFromJson(const nlohmann::json& json);

/// One line, no line feed; bytes that are not UTF-8 become U+FFFD.
std::string jsonLine(const nlohmann::json& json);

}  // namespace residua
