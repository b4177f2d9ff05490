// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace residua {

/// One value of a pickle. Values refer to each other by pointers into their Pickle and may refer in circles.
struct PickleValue {
    /// A class or function by its name only; nothing is ever looked up or called.
    struct Global {
        std::string name;  ///< e.g. "torch._utils._rebuild_tensor_v2"
    };
    /// A run of numbers that lies elsewhere in the archive.
    struct Storage {
        std::string type;  ///< e.g. "torch.FloatStorage"
        std::string key;   ///< names the record: data/KEY
        std::uint64_t numbers = 0;
    };
    struct Tensor {
        const Storage* storage = nullptr;
        std::uint64_t offset = 0;  ///< in numbers
        std::vector<std::uint64_t> shape, strides;
    };
    struct Tuple {
        std::vector<const PickleValue*> items;
    };
    struct List {
        std::vector<const PickleValue*> items;
    };
    struct Dict {  ///< also an OrderedDict, in the order of the file
        std::vector<std::pair<const PickleValue*, const PickleValue*>> items;
    };

    std::variant<std::monostate, bool, std::int64_t, double, std::string, Global, Storage, Tensor, Tuple,
                 List, Dict>
        value;

    template <class T>
    const T* as() const {
        return std::get_if<T>(&value);
    }
};

/// Reads what torch.save writes of a state dict (Python's pickletools, protocol 2): tensors, dicts, ordered
/// dicts, lists, tuples, numbers and text. Of the classes and functions that a pickle names, those of
/// PyTorch's tensors and collections.OrderedDict are understood; every other, and every other opcode, throws
/// Error WeightsContentRefused naming it. A pickle that breaks its own rules throws WeightsFormatInvalid.
/// Nothing is executed.
class Pickle {
public:
    /// @param bytes at most 16 MiB
    /// @param path for the problem only
    Pickle(std::string_view bytes, const std::filesystem::path& path);

    const PickleValue& top() const { return *top_; }

    Pickle(Pickle&&) = delete;  // values point at each other
    Pickle& operator=(Pickle&&) = delete;

private:
    std::deque<PickleValue> values_;
    const PickleValue* top_ = nullptr;
};

}  // namespace residua
