// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/findings/json_fields.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

namespace residua {

using nlohmann::ordered_json;

namespace {

constexpr int kMaximumDepth = 64;

std::string toText(double value) {
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return {buffer.data(), end};
}

}  // namespace

ordered_json parseJson(std::string_view text, ProblemKind kind, const std::filesystem::path& path) {
    const auto shallow = [&](int depth, ordered_json::parse_event_t, ordered_json&) {
        if (depth > kMaximumDepth) throw Error(kind, path, "nested more than 64 deep");
        return true;
    };
    try {
        return ordered_json::parse(text, shallow);
    } catch (const nlohmann::json::parse_error& error) {
        // The library's sentence quotes the text, which may hold a patient's name: only the place is told.
        throw Error(kind, path, "not JSON: fault at byte " + std::to_string(error.byte));
    } catch (const nlohmann::json::exception&) {
        throw Error(kind, path, "not JSON: a number outside every range");
    }
}

JsonFields::JsonFields(const ordered_json& value, std::string where, ProblemKind kind,
                       std::filesystem::path path)
    : value_(&value), where_(std::move(where)), kind_(kind), path_(std::move(path)) {
    if (!value.is_object())
        throw Error(kind_, path_, (where_.empty() ? "the file" : where_) + ": an object is needed");
}

bool JsonFields::has(const std::string& key) const {
    return value_->contains(key) && !value_->at(key).is_null();
}

const ordered_json& JsonFields::at(const std::string& key) const {
    if (!has(key)) refuse(key, "missing");
    return value_->at(key);
}

JsonFields JsonFields::object(const std::string& key) const {
    return {at(key), name(key), kind_, path_};
}

std::vector<JsonFields> JsonFields::objects(const std::string& key) const {
    std::vector<JsonFields> result;
    if (!has(key)) return result;
    const auto& list = at(key);
    if (!list.is_array()) refuse(key, "a list is needed");
    for (std::size_t i = 0; i < list.size(); ++i)
        result.emplace_back(list[i], name(key) + "[" + std::to_string(i) + "]", kind_, path_);
    return result;
}

std::string JsonFields::text(const std::string& key, std::optional<std::string> fallback) const {
    if (fallback && !has(key)) return *std::move(fallback);
    if (!at(key).is_string()) refuse(key, "a text is needed");
    return at(key).get<std::string>();
}

double JsonFields::number(const std::string& key, double low, double high,
                          std::optional<double> fallback) const {
    if (fallback && !has(key)) return *fallback;
    const auto& value = at(key);
    const double number = value.is_number() ? value.get<double>() : low - 1;
    if (!value.is_number() || !(number >= low && number <= high))
        refuse(key, "a number from " + toText(low) + " to " + toText(high) + " is needed");
    return number;
}

int JsonFields::integer(const std::string& key, int low, int high, std::optional<int> fallback) const {
    if (fallback && !has(key)) return *fallback;
    const auto& value = at(key);
    const bool inside = value.is_number_unsigned()
                            ? high >= 0 && value.get<std::uint64_t>() <= static_cast<std::uint64_t>(high)
                            : value.is_number_integer();
    if (!inside || value.get<std::int64_t>() < low || value.get<std::int64_t>() > high)
        refuse(key,
               "a whole number from " + std::to_string(low) + " to " + std::to_string(high) + " is needed");
    return value.get<int>();
}

bool JsonFields::flag(const std::string& key, std::optional<bool> fallback) const {
    if (fallback && !has(key)) return *fallback;
    if (!at(key).is_boolean()) refuse(key, "true or false is needed");
    return at(key).get<bool>();
}

std::vector<std::string> JsonFields::texts(const std::string& key) const {
    std::vector<std::string> result;
    if (!has(key)) return result;
    if (!at(key).is_array()) refuse(key, "a list of texts is needed");
    for (const auto& entry : at(key)) {
        if (!entry.is_string()) refuse(key, "a list of texts is needed");
        result.push_back(entry.get<std::string>());
    }
    return result;
}

std::vector<double> JsonFields::numbers(const std::string& key, double low, double high) const {
    const auto& list = at(key);
    if (!list.is_array()) refuse(key, "a list of numbers is needed");
    std::vector<double> result;
    for (const auto& entry : list) {
        const bool inside = entry.is_number() && entry.get<double>() >= low && entry.get<double>() <= high;
        if (!inside) refuse(key, "numbers from " + toText(low) + " to " + toText(high) + " are needed");
        result.push_back(entry.get<double>());
    }
    return result;
}

std::size_t JsonFields::choice(const std::string& key, const std::vector<std::string>& names,
                               std::optional<std::size_t> fallback) const {
    if (fallback && !has(key)) return *fallback;
    const std::string value = text(key);
    std::string known;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == value) return i;
        known += (i == 0 ? "" : ", ") + names[i];
    }
    refuse(key, "one of " + known + " is needed");
}

void JsonFields::refuse(const std::string& key, const std::string& what) const {
    throw Error(kind_, path_, name(key) + ": " + what);
}

std::string JsonFields::name(const std::string& key) const {
    return where_.empty() ? key : where_ + "." + key;
}

}  // namespace residua
