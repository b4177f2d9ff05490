// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/mosaic.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "imaging/geometry/vectors.h"
#include "imaging/study/element_value.h"

namespace residua {

namespace {

// Ours: scanners write up to some 150 slices of 64 × 64 pixels; more tiles would be memory for nothing.
constexpr int kMostTiles = 1024;
constexpr int kSmallestTile = 8;

/// The fields of a CSA header, one after another, little endian. There is no standard: as nibabel and
/// dcm2niix read it. Never beyond the end, and never more than one step for 16 bytes.
class CsaFields {
public:
    explicit CsaFields(std::span<const std::byte> bytes) : bytes_(bytes) {
        hasMagic_ = text(0, 4) == "SV10";
        at_ = hasMagic_ ? 8 : 0;
        count_ = word(at_);
        at_ += 8;
    }

    /// The next field and its values that hold something; false at the end and where the header is cut short.
    bool next(std::string_view& name, std::vector<std::string_view>& values) {
        constexpr std::size_t kFieldHeader = 84;
        if (count_ == 0 || !fits(kFieldHeader)) return false;
        --count_;
        name = untilNul(text(at_, 64));
        const auto items = word(at_ + 76);
        if (isFirst_) firstItems_ = items;
        isFirst_ = false;
        at_ += kFieldHeader;
        values.clear();
        // As nibabel does: in the older form an impossible length only ends its field.
        for (std::uint32_t i = 0; i < items; ++i)
            if (!nextItem(values)) return !hasMagic_ && fits(0);
        return true;
    }

private:
    bool fits(std::size_t count) const { return at_ <= bytes_.size() && count <= bytes_.size() - at_; }

    bool nextItem(std::vector<std::string_view>& values) {
        if (!fits(16)) return false;
        // The older form gives a length as the sum of it and the number of the first field's items.
        const std::size_t length = hasMagic_ ? word(at_ + 4) : word(at_) - firstItems_;
        at_ += 16;
        if (!fits(length)) return false;
        if (length > 0) values.push_back(untilNul(text(at_, length)));
        at_ += (length + 3) / 4 * 4;
        return true;
    }

    std::uint32_t word(std::size_t at) const {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4 && at + i < bytes_.size(); ++i)
            value |= std::to_integer<std::uint32_t>(bytes_[at + i]) << (8 * i);
        return value;
    }
    std::string_view text(std::size_t at, std::size_t length) const {
        if (at + length > bytes_.size()) return {};
        return {reinterpret_cast<const char*>(bytes_.data()) + at, length};
    }
    static std::string_view untilNul(std::string_view text) { return text.substr(0, text.find('\0')); }

    std::span<const std::byte> bytes_;
    bool hasMagic_ = false;
    std::size_t at_ = 0;
    std::uint32_t count_ = 0;
    std::uint32_t firstItems_ = 0;
    bool isFirst_ = true;
};

std::array<double, 3> plus(std::array<double, 3> a, const double* direction, double factor) {
    for (std::size_t i = 0; i < 3; ++i) a[i] += direction[i] * factor;
    return a;
}

/// Perpendicular to the rows and columns; the scanner's own normal says only to which side.
std::array<double, 3> normalTo(const std::array<double, 6>& o,
                               const std::optional<std::array<double, 3>>& told) {
    auto normal = planeNormal(o);
    if (told && dot(*told, normal) < 0)
        for (double& part : normal) part = -part;
    return normal;
}

/// The middle of the first tile's first pixel. ImagePositionPatient is what it would be if one slice filled
/// the mosaic around the same middle: half of what the mosaic is larger has to be gone back.
std::array<double, 3> firstTilePosition(const Instance& image, const Mosaic& mosaic) {
    const auto& o = *image.orientation;
    const double across = (image.columns - mosaic.tileColumns) / 2.0 * image.spacing.column;
    const double down = (image.rows - mosaic.tileRows) / 2.0 * image.spacing.row;
    return plus(plus(*image.position, o.data(), across), o.data() + 3, down);
}

}  // namespace

bool namesMosaic(std::string_view imageType) {
    while (!imageType.empty()) {
        const auto end = std::min(imageType.find('\\'), imageType.size());
        if (trimmed(imageType.substr(0, end)) == "MOSAIC") return true;
        imageType.remove_prefix(std::min(end + 1, imageType.size()));
    }
    return false;
}

