// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/training_cache.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>

#include <atomic>
#include <bit>
#include <cmath>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <limits>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "imaging/atomic_file.h"

namespace residua {

namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "the cache is read as it lies on the disk");

constexpr std::string_view kSchema = "residua.cache/1";
constexpr std::size_t kAlignment = 64;
constexpr int kLargestSide = 16384;

/// The file's last 24 bytes: where the index lies. It comes last because pixels are written as they are
/// decoded.
struct Trailer {
    std::uint64_t indexOffset = 0;
    std::uint64_t indexBytes = 0;
    char magic[8] = {'r', 's', 'd', 'c', 'a', 'c', 'h', '1'};
};

Json affineToJson(const Affine& t) {
    return Json::array({t.a, t.b, t.c, t.d, t.e, t.f});
}

Affine affineFromJson(const Json& json) {
    return {json.at(0).get<double>(), json.at(1).get<double>(), json.at(2).get<double>(),
            json.at(3).get<double>(), json.at(4).get<double>(), json.at(5).get<double>()};
}

Json targetsToJson(const std::vector<float>& targets) {
    Json array = Json::array();
    for (const float target : targets) array.push_back(std::isnan(target) ? Json() : Json(target));
    return array;
}

Json sampleToJson(const CachedSample& sample) {
    Json boxes = Json::array();
    for (const auto& box : sample.image.boxes)
        boxes.push_back(Json::array({box.x0, box.y0, box.x1, box.y1, box.label}));
    return {{"path", sample.image.path.string()},
            {"label", sample.image.label},
            {"patient", sample.image.patientId},
            {"split", splitName(sample.image.split)},
            {"boxes", boxes},
            {"targets", targetsToJson(sample.targets)},
            {"cache_to_image", affineToJson(sample.cacheToImage)},
            {"image_width", sample.imageWidth},
            {"image_height", sample.imageHeight}};
}

Split splitFromName(const std::string& name) {
    for (const auto split : {Split::Train, Split::Validation, Split::Test, Split::Unused})
        if (splitName(split) == name) return split;
    return Split::Unassigned;
}

CachedSample sampleFromJson(const Json& json) {
    CachedSample sample;
    sample.image.path = json.at("path").get<std::string>();
    sample.image.label = json.at("label").get<std::string>();
    sample.image.patientId = json.at("patient").get<std::string>();
    sample.image.split = splitFromName(json.at("split").get<std::string>());
    for (const auto& box : json.at("boxes"))
        sample.image.boxes.push_back({box.at(0).get<double>(), box.at(1).get<double>(),
                                      box.at(2).get<double>(), box.at(3).get<double>(),
                                      box.at(4).get<std::string>()});
    for (const auto& target : json.at("targets"))
        sample.targets.push_back(target.is_null() ? std::numeric_limits<float>::quiet_NaN()
                                                  : target.get<float>());
    sample.cacheToImage = affineFromJson(json.at("cache_to_image"));
    sample.imageWidth = json.at("image_width").get<int>();
    sample.imageHeight = json.at("image_height").get<int>();
    return sample;
}

/// A file mapped for reading, unmapped when it goes.
class Mapping {
public:
    explicit Mapping(const fs::path& file) {
        const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor < 0) throw Error(ProblemKind::FileMissing, file, std::strerror(errno));
        struct stat status {};
        const bool known = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
        size_ = known ? static_cast<std::size_t>(status.st_size) : 0;
        if (size_ >= sizeof(Trailer)) bytes_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor, 0);
        ::close(descriptor);
        if (size_ < sizeof(Trailer)) throw Error(ProblemKind::TrainingCacheInvalid, file, "too short");
        if (bytes_ == MAP_FAILED) throw Error(ProblemKind::FileUnreadable, file, std::strerror(errno));
    }
    ~Mapping() { ::munmap(bytes_, size_); }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;

    const char* data() const { return static_cast<const char*>(bytes_); }
    std::size_t size() const { return size_; }

private:
    void* bytes_ = MAP_FAILED;
    std::size_t size_ = 0;
};

