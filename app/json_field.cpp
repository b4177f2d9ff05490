// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/json_field.h"

#include <array>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <vector>

#include "imaging/error.h"

namespace residua {

using nlohmann::json;

namespace {

[[noreturn]] void refuse(const char* name) {
    throw Error(ProblemKind::UsageInvalid, {},
                std::string("field ") + name + " is missing or of the wrong type");
}

/// nlohmann-json converts 1e30 or 0.5 to int, and true to 1; a message that needs that is not ours.
template <class Value>
bool fits(const json& value) {
    if constexpr (std::is_same_v<Value, bool>) {
        return value.is_boolean();
    } else if constexpr (std::is_integral_v<Value>) {
        if (value.is_number_unsigned())
            return value.get<std::uint64_t>() <= std::uint64_t(std::numeric_limits<int>::max());
        return std::is_signed_v<Value> && value.is_number_integer() &&
               value.get<std::int64_t>() >= std::numeric_limits<int>::min();
    } else if constexpr (std::is_floating_point_v<Value>) {
        return value.is_number();
    } else {
        return true;
    }
}

}  // namespace

template <class Value>
Value jsonField(const json& object, const char* name) {
    if (!object.is_object() || !object.contains(name)) refuse(name);
    const auto& value = object.at(name);
    if (!fits<Value>(value)) refuse(name);
    try {
        return value.get<Value>();
    } catch (const json::exception&) {
        refuse(name);
    }
}

template bool jsonField<bool>(const json&, const char*);
template int jsonField<int>(const json&, const char*);
template std::size_t jsonField<std::size_t>(const json&, const char*);
template double jsonField<double>(const json&, const char*);
template std::string jsonField<std::string>(const json&, const char*);
template json jsonField<json>(const json&, const char*);
template std::vector<float> jsonField<std::vector<float>>(const json&, const char*);
template std::vector<int> jsonField<std::vector<int>>(const json&, const char*);
template std::vector<double> jsonField<std::vector<double>>(const json&, const char*);
template std::array<double, 6> jsonField<std::array<double, 6>>(const json&, const char*);

std::string jsonTextOr(const json& object, const char* name, const std::string& otherwise) {
    return object.is_object() && object.contains(name) ? jsonField<std::string>(object, name) : otherwise;
}

const json& jsonArray(const json& object, const char* name) {
    if (!object.is_object() || !object.contains(name) || !object.at(name).is_array()) refuse(name);
    return object.at(name);
}

}  // namespace residua
