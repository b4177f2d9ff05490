// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/imaging/containers/broken_niftis.h"

#include <cstdint>
#include <limits>

namespace residua::test {

namespace {

const double kNaN = std::numeric_limits<double>::quiet_NaN();

}  // namespace

std::vector<BrokenNifti> brokenSizes() {
    using enum ProblemKind;
    constexpr std::int64_t kHuge = std::int64_t{1} << 31;
    return {
        {"no dimensions", NiftiInvalid, [](auto& f) { f.dim[0] = 0; }},
        {"eight dimensions", NiftiInvalid, [](auto& f) { f.dim[0] = 8; }},
        {"a dimension of 0", NiftiInvalid, [](auto& f) { f.dim[2] = 0; }},
        {"a negative dimension", NiftiInvalid, [](auto& f) { f.dim[3] = -5; }},
        {"dimensions beyond memory", FrameTooLarge,
         [](auto& f) {
             f.dim = {3, 32767, 32767, 32767};
         }},
        {"dimensions that overflow", FrameTooLarge,
         [](auto& f) {
             f.version = 2;
             f.dim = {7, kHuge, kHuge, kHuge, kHuge, kHuge, kHuge, kHuge};
         }},
        {"a dimension of 2^63 - 1", FrameTooLarge,
         [](auto& f) { f.version = 2, f.dim[3] = std::numeric_limits<std::int64_t>::max(); }},
        {"a million slices of a voxel", FrameTooLarge,
         [](auto& f) {
             f.version = 2, f.dim = {3, 1, 1, 1'000'000};
         }},
        {"voxels cut short", NiftiInvalid, [](auto& f) { f.voxels.pop_back(); }, Tells::Size},
        {"voxels behind the file", NiftiInvalid, [](auto& f) { f.offset = 1e9; }, Tells::Size},
    };
}

std::vector<BrokenNifti> brokenVoxels() {
    using enum ProblemKind;
    return {
        {"an unknown datatype", NiftiInvalid, [](auto& f) { f.datatype = 77; }},
        {"a datatype of other bits", NiftiInvalid, [](auto& f) { f.bits = 32; }},
        {"complex numbers", PixelFormatUnsupported, [](auto& f) { f.datatype = 32, f.bits = 64; }},
        {"voxels inside the header", NiftiInvalid, [](auto& f) { f.offset = 100; }},
        {"voxels before the file", NiftiInvalid, [](auto& f) { f.offset = -352; }},
        {"voxels nowhere", NiftiInvalid, [](auto& f) { f.offset = kNaN; }},
        {"voxels at half a byte", NiftiInvalid, [](auto& f) { f.offset = 352.5; }},
        {"an intercept that is none", NiftiInvalid, [](auto& f) { f.slope = 2, f.intercept = kNaN; }},
        {"the header of a pair", NiftiInvalid, [](auto& f) { f.magic = "ni1"; }},
    };
}

std::vector<BrokenNifti> brokenPlaces() {
    using enum ProblemKind;
    const auto byQform = [](NiftiFile& file) { file.sformCode = 0, file.qformCode = 1; };
    return {
        {"a NaN in the sform", NiftiInvalid, [](auto& f) { f.sform[1][2] = kNaN; }},
        {"an infinite place", NiftiInvalid,
         [](auto& f) { f.sform[0][3] = std::numeric_limits<double>::infinity(); }},
        {"a sform of zeros", NiftiInvalid, [](auto& f) { f.sform = {}; }},
        {"a flat sform", NiftiInvalid, [](auto& f) { f.sform[2] = f.sform[1]; }},
        {"a NaN in the qform", NiftiInvalid, [=](auto& f) { byQform(f), f.quaternion[0] = kNaN; }},
        {"a quaternion too long", NiftiInvalid,
         [=](auto& f) {
             byQform(f), f.quaternion = {1, 1, 1};
         }},
        {"voxels of no size", NiftiInvalid, [=](auto& f) { byQform(f), f.pixdim[2] = 0; }},
    };
}

}  // namespace residua::test
