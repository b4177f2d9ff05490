// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>
#include <vector>

#include "imaging/phantom/random.h"

namespace residua::phantom {

/// Lengths in cm of an adult's body: x to the patient's left (the image's right), 0 = midline; y down, 0 =
/// top of the lungs; z from front to back, 0 = middle of the chest. A child is the same body in other
/// proportions, seen by a smaller field.

/// A quantity along y, smooth between its knots and constant outside.
struct Profile {
    std::vector<std::pair<double, double>> knots;  ///< y ascending, value
    double at(double y) const;
};

struct Ellipsoid {
    double x = 0, y = 0, z = 0;
    double rx = 1, ry = 1, rz = 1;
    double tilt = 0;         ///< radians, in the plane of the film
    bool downwards = false;  ///< below its middle the widest cross section goes on (abdomen under a dome)
    /// Half the path length of a ray at (x, y); 0 beside it.
    double halfDepth(double px, double py) const;
};

struct ChestAnatomy {
    double age = 40;  ///< years
    // Body
    Profile torsoWidth, torsoDepth;  ///< half width, half depth of the outline
    double fat = 1;                  ///< cm of fat under the skin
    double armAngle = 0.2;           ///< radians from hanging straight down
    double armGap = 0;               ///< cm between arm and trunk
    double breasts = 0;              ///< cm, radius; 0 = none
    // Chest cavity
    Profile cageWidth, cageDepth;  ///< half width and half depth inside the ribs
    double lungHeight = 25;
    double lungDensity = 0.27;      ///< of water
    std::vector<Ellipsoid> organs;  ///< heart, great vessels, diaphragm with abdomen: no air inside
    Profile mediastinumWidth;       ///< half width of the solid middle
    std::vector<Ellipsoid> gas;     ///< stomach and bowel
    double carina = 9.5;            ///< y where the windpipe divides
    double hilum[2] = {11, 10.4};   ///< y of the right and left hilum
    // Bones
    double ribDrop = 8;  ///< cm that a middle rib descends from back to front
    double ribSpacing = 2.3;
    double ribRadius = 0.55;
    double boneDensity = 1;  ///< 1 = usual, lower in the old
    double clavicleHeight = 2.5;
    double clavicleRise = 2.5;
    double scapulaX = 12.5;
    double spineCurve = 0;  ///< cm of scoliosis
    // Film
    double field = 38;    ///< cm seen along the longer side
    double aspect = 1.1;  ///< height over width
    double centreX = 0, centreY = 11.5;
    double turn = 0;  ///< radians, the patient against the film

    double midline(double y) const;
};

ChestAnatomy drawChestAnatomy(Random& random);

}  // namespace residua::phantom
