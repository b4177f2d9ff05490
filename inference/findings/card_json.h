// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "inference/findings/json_fields.h"
#include "inference/findings/model_card.h"

namespace residua {

/// The card's parts as JSON, also used by the training recipe. The readers throw what `fields` throws, naming
/// the field; missing fields of the input and the scope keep their defaults.
nlohmann::ordered_json architectureJson(const Architecture& architecture);
nlohmann::ordered_json inputJson(const PreprocessSpec& input);
nlohmann::ordered_json findingJson(const FindingCard& finding);
nlohmann::ordered_json scopeJson(const ModelScope& scope);
nlohmann::ordered_json gateJson(const GateCard& gate);

Architecture readArchitecture(const JsonFields& fields);
PreprocessSpec readInput(const JsonFields& fields);
FindingCard readFinding(const JsonFields& fields);
ModelScope readScope(const JsonFields& fields);
GateCard readGate(const JsonFields& fields);

/// The card's `aggregation`: "highest" (also where it is missing) or "neighbours".
std::string aggregationName(Aggregation aggregation);
Aggregation readAggregation(const JsonFields& fields);

/// Refuses "findings" of `holder` where a kind_of names no finding, or one that is a kind itself.
void checkKinds(const std::vector<FindingCard>& findings, const JsonFields& holder);

}  // namespace residua
