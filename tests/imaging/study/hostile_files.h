// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "imaging/error.h"
#include "tests/support/dicom_bytes.h"

namespace residua::test {

/// A file that has broken, or would break, a program; named for its hazard.
struct HostileFile {
    std::string name;
    std::string story;
    ProblemKind kind;
    Bytes bytes;
};

/// All of them, made anew.
std::vector<HostileFile> hostileFiles();

/// Small valid files of each way of writing a dataset, to be mutated.
std::vector<Bytes> validFiles();

/// `dataset` as a deflated file (PS3.5 A.5).
Bytes deflatedFile(const Bytes& dataset);

}  // namespace residua::test
