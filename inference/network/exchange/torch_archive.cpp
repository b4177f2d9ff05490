// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/exchange/torch_archive.h"

#include <zip.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <map>
#include <optional>

#include "imaging/error.h"
#include "inference/network/exchange/pickle.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
constexpr std::string_view kDescription = "/data.pkl";

using Bytes = std::vector<std::byte>;

struct StorageType {
    std::string_view name;
    std::size_t size;                ///< bytes of a number
    std::optional<TensorType> type;  ///< none: tensors of it are left out
};
// Float64 is narrowed once it was read.
constexpr std::array<StorageType, 10> kStorageTypes{{{"torch.FloatStorage", 4, TensorType::Float32},
                                                     {"torch.DoubleStorage", 8, TensorType::Float32},
                                                     {"torch.HalfStorage", 2, TensorType::Float16},
                                                     {"torch.BFloat16Storage", 2, TensorType::BFloat16},
                                                     {"torch.LongStorage", 8, TensorType::Int64},
                                                     {"torch.IntStorage", 4, {}},
                                                     {"torch.ShortStorage", 2, {}},
                                                     {"torch.CharStorage", 1, {}},
                                                     {"torch.ByteStorage", 1, {}},
                                                     {"torch.BoolStorage", 1, {}}}};

const StorageType& typeOf(const PickleValue::Storage& storage) {
    return *std::ranges::find(kStorageTypes, storage.type, &StorageType::name);  // the pickle knows no others
}

/// A ZIP archive, closed with its owner. Records are read whole, their checksums compared.
class Archive {
public:
    explicit Archive(const fs::path& path) : path_(path) {
        int code = 0;
        zip_ = zip_open(path.c_str(), ZIP_RDONLY, &code);
        if (zip_ != nullptr) return;
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        const std::string text = zip_error_strerror(&error);
        zip_error_fini(&error);
        throw Error(ProblemKind::WeightsFormatInvalid, path, "the ZIP archive cannot be read: " + text);
    }
    ~Archive() { zip_discard(zip_); }
    Archive(const Archive&) = delete;
    Archive& operator=(const Archive&) = delete;

    /// The folder that holds data.pkl: the archive's one description.
    std::string root() const {
        std::string found;
        for (zip_int64_t i = 0; i < zip_get_num_entries(zip_, 0); ++i) {
            const char* name = zip_get_name(zip_, static_cast<zip_uint64_t>(i), ZIP_FL_ENC_RAW);
            const std::string_view text = name == nullptr ? "" : name;
            if (!text.ends_with(kDescription)) continue;
            if (!found.empty()) invalid("it holds more than one data.pkl");
            found = text.substr(0, text.size() - kDescription.size());
        }
        if (found.empty()) invalid("it holds no data.pkl: torch.save did not write it");
        return found;
    }

    bool has(const std::string& name) const {
        return zip_name_locate(zip_, name.c_str(), ZIP_FL_ENC_RAW) >= 0;
    }

    Bytes read(const std::string& name, std::uint64_t limit) const {
        zip_stat_t status;
        zip_stat_init(&status);
        if (zip_stat(zip_, name.c_str(), ZIP_FL_ENC_RAW, &status) != 0)
            invalid("record '" + name + "' is missing");
        // Uncompressed, a record cannot claim more than the file holds.
        if (status.comp_method != ZIP_CM_STORE || status.comp_size != status.size ||
            status.encryption_method != ZIP_EM_NONE)
            invalid("record '" + name + "' is compressed; torch.save does not compress");
        if (status.size > fileSize_)
            invalid("record '" + name + "' claims " + std::to_string(status.size) + " bytes, the file has " +
                    std::to_string(fileSize_));
        if (status.size > limit)
            tooLarge("record '" + name + "' has " + std::to_string(status.size) + " bytes");
        Bytes bytes(status.size);
        zip_file_t* file = zip_fopen_index(zip_, status.index, 0);
        if (file == nullptr) invalid("record '" + name + "': " + zip_strerror(zip_));
        const auto count = zip_fread(file, bytes.data(), bytes.size());
        std::byte beyond{};
        const bool whole =
            count == static_cast<zip_int64_t>(bytes.size()) && zip_fread(file, &beyond, 1) == 0;
        zip_fclose(file);
        if (!whole) invalid("record '" + name + "' is damaged or cut short");
        return bytes;
    }

