// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/imaging/containers/nifti_files.h"

#include <zlib.h>

#include <algorithm>

namespace residua::test {

namespace {

class Header {
public:
    Header(std::size_t size, std::endian order) : bytes_(size), order_(order) {}
    template <typename Value>
    void put(std::size_t offset, Value value) {
        auto pattern = std::bit_cast<std::array<std::byte, sizeof(Value)>>(value);
        if (order_ != std::endian::native) std::ranges::reverse(pattern);
        std::ranges::copy(pattern, bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
    }
    void text(std::size_t offset, const std::string& text) {
        for (std::size_t i = 0; i < text.size(); ++i) bytes_[offset + i] = static_cast<std::byte>(text[i]);
    }
    const Bytes& bytes() const { return bytes_; }

private:
    Bytes bytes_;
    std::endian order_;
};

template <typename Float>
void putPlace(Header& header, const NiftiFile& file, std::size_t quaternion) {
    for (std::size_t i = 0; i < 3; ++i) {
        header.put(quaternion + i * sizeof(Float), static_cast<Float>(file.quaternion[i]));
        header.put(quaternion + (3 + i) * sizeof(Float), static_cast<Float>(file.qoffset[i]));
        for (std::size_t j = 0; j < 4; ++j)
            header.put(quaternion + (6 + 4 * i + j) * sizeof(Float), static_cast<Float>(file.sform[i][j]));
    }
}

Bytes header1(const NiftiFile& file) {
    Header header(352, file.order);
    header.put<std::int32_t>(0, 348);
    for (std::size_t i = 0; i < 8; ++i) header.put(40 + 2 * i, static_cast<std::int16_t>(file.dim[i]));
    header.put(70, static_cast<std::int16_t>(file.datatype));
    header.put(72, static_cast<std::int16_t>(file.bits));
    for (std::size_t i = 0; i < 4; ++i) header.put(76 + 4 * i, static_cast<float>(file.pixdim[i]));
    header.put(108, static_cast<float>(file.offset == 0 ? 352 : file.offset));
    header.put(112, static_cast<float>(file.slope));
    header.put(116, static_cast<float>(file.intercept));
    header.put(123, static_cast<std::uint8_t>(file.units));
    header.put(252, static_cast<std::int16_t>(file.qformCode));
    header.put(254, static_cast<std::int16_t>(file.sformCode));
    putPlace<float>(header, file, 256);
    header.text(344, file.magic.empty() ? "n+1" : file.magic);
    return header.bytes();
}

Bytes header2(const NiftiFile& file) {
    Header header(544, file.order);
    header.put<std::int32_t>(0, 540);
    header.text(4, file.magic.empty() ? std::string("n+2\0\r\n\x1A\n", 8) : file.magic);
    header.put(12, static_cast<std::int16_t>(file.datatype));
    header.put(14, static_cast<std::int16_t>(file.bits));
    for (std::size_t i = 0; i < 8; ++i) header.put(16 + 8 * i, file.dim[i]);
    for (std::size_t i = 0; i < 4; ++i) header.put(104 + 8 * i, file.pixdim[i]);
    header.put(168, static_cast<std::int64_t>(file.offset == 0 ? 544 : file.offset));
    header.put(176, file.slope);
    header.put(184, file.intercept);
    header.put(344, static_cast<std::int32_t>(file.qformCode));
    header.put(348, static_cast<std::int32_t>(file.sformCode));
    putPlace<double>(header, file, 352);
    header.put(500, static_cast<std::int32_t>(file.units));
    return header.bytes();
}

using Matrix = std::array<std::array<double, 3>, 3>;

/// The unit quaternion (a, b, c, d) of a rotation: from the largest of its parts, so that none is divided by
/// little.
std::array<double, 4> quaternionOf(const Matrix& r) {
    const std::array<double, 4> squares{1 + r[0][0] + r[1][1] + r[2][2], 1 + r[0][0] - r[1][1] - r[2][2],
                                        1 - r[0][0] + r[1][1] - r[2][2], 1 - r[0][0] - r[1][1] + r[2][2]};
    const auto largest = std::ranges::max_element(squares) - squares.begin();
    const double four = 2 * std::sqrt(squares[static_cast<std::size_t>(largest)]);
    std::array<double, 4> q{};
    if (largest == 0)
        q = {four / 4, (r[2][1] - r[1][2]) / four, (r[0][2] - r[2][0]) / four, (r[1][0] - r[0][1]) / four};
    else if (largest == 1)
        q = {(r[2][1] - r[1][2]) / four, four / 4, (r[0][1] + r[1][0]) / four, (r[0][2] + r[2][0]) / four};
    else if (largest == 2)
        q = {(r[0][2] - r[2][0]) / four, (r[0][1] + r[1][0]) / four, four / 4, (r[1][2] + r[2][1]) / four};
    else
        q = {(r[1][0] - r[0][1]) / four, (r[0][2] + r[2][0]) / four, (r[1][2] + r[2][1]) / four, four / 4};
    // The header leaves `a` out: it is taken as positive.
    if (q[0] < 0)
        for (double& part : q) part = -part;
    return q;
}

double determinant(const Matrix& r) {
    return r[0][0] * (r[1][1] * r[2][2] - r[1][2] * r[2][1]) -
           r[0][1] * (r[1][0] * r[2][2] - r[1][2] * r[2][0]) +
           r[0][2] * (r[1][0] * r[2][1] - r[1][1] * r[2][0]);
}

}  // namespace

void NiftiFile::setSize(int i, int j, int k, int volumes) {
    dim = {volumes > 1 ? 4 : 3, i, j, k, volumes, 1, 1, 1};
}

void NiftiFile::setSform(const RasAffine& affine) {
    sformCode = 1;
    sform = affine;
}

void NiftiFile::setQform(const RasAffine& affine) {
    qformCode = 1;
    Matrix rotation{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        pixdim[axis + 1] = std::hypot(affine[0][axis], affine[1][axis], affine[2][axis]);
        for (std::size_t row = 0; row < 3; ++row) rotation[row][axis] = affine[row][axis] / pixdim[axis + 1];
    }
    pixdim[0] = determinant(rotation) < 0 ? -1 : 1;
    if (pixdim[0] < 0)
        for (auto& row : rotation) row[2] = -row[2];
    const auto [a, b, c, d] = quaternionOf(rotation);
    quaternion = {b, c, d};
    for (std::size_t row = 0; row < 3; ++row) qoffset[row] = affine[row][3];
}

void NiftiFile::addNumber(std::uint64_t pattern, int count) {
    for (int i = 0; i < count; ++i) {
        const int shift = 8 * (order == std::endian::little ? i : count - 1 - i);
        voxels.push_back(static_cast<std::byte>(pattern >> shift & 0xFF));
    }
}

void NiftiFile::setVoxels(const std::function<int(int, int, int, int)>& valueAt) {
    voxels.clear();
    for (int volume = 0; volume < dim[4]; ++volume)
        for (int k = 0; k < dim[3]; ++k)
            for (int j = 0; j < dim[2]; ++j)
                for (int i = 0; i < dim[1]; ++i)
                    addNumber(static_cast<std::uint64_t>(valueAt(i, j, k, volume)), 2);
}

Bytes NiftiFile::bytes() const {
    Bytes file = version == 1 ? header1(*this) : header2(*this);
    if (offset > static_cast<double>(file.size()) && offset < 1e6)
        file.resize(static_cast<std::size_t>(offset));
    file.insert(file.end(), voxels.begin(), voxels.end());
    return file;
}

Bytes gzipped(const Bytes& bytes) {
    z_stream stream{};
    deflateInit2(&stream, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    Bytes result(deflateBound(&stream, bytes.size()) + 64);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(result.size());
    deflate(&stream, Z_FINISH);
    result.resize(stream.total_out);
    deflateEnd(&stream);
    return result;
}

}  // namespace residua::test
