// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/pixels/shutter.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcitem.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "imaging/pixels/dicom_values.h"

namespace residua {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Columns that are open, first and last; numbered from 1 as in the file.
using Span = std::pair<double, double>;
using Spans = std::vector<Span>;

struct Rectangle {
    double left, right, top, bottom;
    Spans open(double row) const { return row < top || row > bottom ? Spans{} : Spans{{left, right}}; }
};

struct Circle {
    double row, column, radius;
    double aspect;  ///< the radius is counted along the rows; of a row's height in columns' widths
    Spans open(double at) const {
        const double down = (at - row) * aspect;
        if (std::abs(down) > radius) return {};
        const double across = std::sqrt(radius * radius - down * down);
        return {{column - across, column + across}};
    }
};

struct Polygon {
    std::vector<double> vertices;  ///< row and column in turn
    Spans open(double row) const {
        // A quarter to both sides: no vertex lies there, and rows of horizontal edges are open.
        Spans spans = crossed(row - 0.25);
        std::ranges::move(crossed(row + 0.25), std::back_inserter(spans));
        return spans;
    }

private:
    Spans crossed(double row) const {
        std::vector<double> columns;
        const std::size_t count = vertices.size() / 2;
        for (std::size_t i = 0; i < count; ++i) {
            const double* a = &vertices[2 * i];
            const double* b = &vertices[2 * ((i + 1) % count)];
            if ((a[0] < row) == (b[0] < row)) continue;
            columns.push_back(a[1] + (row - a[0]) / (b[0] - a[0]) * (b[1] - a[1]));
        }
        std::ranges::sort(columns);
        Spans spans;
        // Half a column for what slanted edges lose by being asked beside the row.
        for (std::size_t i = 0; i + 1 < columns.size(); i += 2)
            spans.emplace_back(columns[i] - 0.5, columns[i + 1] + 0.5);
        return spans;
    }
};

struct Shutter {
    std::optional<Rectangle> rectangle;
    std::optional<Circle> circle;
    std::optional<Polygon> polygon;
    bool any() const { return rectangle || circle || polygon; }
};

bool names(DcmItem& place, std::string_view shape) {
    for (unsigned long i = 0; i < 4; ++i)
        if (textValue(place, DCM_ShutterShape, i) == shape) return true;
    return false;
}

Shutter shutterOf(DcmItem& place, const Spacing& spacing) {
    Shutter shutter;
    if (names(place, "RECTANGULAR"))
        shutter.rectangle = {decimalValue(place, DCM_ShutterLeftVerticalEdge).value_or(-kInfinity),
                             decimalValue(place, DCM_ShutterRightVerticalEdge).value_or(kInfinity),
                             decimalValue(place, DCM_ShutterUpperHorizontalEdge).value_or(-kInfinity),
                             decimalValue(place, DCM_ShutterLowerHorizontalEdge).value_or(kInfinity)};
    const auto center = decimalValues(place, DCM_CenterOfCircularShutter);
    const auto radius = decimalValue(place, DCM_RadiusOfCircularShutter);
    const double aspect = spacing.row / spacing.column;
    if (names(place, "CIRCULAR") && center.size() == 2 && radius && *radius > 0)
        shutter.circle = {center[0], center[1], *radius, std::isfinite(aspect) && aspect > 0 ? aspect : 1};
    auto vertices = decimalValues(place, DCM_VerticesOfThePolygonalShutter);
    vertices.resize(vertices.size() / 2 * 2);
    if (names(place, "POLYGONAL") && vertices.size() >= 6) shutter.polygon = {std::move(vertices)};
    return shutter;
}

/// Keeps what is open in all shapes: 1 = open, a byte a column.
void narrow(std::vector<std::uint8_t>& open, const Spans& spans) {
    std::vector<std::uint8_t> more(open.size());
    const double last = static_cast<double>(open.size());
    for (const auto& [from, to] : spans)
        for (double column = std::max(std::ceil(from), 1.0); column <= std::min(to, last); ++column)
            more[static_cast<std::size_t>(column) - 1] = 1;
    std::ranges::transform(open, more, open.begin(), [](auto a, auto b) { return a & b; });
}

std::vector<std::uint8_t> openColumns(const Shutter& shutter, int row, int columns) {
    std::vector<std::uint8_t> open(static_cast<std::size_t>(columns), 1);
    if (shutter.rectangle) narrow(open, shutter.rectangle->open(row));
    if (shutter.circle) narrow(open, shutter.circle->open(row));
    if (shutter.polygon) narrow(open, shutter.polygon->open(row));
    return open;
}

void cover(const Shutter& shutter, Image& image) {
    bool isAnyOpen = false;
    for (int y = 0; y < image.height; ++y) {
        const auto open = openColumns(shutter, y + 1, image.width);
        const auto first = static_cast<std::size_t>(y) * open.size();
        for (std::size_t x = 0; x < open.size(); ++x) {
            if (open[x] == 0) coverPixel(image, first + x, kShuttered);
            isAnyOpen = isAnyOpen || open[x] != 0;
        }
    }
    // Ours: nothing to see is no one's wish.
    if (isAnyOpen) return;
    image.cover.clear();
    image.covered = 0;
}

}  // namespace

void readShutter(DcmItem& dataset, Image& image) {
    // PS3.3 C.7.6.11: 0 is black, 0xFFFF white.
    const int grey = unsignedValue(dataset, DCM_ShutterPresentationValue).value_or(0);
    image.shutterGrey = static_cast<std::uint8_t>(grey / 257);
    for (DcmItem* place : placesOf(dataset, DCM_FrameDisplayShutterSequence)) {
        const auto shutter = shutterOf(*place, image.spacing);
        if (shutter.any()) return cover(shutter, image);
    }
}

}  // namespace residua
