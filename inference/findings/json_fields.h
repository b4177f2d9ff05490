// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/error.h"

namespace residua {

/// Parses JSON that nobody vouches for: nested at most 64 deep, so that whatever walks it later ends. Throws
/// Error `kind` with the line and column of the fault.
nlohmann::ordered_json parseJson(std::string_view text, ProblemKind kind, const std::filesystem::path& path);

/// Reads the fields of one JSON object by name, each with its range. A field of the wrong type or outside its
/// range throws Error `kind`, its detail naming the field, e.g. "findings[0].threshold: a number from 0 to 1
/// is needed". Unknown fields are passed over: a newer writer may know more.
class JsonFields {
public:
    /// Throws if `value` is no object. @param where the object's name, e.g. "findings[0]"; empty = the whole
    /// file
    JsonFields(const nlohmann::ordered_json& value, std::string where, ProblemKind kind,
               std::filesystem::path path = {});

    bool has(const std::string& key) const;  ///< present and not null
    const nlohmann::ordered_json& at(const std::string& key) const;
    JsonFields object(const std::string& key) const;
    std::vector<JsonFields> objects(const std::string& key) const;  ///< of an array; missing = none

    /// Missing fields keep `fallback`; without one they are required.
    std::string text(const std::string& key, std::optional<std::string> fallback = {}) const;
    double number(const std::string& key, double low, double high, std::optional<double> fallback = {}) const;
    int integer(const std::string& key, int low, int high, std::optional<int> fallback = {}) const;
    bool flag(const std::string& key, std::optional<bool> fallback = {}) const;
    std::vector<std::string> texts(const std::string& key) const;  ///< missing = none
    std::vector<double> numbers(const std::string& key, double low, double high) const;
    /// The index of the text among `names`.
    std::size_t choice(const std::string& key, const std::vector<std::string>& names,
                       std::optional<std::size_t> fallback = {}) const;

    [[noreturn]] void refuse(const std::string& key, const std::string& what) const;

private:
    std::string name(const std::string& key) const;

    const nlohmann::ordered_json* value_;
    std::string where_;
    ProblemKind kind_;
    std::filesystem::path path_;
};

}  // namespace residua
