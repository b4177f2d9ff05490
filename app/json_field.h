// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "imaging/error.h"

namespace residua {

/// A field that must be there and of the type. Throws Error UsageInvalid naming the field.
template <class Value>
Value jsonField(const nlohmann::json& json, const char* name) {
    try {
        return json.at(name).get<Value>();
    } catch (const nlohmann::json::exception&) {
        throw Error(ProblemKind::UsageInvalid, {},
                    std::string("field ") + name + " is missing or of the wrong type");
    }
}

/// The same where the field may be absent.
template <class Value>
Value jsonFieldOr(const nlohmann::json& json, const char* name, Value otherwise) {
    return json.is_object() && json.contains(name) ? jsonField<Value>(json, name) : std::move(otherwise);
}

/// An array that must be there.
inline const nlohmann::json& jsonArray(const nlohmann::json& json, const char* name) {
    if (!json.is_object() || !json.contains(name) || !json.at(name).is_array())
        throw Error(ProblemKind::UsageInvalid, {}, std::string("field ") + name + " is missing or no list");
    return json.at(name);
}

}  // namespace residua
