// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

namespace residua::phantom {

/// A picture of floats over a part of the detector, in cm: x to the right (the patient's left), y down.
struct Plane {
    int width = 0;
    int height = 0;
    double spacing = 1;  ///< cm between pixels
    double left = 0;     ///< cm of the first pixel's centre
    double top = 0;
    std::vector<float> values;

    Plane likeThis() const {
        Plane plane = *this;
        plane.values.assign(values.size(), 0.F);
        return plane;
    }
    float& at(int x, int y) {
        return values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                      static_cast<std::size_t>(x)];
    }
    float at(int x, int y) const {
        return values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                      static_cast<std::size_t>(x)];
    }
    double xOf(int column) const { return left + spacing * column; }
    double yOf(int row) const { return top + spacing * row; }
};

/// Gaussian blur by three box passes (Kovesi 2010), edges extended; sigma in pixels, below 0.3 nothing
/// happens.
void blur(Plane& plane, double sigma);

/// A point of a tube's centre line as projected: radius in cm; `along` lengthens the path through the tube
/// where it runs along the rays (1 = across them).
struct TubePoint {
    double x = 0;
    double y = 0;
    double radius = 0;
    double along = 1;
};

/// How a tube's path length follows from the distance to its centre line.
struct TubeWall {
    double flatness = 1;    ///< depth over width of the cross section
    double shell = 0;       ///< cm of cortical bone around; 0 = solid
    double core = 1;        ///< what a cm inside the shell counts for
    bool openEnds = false;  ///< cut straight, so that two tubes join without a knot
};

/// Adds `weight` × path length (cm) through a tapering tube. Where its own parts overlap the longest path
/// counts.
void addTube(Plane& plane, const std::vector<TubePoint>& line, const TubeWall& wall, double weight);

/// The same for many short tubes drawn one over the other, without the care for overlap.
void addSegment(Plane& plane, const TubePoint& from, const TubePoint& to, double weight);

}  // namespace residua::phantom
