// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace residua {

/// A field that must be there and of the type. Throws Error UsageInvalid naming the field.
/// Instantiated for the types that our messages hold.
template <class Value>
Value jsonField(const nlohmann::json& json, const char* name);

/// The same where the field may be absent.
std::string jsonTextOr(const nlohmann::json& json, const char* name, const std::string& otherwise = {});

/// An array that must be there.
const nlohmann::json& jsonArray(const nlohmann::json& json, const char* name);

}  // namespace residua