std::string_view indexText(const Mapping& mapping, const fs::path& file) {
    Trailer trailer;
    std::memcpy(&trailer, mapping.data() + mapping.size() - sizeof(Trailer), sizeof(Trailer));
    const Trailer expected;
    if (std::memcmp(trailer.magic, expected.magic, sizeof(expected.magic)) != 0)
        throw Error(ProblemKind::TrainingCacheInvalid, file, "no trailer: not a cache, or cut short");
    const std::uint64_t end = mapping.size() - sizeof(Trailer);
    if (trailer.indexOffset > end || trailer.indexBytes != end - trailer.indexOffset)
        throw Error(ProblemKind::TrainingCacheInvalid, file, "the index does not fit the file");
    return {mapping.data() + trailer.indexOffset, static_cast<std::size_t>(trailer.indexBytes)};
}

}  // namespace

struct TrainingCache::State {
    explicit State(const fs::path& file) : mapping(file) {}

    void readIndex(const fs::path& file, const std::string* recipe);
    void addEntry(const Json& json, std::size_t pixelBytes, const fs::path& file);

    Mapping mapping;
    std::vector<CachedSample> samples;
    std::vector<CachedImage> images;
    std::string hash;
};

void TrainingCache::State::addEntry(const Json& json, std::size_t pixelBytes, const fs::path& file) {
    const int width = json.at("width").get<int>();
    const int height = json.at("height").get<int>();
    const auto offset = json.at("offset").get<std::uint64_t>();
    if (width < 1 || height < 1 || width > kLargestSide || height > kLargestSide || offset % kAlignment != 0)
        throw Error(ProblemKind::TrainingCacheInvalid, file, "an image's size or place is impossible");
    const auto count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    if (offset > pixelBytes || count * sizeof(std::uint16_t) > pixelBytes - offset)
        throw Error(ProblemKind::TrainingCacheInvalid, file, "an image lies beyond the pixels");
    auto sample = sampleFromJson(json);
    if (!samples.empty() && samples.front().targets.size() != sample.targets.size())
        throw Error(ProblemKind::TrainingCacheInvalid, file, "images with different numbers of findings");
    samples.push_back(std::move(sample));
    // The mapping begins on a page and the offset is a multiple of 64, so the values are aligned.
    const auto* pixels = reinterpret_cast<const std::uint16_t*>(mapping.data() + offset);
    images.push_back({width, height, {pixels, count}});
}

void TrainingCache::State::readIndex(const fs::path& file, const std::string* recipe) {
    const auto text = indexText(mapping, file);
    try {
        const auto json = Json::parse(text);
        if (json.at("schema") != kSchema)
            throw Error(ProblemKind::TrainingCacheInvalid, file, "another version");
        if (recipe && json.at("recipe") != *recipe)
            throw Error(ProblemKind::TrainingCacheInvalid, file, "made for another recipe");
        for (const auto& entry : json.at("samples")) addEntry(entry, mapping.size() - text.size(), file);
    } catch (const Json::exception& error) {
        throw Error(ProblemKind::TrainingCacheInvalid, file, error.what());
    }
}

TrainingCache::TrainingCache(const fs::path& file, const std::string& recipe)
    : state_(std::make_unique<State>(file)) {
    state_->readIndex(file, &recipe);
}
TrainingCache::TrainingCache(const fs::path& file) : state_(std::make_unique<State>(file)) {
    state_->readIndex(file, nullptr);
}
TrainingCache::~TrainingCache() = default;
TrainingCache::TrainingCache(TrainingCache&&) noexcept = default;
TrainingCache& TrainingCache::operator=(TrainingCache&&) noexcept = default;

std::size_t TrainingCache::size() const {
    return state_->samples.size();
}
const CachedSample& TrainingCache::sample(std::size_t index) const {
    return state_->samples.at(index);
}
CachedImage TrainingCache::pixels(std::size_t index) const {
    return state_->images.at(index);
}

namespace {

/// Takes decoded images from several threads and writes them in the samples' order, so that the file is the
/// same whatever the threads' timing. At most one image a thread waits in memory.
class CacheWriter {
public:
    CacheWriter(const fs::path& file, const std::vector<CachedSample>& samples, std::stop_token stop,
                const Progress& progress)
        : file_(file), samples_(samples), stop_(std::move(stop)), progress_(progress) {}

