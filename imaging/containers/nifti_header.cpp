// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/containers/nifti_header.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "imaging/containers/gzip.h"
#include "imaging/error.h"

namespace residua {

namespace {

// nifti1.h and nifti2.h: sizes of the two headers.
constexpr std::int32_t kSize1 = 348;
constexpr std::int32_t kSize2 = 540;
constexpr std::size_t kReadCompressed = std::size_t{16} << 10;

constexpr std::uint64_t kLargestSlice = std::uint64_t{1} << 30;
constexpr std::uint64_t kLargestFile = std::uint64_t{2} << 30;
constexpr std::uint64_t kMostFrames = 100'000;
// Ours, as for deflated datasets.
constexpr std::uint64_t kMostExpansion = 200;
constexpr std::uint64_t kFreeSize = std::uint64_t{16} << 20;
constexpr double kLargestScale = 1e30;

[[noreturn]] void invalid(std::string what) {
    throw Error(ProblemKind::NiftiInvalid, {}, std::move(what));
}

/// The header's bytes, in either byte order.
class Fields {
public:
    Fields(std::span<const std::byte> bytes, bool isSwapped) : bytes_(bytes), isSwapped_(isSwapped) {}

    template <typename Value>
    Value at(std::size_t offset) const {
        std::array<std::byte, sizeof(Value)> copy{};
        std::ranges::copy(bytes_.subspan(offset, sizeof(Value)), copy.begin());
        if (isSwapped_) std::ranges::reverse(copy);
        return std::bit_cast<Value>(copy);
    }
    template <typename Value>
    std::array<double, 3> three(std::size_t offset) const {
        return {double(at<Value>(offset)), double(at<Value>(offset + sizeof(Value))),
                double(at<Value>(offset + 2 * sizeof(Value)))};
    }

private:
    std::span<const std::byte> bytes_;
    bool isSwapped_;
};

/// What the two headers have in common, as they say it.
struct RawHeader {
    std::array<std::int64_t, 8> dim{};
    int type = 0;
    int bits = 0;
    double dataOffset = 0;
    double slope = 0;
    double intercept = 0;
    int units = 0;
    NiftiPlacement placement;
};

template <typename Float>
void takePlacement(NiftiPlacement& placement, const Fields& fields, std::size_t quaternion) {
    constexpr std::size_t kThree = 3 * sizeof(Float), kFour = 4 * sizeof(Float);
    placement.quaternion = fields.three<Float>(quaternion);
    placement.offset = fields.three<Float>(quaternion + kThree);
    for (std::size_t row = 0; row < 3; ++row)
        for (std::size_t column = 0; column < 4; ++column)
            placement.sform[row][column] =
                fields.at<Float>(quaternion + 2 * kThree + row * kFour + column * sizeof(Float));
}

RawHeader header1(const Fields& fields) {
    RawHeader raw;
    for (std::size_t i = 0; i < raw.dim.size(); ++i) raw.dim[i] = fields.at<std::int16_t>(40 + 2 * i);
    raw.type = fields.at<std::int16_t>(70);
    raw.bits = fields.at<std::int16_t>(72);
    raw.placement.qfac = fields.at<float>(76);
    raw.placement.voxelSize = fields.three<float>(80);
    raw.dataOffset = fields.at<float>(108);
    raw.slope = fields.at<float>(112);
    raw.intercept = fields.at<float>(116);
    raw.units = fields.at<std::uint8_t>(123);
    raw.placement.qformCode = fields.at<std::int16_t>(252);
    raw.placement.sformCode = fields.at<std::int16_t>(254);
    takePlacement<float>(raw.placement, fields, 256);
    return raw;
}

RawHeader header2(const Fields& fields) {
    RawHeader raw;
    raw.type = fields.at<std::int16_t>(12);
    raw.bits = fields.at<std::int16_t>(14);
    for (std::size_t i = 0; i < raw.dim.size(); ++i) raw.dim[i] = fields.at<std::int64_t>(16 + 8 * i);
    raw.placement.qfac = fields.at<double>(104);
    raw.placement.voxelSize = fields.three<double>(112);
    raw.dataOffset = static_cast<double>(fields.at<std::int64_t>(168));
    raw.slope = fields.at<double>(176);
    raw.intercept = fields.at<double>(184);
    raw.placement.qformCode = fields.at<std::int32_t>(344);
    raw.placement.sformCode = fields.at<std::int32_t>(348);
    takePlacement<double>(raw.placement, fields, 352);
    raw.units = fields.at<std::int32_t>(500);
    return raw;
}

struct TypeRow {
    NiftiType type;
    int bits;
};
constexpr std::array<TypeRow, 11> kTypes{{{NiftiType::UInt8, 8},
                                          {NiftiType::Int16, 16},
                                          {NiftiType::Int32, 32},
                                          {NiftiType::Float32, 32},
                                          {NiftiType::Float64, 64},
                                          {NiftiType::Rgb24, 24},
                                          {NiftiType::Int8, 8},
                                          {NiftiType::UInt16, 16},
                                          {NiftiType::UInt32, 32},
                                          {NiftiType::Int64, 64},
                                          {NiftiType::UInt64, 64}}};
/// Bits, complex numbers of 64 to 256 bits, floats of 128 and RGBA.
constexpr std::array kUnreadTypes{1, 32, 1536, 1792, 2048, 2304};

TypeRow typeOf(const RawHeader& raw) {
    if (std::ranges::find(kUnreadTypes, raw.type) != kUnreadTypes.end())
        throw Error(ProblemKind::PixelFormatUnsupported, {}, "NIfTI datatype " + std::to_string(raw.type));
    const auto row = std::ranges::find(kTypes, static_cast<NiftiType>(raw.type), &TypeRow::type);
    if (row == kTypes.end()) invalid("datatype " + std::to_string(raw.type));
    if (row->bits != raw.bits)
        invalid("datatype " + std::to_string(raw.type) + " of " + std::to_string(raw.bits) + " bits");
    return *row;
}

/// A product of dimensions, refused before it leaves `most`.
std::uint64_t product(std::uint64_t so, std::int64_t factor, std::uint64_t most) {
    if (factor < 1) invalid("a dimension of " + std::to_string(factor));
    if (static_cast<std::uint64_t>(factor) > most / so)
        throw Error(ProblemKind::FrameTooLarge, {}, "dimensions beyond " + std::to_string(most));
    return so * static_cast<std::uint64_t>(factor);
}

void takeSize(NiftiHeader& header, const RawHeader& raw) {
    const auto count = raw.dim[0];
    if (count < 1 || count > 7) invalid(std::to_string(count) + " dimensions");
    const auto dim = [&](std::size_t i) { return static_cast<std::int64_t>(i) <= count ? raw.dim[i] : 1; };
    const auto voxels = product(product(1, dim(1), kLargestSlice), dim(2), kLargestSlice);
    const auto sliceBytes = product(voxels, static_cast<std::int64_t>(header.bytesPerVoxel), kLargestSlice);
    auto frames = product(1, dim(3), kMostFrames);
    const auto slices = frames;
    for (std::size_t i = 4; i < 8; ++i) frames = product(frames, dim(i), kMostFrames);
    product(sliceBytes, static_cast<std::int64_t>(frames), kLargestFile);
    header.placement.size = {static_cast<int>(dim(1)), static_cast<int>(dim(2)), static_cast<int>(slices)};
    header.volumes = static_cast<int>(frames / slices);
}

void takeOffset(NiftiHeader& header, const RawHeader& raw, std::size_t headerSize) {
    const double offset = raw.dataOffset;
    if (!(offset >= static_cast<double>(headerSize)) || offset > static_cast<double>(kLargestFile) ||
        offset != std::floor(offset))
        invalid("vox_offset does not lie behind the header");
    header.dataOffset = static_cast<std::size_t>(offset);
}

void takeScale(NiftiHeader& header, const RawHeader& raw) {
    // nifti1.h: a slope of 0 means none; many writers put NaN there.
    if (header.type == NiftiType::Rgb24 || !std::isfinite(raw.slope) || raw.slope == 0) return;
    if (!std::isfinite(raw.intercept) || std::abs(raw.intercept) > kLargestScale ||
        std::abs(raw.slope) > kLargestScale)
        invalid("scl_slope and scl_inter are no usable numbers");
    header.slope = raw.slope;
    header.intercept = raw.intercept;
}

/// nifti1.h, xyzt_units: metres, millimetres, micrometres, or unknown.
double unitOf(int units) {
    const int space = units & 7;
    return space == 1 ? 1000 : space == 3 ? 0.001 : 1;
}

/// Before memory is taken: whether the file can hold what the header promises.
void requireRoom(const NiftiHeader& header, std::uint64_t fileSize) {
    const std::uint64_t whole = header.wholeSize();
    if (whole > kLargestFile)
        throw Error(ProblemKind::FrameTooLarge, {}, std::to_string(whole >> 20) + " MiB of voxels");
    if (!header.isCompressed && whole > fileSize)
        invalid(std::to_string(fileSize) + " bytes, and the header promises " + std::to_string(whole));
    if (header.isCompressed && whole > kFreeSize && whole / kMostExpansion > fileSize)
        throw Error(ProblemKind::FrameTooLarge, {},
                    std::to_string(fileSize) + " bytes would inflate to " + std::to_string(whole));
}

/// The beginning of the file, inflated.
std::vector<std::byte> beginning(ByteSource& source) {
    std::vector<std::byte> head(std::size_t{kSize2});
    const auto bytes = source.at(0, std::min(kReadCompressed, source.size()));
    if (looksLikeGzip(bytes)) {
        head.resize(inflateStart(bytes, head));
    } else {
        head.resize(std::min(head.size(), bytes.size()));
        std::ranges::copy(bytes.first(head.size()), head.begin());
    }
    return head;
}

bool holds(std::span<const std::byte> bytes, std::size_t offset, std::string_view text) {
    return bytes.size() >= offset + text.size() &&
           std::memcmp(bytes.data() + offset, text.data(), text.size()) == 0;
}

std::optional<RawHeader> rawHeader(std::span<const std::byte> head, NiftiHeader& header) {
    using namespace std::string_view_literals;
    if (head.size() < std::size_t{kSize1}) return std::nullopt;
    const auto declared = Fields(head, false).at<std::int32_t>(0);
    const auto swapped = Fields(head, true).at<std::int32_t>(0);
    const auto isOf = [&](std::int32_t size, std::size_t at, std::string_view magic) {
        return (declared == size || swapped == size) && holds(head, at, magic);
    };
    if (isOf(kSize1, 344, "ni1\0"sv) || isOf(kSize2, 4, "ni2\0"sv))
        invalid("the header of a pair of files; only single files (.nii) are read");
    const bool isFirst = isOf(kSize1, 344, "n+1\0"sv);
    if (!isFirst && !isOf(kSize2, 4, "n+2\0\r\n\x1A\n"sv)) return std::nullopt;
    if (!isFirst && head.size() < std::size_t{kSize2}) invalid("the file ends in its header");
    const bool isSwapped = declared != (isFirst ? kSize1 : kSize2);
    header.isBigEndian = isSwapped == (std::endian::native == std::endian::little);
    const Fields fields(head, isSwapped);
    auto raw = isFirst ? header1(fields) : header2(fields);
    const auto type = typeOf(raw);
    header.type = type.type;
    header.bytesPerVoxel = static_cast<std::size_t>(type.bits / 8);
    takeOffset(header, raw, isFirst ? std::size_t{kSize1} : std::size_t{kSize2});
    return raw;
}

std::optional<NiftiHeader> checkedHeader(ByteSource& source) {
    if (source.size() == 0) return std::nullopt;
    NiftiHeader header;
    const auto head = beginning(source);
    const auto raw = rawHeader(head, header);
    if (!raw) return std::nullopt;
    header.isCompressed = looksLikeGzip(source.at(0, std::min(source.size(), std::size_t{3})));
    header.placement = raw->placement;
    header.placement.unit = unitOf(raw->units);
    takeSize(header, *raw);
    takeScale(header, *raw);
    requireRoom(header, source.size());
    header.toPatient = patientAffine(header.placement);
    return header;
}

}  // namespace

std::optional<NiftiHeader> readNiftiHeader(ByteSource& source, const std::filesystem::path& path) {
    try {
        return checkedHeader(source);
    } catch (const Error& error) {
        Problem problem = error.problem();
        problem.path = path;
        throw Error(std::move(problem));
    }
}

}  // namespace residua