    [[noreturn]] void invalid(const std::string& detail) const {
        throw Error(ProblemKind::WeightsFormatInvalid, path_, detail);
    }
    [[noreturn]] void tooLarge(const std::string& detail) const {
        throw Error(ProblemKind::FileTooLarge, path_, detail);
    }

private:
    fs::path path_;
    std::uint64_t fileSize_ = fs::file_size(path_);
    zip_t* zip_ = nullptr;
};

using NamedTensor = std::pair<std::string, const PickleValue::Tensor*>;

/// A dict's tensors, if it has text for keys.
std::vector<NamedTensor> tensorsIn(const PickleValue& value) {
    std::vector<NamedTensor> tensors;
    if (const auto* dict = value.as<PickleValue::Dict>())
        for (const auto& [key, item] : dict->items)
            if (const auto* name = key->as<std::string>(); name && item->as<PickleValue::Tensor>())
                tensors.emplace_back(*name, item->as<PickleValue::Tensor>());
    return tensors;
}

/// The state dict itself, or the one among a checkpoint's items; of several the one with the usual name.
std::vector<NamedTensor> findStateDict(const PickleValue& top, const Archive& archive, std::string& under) {
    auto tensors = tensorsIn(top);
    if (!tensors.empty()) return tensors;
    std::map<std::string, std::vector<NamedTensor>> found;
    if (const auto* dict = top.as<PickleValue::Dict>())
        for (const auto& [key, item] : dict->items)
            if (const auto* name = key->as<std::string>())
                if (auto inside = tensorsIn(*item); !inside.empty()) found[*name] = std::move(inside);
    if (found.empty()) archive.invalid("it holds no dict of tensors");
    auto chosen = found.size() == 1 ? found.begin() : found.end();
    for (const char* usual : {"state_dict", "model_state_dict", "model"})
        if (chosen == found.end()) chosen = found.find(usual);
    if (chosen == found.end()) {
        std::string names;
        for (const auto& entry : found) names += (names.empty() ? "'" : ", '") + entry.first + "'";
        archive.invalid("it holds several dicts of tensors (" + names + "), none called 'state_dict'");
    }
    under = chosen->first;
    return chosen->second;
}

/// Reads each storage once; tensors share it where they can.
class TensorReader {
public:
    TensorReader(const Archive& archive, std::string root) : archive_(archive), root_(std::move(root)) {}

    std::optional<StoredTensor> read(const std::string& name, const PickleValue::Tensor& tensor) {
        const auto& type = typeOf(*tensor.storage);
        if (!type.type) return std::nullopt;
        const std::uint64_t numbers = checkedNumbers(name, tensor);
        const auto& storage = storageOf(*tensor.storage, type);
        StoredTensor stored{name, *type.type, {}, {}};
        for (const auto side : tensor.shape) stored.shape.push_back(static_cast<std::int64_t>(side));
        const std::span<const std::byte> all(storage);
        if (inRows(tensor))
            stored.bytes = all.subspan(tensor.offset * type.size, numbers * type.size);
        else
            stored.bytes =
                kept(numbers * type.size, [&] { return gathered(tensor, storage, type.size, numbers); });
        if (type.name == "torch.DoubleStorage")
            stored.bytes = kept(stored.bytes.size() / 2, [&] { return narrowed(stored.bytes); });
        return stored;
    }

