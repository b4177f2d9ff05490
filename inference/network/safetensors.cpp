// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "imaging/atomic_file.h"
#include "imaging/error.h"

namespace residua {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

static_assert(std::endian::native == std::endian::little, "tensors are stored little-endian");

constexpr std::size_t kHeaderLimit = std::size_t{16} << 20;
constexpr std::size_t kMaximumDimensions = 8;

struct TypeRow {
    TensorType type;
    std::string_view name;
    std::size_t size;
};
constexpr std::array<TypeRow, 4> kTypes{{{TensorType::Float32, "F32", 4},
                                         {TensorType::Float16, "F16", 2},
                                         {TensorType::BFloat16, "BF16", 2},
                                         {TensorType::Int64, "I64", 8}}};

/// A rule broken; the constructor adds the path.
struct Refusal {
    std::string detail;
};

void require(bool holds, const std::string& detail) {
    if (!holds) throw Refusal{detail};
}

/// JSON with at most `tensor → field → array` nesting in which no key occurs twice: parsers disagree which
/// one counts.
json parseHeader(std::string_view header) {
    std::vector<std::set<std::string>> keys;
    const auto check = [&keys](int depth, json::parse_event_t event, json& value) {
        require(depth <= 3, "header nested too deep");
        if (event == json::parse_event_t::object_start) keys.emplace_back();
        if (event == json::parse_event_t::object_end) keys.pop_back();
        if (event == json::parse_event_t::key) {
            const auto& key = value.get_ref<const std::string&>();
            require(keys.back().insert(key).second, "key '" + key + "' occurs twice");
        }
        return true;
    };
    try {
        return json::parse(header, check);
    } catch (const json::exception&) {
        throw Refusal{"header is not JSON"};
    }
}

/// A whole number that is not negative: the header's JSON has no others.
std::uint64_t wholeNumber(const json& value, const std::string& what) {
    require(value.is_number_unsigned(), what + " is invalid");
    return value.get<std::uint64_t>();
}

const TypeRow& typeNamed(const json& value, const std::string& tensor) {
    require(value.is_string(), "dtype of '" + tensor + "' is missing");
    const auto& name = value.get_ref<const std::string&>();
    const auto row = std::ranges::find(kTypes, name, &TypeRow::name);
    require(row != kTypes.end(), "dtype '" + name + "' of '" + tensor + "' is not F32, F16, BF16 or I64");
    return *row;
}

struct Entry {
    StoredTensor tensor;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

Entry readEntry(const std::string& name, const json& value) {
    require(value.is_object(), "entry '" + name + "' is not an object");
    const json none;
    const auto field = [&](const char* key) -> const json& {
        return value.contains(key) ? value[key] : none;
    };
    Entry entry;
    entry.tensor.name = name;
    const TypeRow& type = typeNamed(field("dtype"), name);
    entry.tensor.type = type.type;

    const json& shape = field("shape");
    require(shape.is_array() && shape.size() <= kMaximumDimensions, "shape of '" + name + "' is invalid");
    std::uint64_t size = type.size;
    for (const auto& side : shape) {
        const auto length = wholeNumber(side, "shape of '" + name + "'");
        require(length <= INT64_MAX && !__builtin_mul_overflow(size, length, &size),
                "shape of '" + name + "' overflows");
        entry.tensor.shape.push_back(static_cast<std::int64_t>(length));
    }

    const json& offsets = field("data_offsets");
    require(offsets.is_array() && offsets.size() == 2, "offsets of '" + name + "' are not two numbers");
    entry.begin = wholeNumber(offsets[0], "first offset of '" + name + "'");
    entry.end = wholeNumber(offsets[1], "second offset of '" + name + "'");
    require(entry.begin <= entry.end && entry.end - entry.begin == size,
            "offsets of '" + name + "' do not fit its shape");
    return entry;
}

std::map<std::string, std::string> readMetadata(const json& value) {
    require(value.is_object(), "__metadata__ is not an object");
    std::map<std::string, std::string> result;
    for (const auto& [key, text] : value.items()) {
        require(text.is_string(), "__metadata__ holds something other than text");
        result[key] = text.get<std::string>();
    }
    return result;
}

}  // namespace

Safetensors::Safetensors(std::string bytes, const std::filesystem::path& path)
    : bytes_(std::move(bytes)), path_(path) {
    try {
        require(bytes_.size() >= 8, "shorter than its 8 bytes of header length");
        std::uint64_t length = 0;
        std::copy_n(bytes_.data(), 8, reinterpret_cast<char*>(&length));
        require(length <= kHeaderLimit, "header of " + std::to_string(length) + " bytes, limit 16 MiB");
        require(length <= bytes_.size() - 8, "header is longer than the file");
        readHeader(std::string_view(bytes_).substr(8, length), 8 + length);
    } catch (const Refusal& refusal) {
        throw Error(ProblemKind::WeightsFormatInvalid, path_, refusal.detail);
    }
}

void Safetensors::readHeader(std::string_view header, std::size_t dataOffset) {
    const json parsed = parseHeader(header);
    require(parsed.is_object(), "header is not a JSON object");
    std::vector<Entry> entries;
    for (const auto& [name, value] : parsed.items()) {
        if (name == "__metadata__")
            metadata_ = readMetadata(value);
        else
            entries.push_back(readEntry(name, value));
    }
    std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    // No byte belongs to two tensors and none to nobody: a file that says one thing to us says it to
    // everyone.
    std::uint64_t position = 0;
    const std::uint64_t available = bytes_.size() - dataOffset;
    for (auto& [tensor, begin, end] : entries) {
        require(begin >= position, "'" + tensor.name + "' overlaps another tensor");
        require(begin == position, "gap before '" + tensor.name + "'");
        require(end <= available, "'" + tensor.name + "' ends beyond the file");
        tensor.bytes = std::as_bytes(std::span(bytes_)).subspan(dataOffset + begin, end - begin);
        position = end;
        tensors_.push_back(std::move(tensor));
    }
    require(position == available, "bytes after the last tensor");
}

namespace {

/// Tensors in the order of their bytes, and all that stands before them.
struct Layout {
    std::vector<const StoredTensor*> order;
    std::string start;
    std::size_t size = 0;  ///< of the whole file
};

Layout arrange(const std::vector<StoredTensor>& tensors, const std::map<std::string, std::string>& metadata) {
    ordered_json header = ordered_json::object();
    if (!metadata.empty()) header["__metadata__"] = metadata;
    // Wider types first (stable), so that each tensor is aligned without gaps.
    Layout layout;
    for (const auto& tensor : tensors) layout.order.push_back(&tensor);
    const auto size = [](const StoredTensor* t) {
        return std::ranges::find(kTypes, t->type, &TypeRow::type)->size;
    };
    std::ranges::stable_sort(layout.order, std::greater{}, size);

    std::uint64_t offset = 0;
    for (const auto* tensor : layout.order) {
        const auto type = std::ranges::find(kTypes, tensor->type, &TypeRow::type);
        header[tensor->name] = {{"dtype", type->name},
                                {"shape", tensor->shape},
                                {"data_offsets", {offset, offset + tensor->bytes.size()}}};
        offset += tensor->bytes.size();
    }
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');
    const std::uint64_t length = text.size();
    layout.start.assign(reinterpret_cast<const char*>(&length), 8);
    layout.start += text;
    layout.size = layout.start.size() + offset;
    return layout;
}

}  // namespace

std::string safetensorsBytes(const std::vector<StoredTensor>& tensors,
                             const std::map<std::string, std::string>& metadata) {
    auto layout = arrange(tensors, metadata);
    std::string result = std::move(layout.start);
    result.reserve(layout.size);
    for (const auto* tensor : layout.order)
        result.append(reinterpret_cast<const char*>(tensor->bytes.data()), tensor->bytes.size());
    return result;
}

void writeSafetensors(const std::filesystem::path& target, const std::vector<StoredTensor>& tensors,
                      const std::map<std::string, std::string>& metadata) {
    const auto layout = arrange(tensors, metadata);
    AtomicFile file(target);
    file.write(layout.start);
    for (const auto* tensor : layout.order) file.write(tensor->bytes);
    file.commit();
}

}  // namespace residua