    /// Runs in each thread: takes the next image until none is left.
    void work(const std::function<DecodedSample(const LabelledImage&)>& decode) {
        while (!ended()) {
            const std::size_t i = next_++;  // taken means written: others wait for it
            if (i >= samples_.size()) return;
            DecodedSample decoded;
            std::optional<Problem> problem;
            try {
                decoded = decode(samples_[i].image);
                checkSize(decoded, samples_[i].image.path);
            } catch (const Error& error) {
                problem = error.problem();
            } catch (const std::exception& error) {  // no exception may leave a thread
                problem = Problem{ProblemKind::Unexpected, samples_[i].image.path, error.what()};
            }
            append(i, decoded, std::move(problem));
        }
    }

    std::vector<Problem> finish(const std::string& recipe) {
        if (failure_) std::rethrow_exception(failure_);
        if (stop_.stop_requested()) throw Error(ProblemKind::Cancelled, {});
        const Json index = {{"schema", kSchema}, {"recipe", recipe}, {"samples", entries_}};
        const auto text = index.dump(-1, ' ', false, Json::error_handler_t::replace);
        const Trailer trailer{offset_, text.size()};
        file_.write(text);
        file_.write(std::as_bytes(std::span(&trailer, 1)));
        file_.commit();
        return std::move(problems_);
    }

private:
    bool ended() {
        const std::scoped_lock lock(mutex_);
        return failure_ || stop_.stop_requested();
    }

    static void checkSize(const DecodedSample& decoded, const fs::path& path) {
        const auto count = static_cast<std::size_t>(std::max(0, decoded.width)) *
                           static_cast<std::size_t>(std::max(0, decoded.height));
        if (count == 0 || count != decoded.pixels.size() ||
            std::max(decoded.width, decoded.height) > kLargestSide)
            throw Error(ProblemKind::PixelHeaderInvalid, path,
                        "an image without pixels, or of an impossible size");
    }

    void append(std::size_t index, const DecodedSample& decoded, std::optional<Problem> problem) {
        std::unique_lock lock(mutex_);
        turn_.wait(lock, [&] { return written_ == index || failure_; });
        try {
            if (failure_) return;
            if (problem)
                problems_.push_back(std::move(*problem));
            else
                write(index, decoded);
            if (progress_) progress_(index + 1, samples_.size());
        } catch (...) {
            failure_ = std::current_exception();  // a full disk: thrown again by finish()
        }
        ++written_;
        turn_.notify_all();
    }

    void write(std::size_t index, const DecodedSample& decoded) {
        CachedSample sample = samples_[index];
        sample.cacheToImage = decoded.cacheToImage;
        sample.imageWidth = decoded.imageWidth;
        sample.imageHeight = decoded.imageHeight;
        auto entry = sampleToJson(sample);
        entry["width"] = decoded.width;
        entry["height"] = decoded.height;
        entry["offset"] = offset_;
        entries_.push_back(std::move(entry));
        const auto bytes = std::as_bytes(std::span(decoded.pixels));
        const std::string padding((kAlignment - bytes.size() % kAlignment) % kAlignment, '\0');
        file_.write(bytes);
        file_.write(padding);
        offset_ += bytes.size() + padding.size();
    }

    AtomicFile file_;
    const std::vector<CachedSample>& samples_;
    std::stop_token stop_;
    const Progress& progress_;
    std::atomic<std::size_t> next_ = 0;
    std::mutex mutex_;
    std::condition_variable turn_;
    std::size_t written_ = 0;
    std::uint64_t offset_ = 0;
    Json entries_ = Json::array();
    std::vector<Problem> problems_;
    std::exception_ptr failure_;
};

}  // namespace

std::vector<Problem> buildTrainingCache(const fs::path& file, const std::string& recipe,
                                        const std::vector<CachedSample>& samples,
                                        const std::function<DecodedSample(const LabelledImage&)>& decode,
                                        unsigned threads, std::stop_token stop, const Progress& progress) {
    CacheWriter writer(file, samples, std::move(stop), progress);
    {
        std::vector<std::jthread> pool;
        for (unsigned i = 0; i < std::max(1U, threads); ++i) pool.emplace_back([&] { writer.work(decode); });
    }
    return writer.finish(recipe);
}

}  // namespace residua
