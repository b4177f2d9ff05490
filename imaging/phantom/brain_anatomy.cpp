// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/phantom/brain_anatomy.h"

#include <algorithm>
#include <cmath>

namespace residua::phantom {

float BrainLesion::distance(Point3 p) const {
    const float dx = p.x - centre.x, dy = p.y - centre.y, dz = p.z - centre.z;
    const float q = std::sqrt(dx * dx / (rx * rx) + dy * dy / (ry * ry) + dz * dz / (rz * rz));
    const float radius = std::cbrt(rx * ry * rz);
    if (q > 3) return radius * (q - 1);
    const float wave = outline.fractal(p.x * 0.09F, p.y * 0.09F, p.z * 0.09F, 3, 0.5F);
    return radius * (q - 1 - roughness * wave);
}

float BrainAnatomy::depth(Point3 p) const {
    const float wide = halfWidth * (1 + 0.05F * p.y / std::sqrt(3600 + p.y * p.y));  // broader behind
    const float c = p.z > 0 ? height : 150.F;
    const float ax = p.x / wide, ay = p.y / halfLength, az = p.z / c;
    const float f = std::sqrt(ax * ax + ay * ay + az * az);
    if (f < 0.2F) return 60;
    const float gx = ax / wide, gy = ay / halfLength, gz = az / c;
    const float slope = std::sqrt(gx * gx + gy * gy + gz * gz) / f;
    const float distance = (1 - f) / slope;
    if (distance > 40 || distance < -6) return distance;
    return distance + 2.2F * shape.at(p.x * 0.022F, p.y * 0.022F, p.z * 0.022F);
}

BrainAnatomy drawBrainAnatomy(Random& random) {
    BrainAnatomy brain;
    brain.halfWidth = static_cast<float>(random.around(74, 3));
    brain.halfLength = static_cast<float>(random.around(93, 4));
    brain.height = static_cast<float>(random.around(88, 3));
    brain.scalp = static_cast<float>(random.uniform(3.8, 6.8));
    brain.skull = static_cast<float>(random.uniform(5, 7.5));
    const double age = random.uniform();  // 0 = young, 1 = old: wider ventricles and sulci
    brain.age = static_cast<float>(20 + 62 * age);
    brain.subarachnoid = static_cast<float>(0.6 + 2.2 * age * age);
    brain.sulcusWidth = static_cast<float>(0.5 + 0.9 * age);
    brain.ventricles = static_cast<float>(random.around(0.75, 0.12) + 0.5 * age);
    brain.gyrusSize = static_cast<float>(random.uniform(13.5, 17));
    brain.folds = Noise(random.bits());
    brain.branches = Noise(random.bits());
    brain.shape = Noise(random.bits());
    brain.texture = Noise(random.bits());
    return brain;
}

BrainLesion drawBrainLesion(const BrainAnatomy& brain, Random& random) {
    BrainLesion lesion;
    const double radius = random.uniform(8, 19);
    lesion.rx = static_cast<float>(radius * random.uniform(0.8, 1.2));
    lesion.ry = static_cast<float>(radius * random.uniform(0.8, 1.2));
    lesion.rz = static_cast<float>(radius * random.uniform(0.75, 1.1));
    lesion.roughness = static_cast<float>(random.uniform(0.15, 0.4));
    if (radius > 10 && random.chance(0.55)) lesion.rim = static_cast<float>(random.uniform(2, 4.5));
    lesion.oedema = static_cast<float>(random.uniform(3, 18));
    lesion.outline = Noise(random.bits());
    do {
        lesion.centre = {static_cast<float>(random.uniform(-60, 60)),
                         static_cast<float>(random.uniform(-75, 75)),
                         static_cast<float>(random.uniform(-4, 52))};
    } while (brain.depth(lesion.centre) < brain.brainDepth() + 0.75 * radius ||
             ventricleDistance(brain, lesion.centre) < 0.5 * radius ||
             std::abs(lesion.centre.x) < 0.8 * radius);
    return lesion;
}

}  // namespace residua::phantom
