// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTemporaryDir>
#include <filesystem>
#include <memory>
#include <string_view>

#include "imaging/error.h"
#include "imaging/pixels/pixel_decoder.h"
#include "tests/imaging/pixels/small_dataset.h"

namespace residua::test {

/// Files of one test, decoded from disk as the program does it.
class PixelFiles {
public:
    std::filesystem::path path(const char* name = "image.dcm") const {
        return std::filesystem::path(folder_.path().toStdString()) / name;
    }
    std::filesystem::path write(const Bytes& file) const {
        writeBytes(path(), file);
        return path();
    }
    std::shared_ptr<const Image> decode(const DicomBytes& dataset, std::string_view syntax = kExplicitLittle,
                                        int frame = 0) const {
        return decodeFrame(write(dicomFile(syntax, dataset.bytes())), frame);
    }

private:
    QTemporaryDir folder_;
};

/// The kind of the Error that `work` throws; Unexpected where it throws none.
template <typename Work>
ProblemKind problemOf(Work work) {
    try {
        work();
    } catch (const Error& error) {
        return error.problem().kind;
    }
    return ProblemKind::Unexpected;
}

}  // namespace residua::test
