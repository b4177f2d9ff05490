// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/phantom/brain_phantom.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>

#include "imaging/phantom/brain_anatomy.h"
#include "imaging/phantom/plane.h"

namespace residua::phantom {
namespace {

constexpr double covered = 118;  ///< mm from the top slice to the lowest
constexpr double topSlice = 74;
constexpr double field = 220;

/// How the stack is taken; the same for all its slices.
struct Scan {
    TissueSignal signal{};
    bool t2 = false;
    double turn = 0, nod = 0, shiftX = 0, shiftY = 0;
    double noise = 0.02;
    double bias[4] = {0, 0, 0, 0};  ///< of the receive field, along x, y, x², y² of the half field
    double blur = 0.6;              ///< pixels of 0.9 mm
    double scale = 2000;            ///< stored value of signal 1
    std::uint64_t noiseSeed = 0;
};

Scan drawScan(Random& random) {
    Scan scan;
    scan.t2 = random.chance(0.3);
    //              skin  fat   muscle bone  marrow csf   grey  white deep  lesion necrosis oedema eye
    scan.signal = scan.t2 ? TissueSignal{0.4F,  0.72F, 0.2F, 0.04F, 0.35F, 0.98F, 0.52F,
                                         0.36F, 0.44F, 0.8F, 0.95F, 0.82F, 0.95F}
                          : TissueSignal{0.5F,  0.86F, 0.42F, 0.04F, 0.4F,  0.13F, 0.41F,
                                         0.62F, 0.48F, 0.95F, 0.22F, 0.34F, 0.16F};
    scan.turn = random.around(0, 0.05);
    scan.nod = random.around(0.02, 0.05);
    scan.shiftX = random.around(0, 3);
    scan.shiftY = random.around(0, 4);
    scan.noise = random.uniform(0.01, 0.03);
    for (double& term : scan.bias) term = random.around(0, 0.09);
    scan.blur = random.uniform(0.45, 0.8);
    scan.scale = random.uniform(1400, 3200);
    scan.noiseSeed = random.bits();
    return scan;
}

/// From the slice's coordinates to the head's.
class HeadPose {
public:
    explicit HeadPose(const Scan& scan)
        : x_(scan.shiftX),
          y_(scan.shiftY),
          turnCosine_(std::cos(scan.turn)),
          turnSine_(std::sin(scan.turn)),
          nodCosine_(std::cos(scan.nod)),
          nodSine_(std::sin(scan.nod)) {}

    Point3 operator()(double x, double y, double z) const {
        x -= x_, y -= y_;
        const double tx = turnCosine_ * x + turnSine_ * y, ty = turnCosine_ * y - turnSine_ * x;
        return {static_cast<float>(tx), static_cast<float>(nodCosine_ * ty + nodSine_ * z),
                static_cast<float>(nodCosine_ * z - nodSine_ * ty)};
    }

private:
    double x_, y_, turnCosine_, turnSine_, nodCosine_, nodSine_;
};

/// The magnitude of a complex signal with noise in both parts (Rice 1944; Gudbjartsson and Patz 1995).
std::uint16_t stored(double signal, const Scan& scan, Random& random) {
    const double real = signal + scan.noise * random.normal(), imaginary = scan.noise * random.normal();
    return static_cast<std::uint16_t>(
        std::clamp(std::lround(scan.scale * std::sqrt(real * real + imaginary * imaginary)), 0L, 4095L));
}

PhantomImage simulateSlice(const BrainAnatomy& brain, const Scan& scan, int size, double z,
                           std::uint64_t index) {
    Plane slice{size, size, field / size, -field / 2 + field / size / 2, -field / 2 + field / size / 2, {}};
    slice.values.resize(static_cast<std::size_t>(size) * static_cast<std::size_t>(size));
    PhantomImage image{size, size, {}, std::vector<std::uint8_t>(slice.values.size())};
    const HeadPose pose(scan);
    for (int row = 0; row < size; ++row)
        for (int column = 0; column < size; ++column) {
            const Point3 p = pose(slice.xOf(column), slice.yOf(row), z);
            const auto i = static_cast<std::size_t>(row) * static_cast<std::size_t>(size) +
                           static_cast<std::size_t>(column);
            slice.values[i] = tissueSignal(brain, scan.signal, p);
            if (brain.lesion) image.lesion[i] = brain.lesion->distance(p) < 0 ? 1 : 0;
        }
    blur(slice, scan.blur * 0.9 / slice.spacing);
    Random random(scan.noiseSeed + index);
    image.pixels.reserve(slice.values.size());
    for (int row = 0; row < size; ++row)
        for (int column = 0; column < size; ++column) {
            const double u = slice.xOf(column) / (field / 2), v = slice.yOf(row) / (field / 2);
            const double bias =
                1 + scan.bias[0] * u + scan.bias[1] * v + scan.bias[2] * u * u + scan.bias[3] * v * v;
            image.pixels.push_back(stored(slice.at(column, row) * bias, scan, random));
        }
    return image;
}

}  // namespace

Phantom simulateBrain(const PhantomOptions& options) {
    const int size = options.size > 0 ? options.size : 256;
    const int slices = options.slices > 0 ? options.slices : 24;
    Random random(options.seed);
    BrainAnatomy brain = drawBrainAnatomy(random);
    const Scan scan = drawScan(random);
    if (options.lesion == PhantomLesion::Present) {
        Random lesionRandom(options.seed ^
                            0x1E510FULL);  // of its own: the anatomy stays that of the same seed
        brain.lesion = drawBrainLesion(brain, lesionRandom);
    }
    const double step = slices > 1 ? covered / (slices - 1) : covered;
    const double top = slices > 1 ? topSlice : 15;
    Phantom phantom{options,
                    std::vector<PhantomImage>(static_cast<std::size_t>(slices)),
                    field / size,
                    step,
                    0,
                    scan.t2 ? "T2" : "T1"};
    phantom.patientAge = static_cast<int>(brain.age);
    std::atomic<int> next{0};
    const auto work = [&] {
        for (int i = next++; i < slices; i = next++)
            phantom.slices[static_cast<std::size_t>(i)] =
                simulateSlice(brain, scan, size, top - step * i, static_cast<std::uint64_t>(i));
    };
    {
        const std::jthread helper(work);
        work();
    }
    return phantom;
}

}  // namespace residua::phantom
