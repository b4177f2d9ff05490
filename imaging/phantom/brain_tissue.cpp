// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cmath>

#include "imaging/phantom/brain_anatomy.h"

namespace residua::phantom {
namespace {

float mix(float a, float b, float t) {
    return a + (b - a) * t;
}

/// 1 well inside (distance < 0), 0 well outside, in between over about a voxel: a partial volume.
float inside(float distance, float softness = 0.7F) {
    const float t = std::clamp(0.5F - distance / (2 * softness), 0.F, 1.F);
    return t * t * (3 - 2 * t);
}

float ellipsoid(Point3 p, Point3 centre, float rx, float ry, float rz) {
    const float x = (p.x - centre.x) / rx, y = (p.y - centre.y) / ry, z = (p.z - centre.z) / rz;
    return (std::sqrt(x * x + y * y + z * z) - 1) * std::min({rx, ry, rz});
}

float capsule(Point3 p, Point3 a, Point3 b, float ra, float rb) {
    const float dx = b.x - a.x, dy = b.y - a.y, dz = b.z - a.z;
    const float px = p.x - a.x, py = p.y - a.y, pz = p.z - a.z;
    const float t = std::clamp((px * dx + py * dy + pz * dz) / (dx * dx + dy * dy + dz * dz), 0.F, 1.F);
    const float ex = px - t * dx, ey = py - t * dy, ez = pz - t * dz;
    return std::sqrt(ex * ex + ey * ey + ez * ez) - mix(ra, rb, t);
}

Point3 mirrored(Point3 p) {
    return {std::abs(p.x), p.y, p.z};
}

/// Distance to the nearest sulcus, a sheet where smooth noise is 0, and to the fissures.
struct Cleft {
    float distance, width;
};

float sheet(float noise, float wavelength) {
    return std::abs(noise) * wavelength * 0.62F;
}

float fissureDistance(Point3 p) {
    const Point3 m = mirrored(p);
    // Between the hemispheres, where no corpus callosum joins them.
    const float open = std::max({-p.y - 40, p.y - 44, p.z - 27});
    const float middle = m.x + std::max(-open, 0.F) * 1.2F;
    // The Sylvian fissure: along the insula and out to the side.
    const float high = std::max(std::abs(m.z - 1) - 11, 0.F);
    const float insula = capsule({m.x, m.y, 0}, {36, -16, 0}, {39, 20, 0}, 0, 0);
    const float outwards = capsule({m.x, m.y, 0}, {36, -16, 0}, {64, -24, 0}, 0, 0);
    return std::min(middle, std::min(insula, outwards) + high);
}

Cleft nearestCleft(const BrainAnatomy& brain, Point3 p, float below) {
    if (below > 27) return {fissureDistance(p), 0.7F + 0.9F * brain.sulcusWidth};  // no sulcus is so deep
    const float scale = 1 / brain.gyrusSize;
    const float wx = 3.5F * brain.shape.at(p.x * 0.07F, p.y * 0.07F, p.z * 0.07F + 9);
    const float wy = 3.5F * brain.shape.at(p.x * 0.07F + 31, p.y * 0.07F, p.z * 0.07F);
    const float x = (p.x + wx) * scale, y = (p.y + wy) * scale, z = p.z * scale * 0.8F;
    const float primary = sheet(brain.folds.at(x, y, z), brain.gyrusSize);
    const float secondary = sheet(brain.branches.at(1.3F * x, 1.3F * y, 1.3F * z), brain.gyrusSize / 1.3F) +
                            std::max(below - 9, 0.F);
    const float sulcus = std::min(primary + std::max(below - 21, 0.F) * 1.2F, secondary);
    const float fissure = fissureDistance({p.x + 0.5F * wx, p.y + wy, p.z});
    const float narrow = std::clamp(1 - below / 26, 0.1F, 1.F);
    return fissure < sulcus ? Cleft{fissure, 0.7F + 0.9F * brain.sulcusWidth}
                            : Cleft{sulcus, brain.sulcusWidth * narrow};
}

float deepGreyShare(Point3 p) {
    const Point3 m = mirrored(p);
    const float caudate = ellipsoid(m, {12.5F, -22, 11}, 5, 9, 9);
    const Point3 turned{m.x + 0.28F * (m.y + 2), m.y, m.z};
    const float putamen = ellipsoid(turned, {26, -3, 4}, 4.6F, 14, 11);
    const float thalamus = ellipsoid({m.x - 0.2F * (m.y - 12), m.y, m.z}, {10, 13, 7}, 8.5F, 13, 10);
    const float pallidum = ellipsoid(turned, {19.5F, 0, 2}, 3.2F, 8, 7);
    return std::max(
        {inside(caudate), inside(putamen), 0.75F * inside(thalamus, 1.5F), 0.5F * inside(pallidum, 1.2F)});
}

float cerebrum(const BrainAnatomy& brain, const TissueSignal& signal, Point3 p, float below) {
    const Cleft cleft = nearestCleft(brain, p, below);
    const float fromClef = std::min(cleft.distance - cleft.width, below);
    const float thickness = 2.9F + 0.5F * brain.texture.at(p.x * 0.05F, p.y * 0.05F, p.z * 0.05F);
    float value = mix(signal.white, signal.grey, inside(fromClef - thickness, 1.1F));
    value = mix(value, signal.deepGrey, deepGreyShare(p));
    return mix(value, signal.csf, inside(cleft.distance - cleft.width, 0.6F));
}

/// Fine leaves of grey and white matter around a white middle.
float cerebellum(const BrainAnatomy& brain, const TissueSignal& signal, Point3 p, float distance) {
    const float wave = brain.folds.at(p.x * 0.05F, p.y * 0.05F, p.z * 0.05F);
    const float leaf = std::sin(1.35F * (p.y + 0.25F * std::abs(p.x)) + 5 * wave);
    const float white = inside(distance + 9 + 4 * wave, 4);
    const float cortex = mix(signal.grey, mix(signal.white, signal.csf, 0.25F), 0.3F * (0.5F + 0.5F * leaf));
    return mix(mix(cortex, signal.white, 0.85F * white), signal.csf,
               inside(std::abs(p.x) + 0.12F * (90 - p.y) - 4.5F, 1));
}

/// Below the cerebrum: hind brain with its cisterns.
float withHindBrain(const BrainAnatomy& brain, const TissueSignal& signal, Point3 p, float value) {
    const float back = ellipsoid(p, {0, 46, -40}, 51, 33, 27);
    const float stemWidth = p.z > -12 ? 13 : p.z > -38 ? 15 : 11;
    const float stem = std::max(ellipsoid({p.x, p.y, 0}, {0, 18, 0}, stemWidth, 13, 1e3F), p.z + 2);
    const float cistern = std::max(std::min(stem - 5, back - 2.2F), p.z + 4);
    value = mix(value, signal.csf, inside(cistern, 1));
    value = mix(value, cerebellum(brain, signal, p, back), inside(back));
    value = mix(value, mix(signal.white, signal.grey, 0.25F), inside(stem));
    return mix(value, signal.csf, inside(ellipsoid(p, {0, 35, -32}, 6, 5, 12)));
}

/// The base of the skull: bone and air between the front of the head and the hind brain, eyes and their fat.
float withSkullBase(const TissueSignal& signal, Point3 p, float value) {
    const Point3 m = mirrored(p);
    const float front = ellipsoid(p, {0, -62, -52}, 58, 46, 32);  // face under the frontal lobes
    const float base = capsule(p, {0, -16, -40}, {0, 2, -44}, 15, 11);
    const float petrous = capsule(m, {14, 8, -42}, {58, 30, -36}, 7, 10);
    const float marrow = mix(signal.bone, signal.marrow, 0.4F);
    value = mix(value, mix(signal.muscle, signal.fat, 0.25F), inside(front, 1.5F));
    value = mix(value, marrow, inside(std::min(base, petrous), 1.5F));
    value = mix(value, 0, inside(capsule(m, {7, -52, -40}, {6, -26, -40}, 7, 6)));
    const float orbit = capsule(m, {31, -66, -34}, {17, -32, -34}, 16, 5);
    value = mix(value, signal.fat, inside(orbit, 1));
    value = mix(value, signal.muscle, inside(capsule(m, {31, -56, -34}, {17, -32, -34}, 2.2F, 2)));
    const float eye = ellipsoid(m, {32, -70, -34}, 12, 12, 12);
    value = mix(value, signal.muscle, inside(eye - 1));
    return mix(value, signal.eye, inside(eye + 0.8F));
}

float withLesion(const BrainLesion& lesion, const TissueSignal& signal, Point3 p, float value, float below) {
    const float distance = lesion.distance(p);
    if (distance > 2 * lesion.oedema) return value;
    const float whiteness = std::clamp((value - signal.grey) / (signal.white - signal.grey) + 0.2F, 0.F,
                                       1.F);  // oedema follows white matter
    const float swollen = std::clamp(1.2F - distance / lesion.oedema, 0.F, 1.F);
    value = mix(value, signal.oedema, swollen * whiteness * inside(-below + 3, 2));
    float mass = signal.lesion * (1 + 0.1F * lesion.outline.at(p.x * 0.2F, p.y * 0.2F, p.z * 0.2F));
    if (lesion.rim > 0) {
        const float wall =
            lesion.rim * (1 + 0.6F * lesion.outline.at(p.x * 0.12F, p.y * 0.12F, p.z * 0.12F + 40));
        mass = mix(mass, signal.necrosis, inside(distance + wall, 1.2F));
    }
    return mix(value, mass, inside(distance, 1));
}

float outerLayers(const BrainAnatomy& brain, const TissueSignal& signal, Point3 p, float depth, float value) {
    const float wave = brain.shape.at(p.x * 0.05F, p.y * 0.05F, p.z * 0.05F + 20);
    const float skullTop = brain.scalp * (1 + 0.25F * wave),
                skullEnd = brain.scalp + brain.skull * (1 + 0.15F * wave);
    value = mix(signal.bone, value, inside(skullEnd - depth));
    const float marrow =
        std::max(skullTop + 0.28F * brain.skull - depth, depth - skullEnd + 0.3F * brain.skull);
    value = mix(value, signal.marrow, inside(marrow, 0.9F));
    value = mix(signal.fat, value, inside(skullTop - depth));
    // The temporal muscle lies between fat and bone at the sides.
    const float fan = std::max(1 - (p.y + 18) * (p.y + 18) / 1400, 0.F);  // thins out to both sides
    const float side = std::max(
        {std::abs(p.y + 18) - 36, p.z - 18, std::abs(depth - 0.66F * skullTop - 1) - 0.34F * skullTop * fan});
    value = mix(value, signal.muscle, inside(side, 1.5F));
    value = mix(signal.skin, value, inside(1.8F - depth, 0.9F));
    return mix(0, value, inside(-depth));
}

}  // namespace

float ventricleDistance(const BrainAnatomy& brain, Point3 p) {
    const Point3 m = mirrored(p);
    const float r = brain.ventricles;
    const std::array<float, 6> parts{
        capsule(m, {9, -33, 6}, {5, -12, 15}, 3.2F * r, 4.6F * r),   // frontal horn
        capsule(m, {5, -12, 17}, {11, 20, 20}, 4.8F * r, 5.2F * r),  // body
        capsule(m, {11, 20, 20}, {21, 33, 8}, 5.2F * r, 6.4F * r),   // atrium
        capsule(m, {21, 33, 8}, {17, 54, 5}, 6 * r, 2 * r),          // occipital horn
        capsule(m, {24, 32, 0}, {30, 4, -16}, 3.6F * r, 2 * r),      // temporal horn
        ellipsoid(m, {0, 6, 2}, 2 * r, 15, 9)};                      // third ventricle
    const float septum = m.y < 4 && m.z > 4 ? 0.7F - m.x : -1e3F;
    const float smooth = std::max(*std::min_element(parts.begin(), parts.end()), septum);
    if (smooth > 5) return smooth;
    return smooth + 1.5F * brain.shape.at(p.x * 0.06F, p.y * 0.06F, p.z * 0.06F);
}

float tissueSignal(const BrainAnatomy& brain, const TissueSignal& signal, Point3 p) {
    const float depth = brain.depth(p);
    if (depth < -1.5F) return 0;
    const float below = depth - brain.brainDepth();
    float value = signal.csf;
    if (below > -1.5F) {
        value = cerebrum(brain, signal, p, below);
        value = mix(value, signal.csf, inside(ventricleDistance(brain, p)));
        value = mix(signal.csf, value, inside(-below));
    }
    if (p.z < 2) value = withHindBrain(brain, signal, p, value);
    if (brain.lesion && below > -2) value = withLesion(*brain.lesion, signal, p, value, below);
    if (p.z < -14) value = withSkullBase(signal, p, value);
    value = depth < brain.brainDepth() + 2 ? outerLayers(brain, signal, p, depth, value) : value;
    return value * (1 + 0.05F * brain.texture.at(p.x * 0.25F, p.y * 0.25F, p.z * 0.25F));
}

}  // namespace residua::phantom
