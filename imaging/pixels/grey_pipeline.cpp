// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/grey_pipeline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <utility>

namespace residua {

namespace {

/// Entries of a table with one entry for each bit pattern of a stored value.
template <typename Value>
constexpr std::size_t kPatterns = std::size_t{1} << (8 * sizeof(Value));

template <typename Value>
std::size_t patternOf(Value value) {
    return static_cast<std::make_unsigned_t<Value>>(value);
}

double lookUp(const LookupTable& lut, double input) {
    const double last = static_cast<double>(lut.entries.size()) - 1;
    const double index = std::clamp(std::round(input) - lut.firstInput, 0.0, last);
    return lut.entries[static_cast<std::size_t>(index)];
}

double modalityOf(const Image& image, int stored) {
    if (image.modalityLut && !image.modalityLut->entries.empty()) return lookUp(*image.modalityLut, stored);
    return stored * image.rescaleSlope + image.rescaleIntercept;
}

double luma(const std::uint8_t* rgb) {
    return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
}

/// PS3.3 C.11.2.1.2.1 (LINEAR), C.11.2.1.3.2 (LINEAR_EXACT), C.11.2.1.3.1 (SIGMOID): 0 to 1.
double windowed(const Window& window, double value) {
    switch (window.function) {
        case WindowFunction::Linear: {
            const double width = std::max(window.width - 1, 0.0);
            const double offset = value - (window.center - 0.5);
            if (offset <= -width / 2) return 0;
            return offset > width / 2 ? 1 : offset / width + 0.5;
        }
        case WindowFunction::LinearExact: {
            const double offset = value - window.center;
            if (offset <= -window.width / 2) return 0;
            return offset > window.width / 2 ? 1 : offset / window.width + 0.5;
        }
        case WindowFunction::Sigmoid:
            return 1 / (1 + std::exp(-4 * (value - window.center) / window.width));
    }
    return 0;
}

double voiOf(const Voi& voi, double value) {
    if (const auto* window = std::get_if<Window>(&voi)) return windowed(*window, value);
    const auto& lut = std::get<LookupTable>(voi);
    if (lut.entries.empty()) return 0;
    return lookUp(lut, value) / static_cast<double>((1U << lut.bits) - 1);
}

/// 0 to 1 as a grey level: truncated as DCMTK does; the small addend keeps 8-bit identity exact.
std::uint8_t greyLevel(double shown) {
    return static_cast<std::uint8_t>(std::clamp(shown * 255 + 1e-6, 0.0, 255.0));
}

/// The grey level of every bit pattern that a stored value can have.
template <typename Value>
std::vector<std::uint8_t> greyTable(const Image& image, const Voi& voi, Polarity polarity) {
    const bool inverted = (image.photometric == Photometric::Monochrome1) != (polarity == Polarity::Inverted);
    std::vector<std::uint8_t> table(kPatterns<Value>);
    for (std::size_t pattern = 0; pattern < table.size(); ++pattern) {
        const double value =
            image.isColour() ? static_cast<double>(pattern) : modalityOf(image, static_cast<Value>(pattern));
        const double shown = voiOf(voi, value);
        table[pattern] = greyLevel(inverted ? 1 - shown : shown);
    }
    return table;
}

/// Reads stored values through a table. As an iterator it fills a vector in one pass, without zeroing it
/// first: half the time of a render of a large radiograph.
template <typename Value, typename Entry>
struct TableIterator {
    using iterator_category = std::random_access_iterator_tag;
    using value_type = Entry;
    using difference_type = std::ptrdiff_t;
    using pointer = const Entry*;
    using reference = Entry;

    const Value* at;
    const Entry* table;