std::vector<double> csaNumbers(std::span<const std::byte> header, std::string_view field) {
    CsaFields fields(header);
    std::string_view name;
    std::vector<std::string_view> values;
    while (fields.next(name, values)) {
        if (name != field) continue;
        std::vector<double> numbers;
        for (const auto value : values)
            for (const double number : numbersOfText(value)) numbers.push_back(number);
        return numbers;
    }
    return {};
}

void MosaicNote::take(const GateElement& element) {
    if (element.depth != 0) return;
    const auto tag = tagOf(element);
    if (tag == 0x00080008) isMosaic_ = namesMosaic(textOf(element));
    if (!isMosaic_) return;
    const std::uint32_t place = tag & 0xFFFF;
    if (tag == 0x00280010) rows_ = unsignedShortOf(element).value_or(0);
    if (tag == 0x00280011) columns_ = unsignedShortOf(element).value_or(0);
    // PS3.5 7.8.1: (gggg,0010) to (gggg,00FF) name the owners of (gggg,1000) to (gggg,FFFF).
    const bool isCreator = place >= 0x10 && place <= 0xFF;
    if (isCreator && element.group == 0x0029 && textOf(element) == "SIEMENS CSA HEADER") csaBlock_ = place;
    if (isCreator && element.group == 0x0019 && textOf(element) == "SIEMENS MR HEADER") mrBlock_ = place;
    const auto isOf = [&](unsigned group, std::uint32_t block, std::uint32_t last) {
        return element.group == group && block != 0 && place == (block << 8 | last);
    };
    if (isOf(0x0019, mrBlock_, 0x0A)) {
        const auto numbers = numbersOf(element, "US");
        if (!numbers.empty()) images_ = numbers.front();
    }
    if (isOf(0x0029, csaBlock_, 0x10)) {
        const auto numbers = csaNumbers(element.value, "NumberOfImagesInMosaic");
        if (!numbers.empty()) csaImages_ = numbers.front();
        normal_ = csaNumbers(element.value, "SliceNormalVector");
    }
}

std::optional<Mosaic> MosaicNote::layout() const {
    const double told = csaImages_ > 0 ? csaImages_ : images_;
    if (!isMosaic_ || !(told >= 1 && told <= kMostTiles)) return std::nullopt;
    const int tiles = static_cast<int>(told);
    int perRow = 1;
    while (perRow * perRow < tiles) ++perRow;
    const int rows = static_cast<int>(rows_), columns = static_cast<int>(columns_);
    if (rows % perRow != 0 || columns % perRow != 0) return std::nullopt;
    const Mosaic mosaic{tiles, perRow, rows / perRow, columns / perRow};
    if (mosaic.tileRows < kSmallestTile || mosaic.tileColumns < kSmallestTile) return std::nullopt;
    return mosaic;
}

std::optional<std::array<double, 3>> MosaicNote::normal() const {
    if (normal_.size() < 3) return std::nullopt;
    return std::array{normal_[0], normal_[1], normal_[2]};
}

void splitIntoTiles(Instance& instance, const Mosaic& mosaic,
                    const std::optional<std::array<double, 3>>& normal, double distance) {
    Frame frame = frameOf(instance, 0);
    frame.position.reset();
    instance.frameGroups.assign(static_cast<std::size_t>(mosaic.tiles), frame);
    const bool isPlaced = instance.position && instance.orientation && distance > 0 &&
                          instance.spacing.kind != SpacingKind::None;
    if (isPlaced) {
        const auto first = firstTilePosition(instance, mosaic);
        const auto direction = normalTo(*instance.orientation, normal);
        for (std::size_t i = 0; i < instance.frameGroups.size(); ++i)
            instance.frameGroups[i].position =
                plus(first, direction.data(), distance * static_cast<double>(i));
    }
    instance.frames = mosaic.tiles;
    instance.rows = mosaic.tileRows;
    instance.columns = mosaic.tileColumns;
    if (mosaic.tiles == 1)
        instance.position = instance.frameGroups.front().position;
    else
        instance.position.reset();  // the frames lie at places of their own
}

}  // namespace residua