    std::shared_ptr<const void> memory() const { return memory_; }

private:
    /// @return how many numbers the tensor has, all of them inside its storage and none there twice
    std::uint64_t checkedNumbers(const std::string& name, const PickleValue::Tensor& tensor) const {
        std::uint64_t numbers = 1, last = tensor.offset;
        bool fits = tensor.storage->numbers <= kMostBytes;
        for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
            std::uint64_t reach = 0;
            fits = fits && tensor.shape[i] <= kMostBytes &&
                   !__builtin_mul_overflow(numbers, tensor.shape[i], &numbers) &&
                   !__builtin_mul_overflow(std::max<std::uint64_t>(tensor.shape[i], 1) - 1, tensor.strides[i],
                                           &reach) &&
                   !__builtin_add_overflow(last, reach, &last);
        }
        const auto held = tensor.storage->numbers;
        if (!fits || numbers > held || (numbers > 0 ? last >= held : tensor.offset > held))
            archive_.invalid("'" + name + "' reaches beyond the " + std::to_string(held) +
                             " numbers of its storage");
        return numbers;
    }

    const Bytes& storageOf(const PickleValue::Storage& storage, const StorageType& type) {
        const auto found = places_.find(storage.key);
        const auto& bytes = found != places_.end() ? memory_->at(found->second) : readStorage(storage.key);
        if (bytes.size() != storage.numbers * type.size)
            archive_.invalid("record 'data/" + storage.key + "' has " + std::to_string(bytes.size()) +
                             " bytes, its description says " + std::to_string(storage.numbers * type.size));
        return bytes;
    }

    const Bytes& readStorage(const std::string& key) {
        auto bytes = archive_.read(root_ + "/data/" + key, kMostBytes - taken_);
        taken_ += bytes.size();
        places_[key] = memory_->size();
        return memory_->emplace_back(std::move(bytes));
    }

    /// Copies count too: many tensors may lie in one storage.
    template <class Make>
    std::span<const std::byte> kept(std::uint64_t bytes, const Make& make) {
        if (bytes > kMostBytes - taken_) archive_.tooLarge("its tensors have more than 1 GiB");
        taken_ += bytes;
        return memory_->emplace_back(make());
    }

    static bool inRows(const PickleValue::Tensor& tensor) {
        std::uint64_t expected = 1;
        for (std::size_t i = tensor.shape.size(); i-- > 0;) {
            if (tensor.shape[i] > 1 && tensor.strides[i] != expected) return false;
            expected *= tensor.shape[i];
        }
        return true;
    }

    /// A tensor that lies otherwise (channels-last, transposed), row by row.
    static Bytes gathered(const PickleValue::Tensor& tensor, const Bytes& storage, std::size_t size,
                          std::uint64_t numbers) {
        Bytes result(numbers * size);
        std::vector<std::uint64_t> index(tensor.shape.size(), 0);
        for (std::uint64_t i = 0; i < numbers; ++i) {
            std::uint64_t place = tensor.offset;
            for (std::size_t d = 0; d < index.size(); ++d) place += index[d] * tensor.strides[d];
            std::memcpy(result.data() + i * size, storage.data() + place * size, size);
            for (std::size_t d = index.size(); d-- > 0 && ++index[d] == tensor.shape[d];) index[d] = 0;
        }
        return result;
    }

    static Bytes narrowed(std::span<const std::byte> doubles) {
        Bytes result(doubles.size() / 2);
        for (std::size_t i = 0; i < doubles.size() / sizeof(double); ++i) {
            double wide = 0;
            std::memcpy(&wide, doubles.data() + i * sizeof wide, sizeof wide);
            const auto narrow = static_cast<float>(wide);
            std::memcpy(result.data() + i * sizeof narrow, &narrow, sizeof narrow);
        }
        return result;
    }

    const Archive& archive_;
    std::string root_;
    std::uint64_t taken_ = 0;
    std::map<std::string, std::size_t> places_;  ///< in memory_, by the storage's key
    std::shared_ptr<std::deque<Bytes>> memory_ = std::make_shared<std::deque<Bytes>>();
};

}  // namespace

WeightsFile readTorchArchive(const fs::path& path) {
    const Archive archive(path);
    const auto root = archive.root();
    if (archive.has(root + "/byteorder")) {
        const auto order = archive.read(root + "/byteorder", 16);
        if (std::string_view(reinterpret_cast<const char*>(order.data()), order.size()) != "little")
            archive.invalid("its numbers are big-endian; little-endian ones are read");
    }
    const auto description = archive.read(root + std::string(kDescription), kMostBytes);
    const Pickle pickle({reinterpret_cast<const char*>(description.data()), description.size()}, path);
    WeightsFile file;
    file.path = path;
    TensorReader reader(archive, root);
    for (const auto& [name, tensor] : findStateDict(pickle.top(), archive, file.under))
        if (auto stored = reader.read(name, *tensor)) file.tensors.push_back(std::move(*stored));
    file.memory = reader.memory();
    return file;
}

}  // namespace residua