    Entry operator*() const { return table[patternOf(*at)]; }
    TableIterator& operator++() { return ++at, *this; }
    bool operator!=(const TableIterator& other) const { return at != other.at; }
    bool operator==(const TableIterator& other) const { return at == other.at; }
    difference_type operator-(const TableIterator& other) const { return at - other.at; }
    TableIterator& operator+=(difference_type count) { return at += count, *this; }
};

template <typename Value, typename Entry>
std::vector<Entry> throughTable(const std::vector<Value>& values, const std::vector<Entry>& table) {
    using Iterator = TableIterator<Value, Entry>;
    return std::vector<Entry>(Iterator{values.data(), table.data()},
                              Iterator{values.data() + values.size(), table.data()});
}

/// Ours: light yellow reads on grey and black; a pixel of dark around it does so on white.
constexpr std::uint32_t kOverlayColour = 0xffffe680;

void paintOverlaid(const Image& image, DisplayImage& display) {
    const auto width = static_cast<std::size_t>(image.width), height = static_cast<std::size_t>(image.height);
    const auto isOverlaid = [&](std::size_t i) { return (image.cover[i] & kOverlaid) != 0; };
    for (std::size_t y = 0, i = 0; y < height; ++y)
        for (std::size_t x = 0; x < width; ++x, ++i) {
            if (isOverlaid(i)) {
                display.argb[i] = kOverlayColour;
                continue;
            }
            const bool isEdge = (x > 0 && isOverlaid(i - 1)) || (x + 1 < width && isOverlaid(i + 1)) ||
                                (y > 0 && isOverlaid(i - width)) || (y + 1 < height && isOverlaid(i + width));
            if (isEdge) display.argb[i] = 0xff000000U | (display.argb[i] >> 1 & 0x7f7f7fU);
        }
}

void paintCovers(const Image& image, DisplayImage& display) {
    const std::uint32_t shutter = 0xff000000U | image.shutterGrey * 0x010101U;
    if ((image.covered & kShuttered) != 0)
        for (std::size_t i = 0; i < image.cover.size(); ++i)
            if ((image.cover[i] & kShuttered) != 0) display.argb[i] = shutter;
    if ((image.covered & kOverlaid) != 0) paintOverlaid(image, display);
}

DisplayImage renderColour(const Image& image, const std::vector<std::uint8_t>& table) {
    DisplayImage display{image.width, image.height, {}};
    const auto& rgb = std::get<std::vector<std::uint8_t>>(image.pixels);
    display.argb.resize(rgb.size() / 3);
    for (std::size_t i = 0; i < display.argb.size(); ++i) {
        display.argb[i] = 0xff000000U | static_cast<std::uint32_t>(table[rgb[3 * i]]) << 16 |
                          static_cast<std::uint32_t>(table[rgb[3 * i + 1]]) << 8 | table[rgb[3 * i + 2]];
    }
    return display;
}

/// How often each modality value occurs, ascending by value, without padding and what is shuttered.
std::vector<std::pair<double, std::size_t>> modalityHistogram(const Image& image) {
    std::vector<std::pair<double, std::size_t>> histogram;
    // Taken back afterwards: the count of all pixels stays free of branches.
    const auto eachShuttered = [&image](auto use) {
        if ((image.covered & kShuttered) == 0) return;
        for (std::size_t i = 0; i < image.cover.size(); ++i)
            if ((image.cover[i] & kShuttered) != 0) use(i);
    };
    if (image.isColour()) {
        std::array<std::size_t, 256> counts{};
        const auto values = modalityValues(image);
        for (const float value : values) ++counts[static_cast<std::size_t>(value + 0.5F)];
        eachShuttered([&](std::size_t i) { --counts[static_cast<std::size_t>(values[i] + 0.5F)]; });
        for (std::size_t i = 0; i < counts.size(); ++i)
            if (counts[i] > 0) histogram.emplace_back(static_cast<double>(i), counts[i]);
        return histogram;
    }
    std::visit(
        [&]<typename Value>(const std::vector<Value>& values) {
            std::vector<std::uint32_t> counts(kPatterns<Value>);
            for (const Value value : values) ++counts[patternOf(value)];
            eachShuttered([&](std::size_t i) { --counts[patternOf(values[i])]; });
            for (std::size_t pattern = 0; pattern < counts.size(); ++pattern) {
                const int stored = static_cast<Value>(pattern);
                const bool padded =
                    image.padding && stored >= image.padding->first && stored <= image.padding->second;
                if (counts[pattern] > 0 && !padded)
                    histogram.emplace_back(modalityOf(image, stored), counts[pattern]);
            }
        },
        image.pixels);
    std::ranges::sort(histogram);
    return histogram;
}

/// The value below which `percent` of the histogram's pixels lie.
double percentile(const std::vector<std::pair<double, std::size_t>>& histogram, double percent) {
    std::size_t total = 0;
    for (const auto& bin : histogram) total += bin.second;
    const double rank = percent / 100 * static_cast<double>(total - 1);
    std::size_t below = 0;
    for (const auto& [value, count] : histogram) {
        below += count;
        if (static_cast<double>(below) > rank) return value;
    }
    return histogram.back().first;
}

bool isUsable(const Window& window) {
    const double narrowest = window.function == WindowFunction::Linear ? 1 : 0;
    return std::isfinite(window.center) && std::isfinite(window.width) && window.width > 0 &&
           window.width >= narrowest;
}

}  // namespace

std::vector<float> modalityValues(const Image& image) {
    if (image.isColour()) {
        const auto& rgb = std::get<std::vector<std::uint8_t>>(image.pixels);
        std::vector<float> values(rgb.size() / 3);
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(luma(&rgb[3 * i]));
        return values;
    }
    return std::visit(
        [&]<typename Value>(const std::vector<Value>& stored) {
            std::vector<float> table(kPatterns<Value>);
            for (std::size_t pattern = 0; pattern < table.size(); ++pattern)
                table[pattern] = static_cast<float>(modalityOf(image, static_cast<Value>(pattern)));
            return throughTable(stored, table);
        },
        image.pixels);
}

std::optional<double> modalityValueAt(const Image& image, int x, int y) {
    if (x < 0 || y < 0 || x >= image.width || y >= image.height) return std::nullopt;
    const auto index =
        static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(x);
    if (image.isColour()) return luma(&std::get<std::vector<std::uint8_t>>(image.pixels)[3 * index]);
    return std::visit([&](const auto& values) { return modalityOf(image, values[index]); }, image.pixels);
}

Window percentileWindow(const Image& image, double low, double high) {
    // LINEAR_EXACT: `low` becomes black and `high` white, also where a slope makes all values smaller than 1.
    Window window{0, 1, WindowFunction::LinearExact, "auto"};
    const auto histogram = modalityHistogram(image);
    if (histogram.empty()) return window;
    double from = percentile(histogram, low);
    double to = percentile(histogram, high);
    if (to <= from) {
        // Ours: nearly everything is one value (an empty slice, a small object on a constant ground): show
        // all.
        from = histogram.front().first;
        to = histogram.back().first;
    }
    window.width = to > from ? to - from : 1;  // one value only: black
    window.center = from + window.width / 2;
    return window;
}

Voi defaultVoi(const Image& image) {
    // PS3.3 C.11.2: the VOI transformation is for grey images; colour is shown as it is.
    if (image.isColour()) return Window{127.5, 255, WindowFunction::LinearExact, "identity"};
    if (const auto lut =
            std::ranges::find_if(image.voiLuts, [](const auto& l) { return !l.entries.empty(); });
        lut != image.voiLuts.end())
        return *lut;
    if (const auto window = std::ranges::find_if(image.windows, isUsable); window != image.windows.end())
        return *window;
    return percentileWindow(image);
}

namespace {

DisplayImage renderPixels(const Image& image, const Voi& voi, Polarity polarity) {
    if (image.isColour()) return renderColour(image, greyTable<std::uint8_t>(image, voi, polarity));
    return std::visit(
        [&]<typename Value>(const std::vector<Value>& values) {
            const auto grey = greyTable<Value>(image, voi, polarity);
            std::vector<std::uint32_t> table(grey.size());
            std::ranges::transform(grey, table.begin(),
                                   [](std::uint8_t level) { return 0xff000000U | level * 0x010101U; });
            return DisplayImage{image.width, image.height, throughTable(values, table)};
        },
        image.pixels);
}

}  // namespace

DisplayImage render(const Image& image, const Voi& voi, Polarity polarity, Covers covers) {
    auto display = renderPixels(image, voi, polarity);
    if (covers == Covers::Shown && image.covered != 0) paintCovers(image, display);
    return display;
}

std::vector<std::uint8_t> renderGrey8(const Image& image, const Voi& voi, Polarity polarity) {
    if (image.isColour()) {
        const auto& rgb = std::get<std::vector<std::uint8_t>>(image.pixels);
        const auto table = greyTable<std::uint8_t>(image, voi, polarity);
        std::vector<std::uint8_t> grey(rgb.size() / 3);
        for (std::size_t i = 0; i < grey.size(); ++i) {
            const std::uint8_t shown[] = {table[rgb[3 * i]], table[rgb[3 * i + 1]], table[rgb[3 * i + 2]]};
            grey[i] = static_cast<std::uint8_t>(luma(shown) + 0.5);
        }
        return grey;
    }
    return std::visit(
        [&]<typename Value>(const std::vector<Value>& values) {
            return throughTable(values, greyTable<Value>(image, voi, polarity));
        },
        image.pixels);
}

}  // namespace residua
