// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include "imaging/error.h"
#include "tests/imaging/containers/nifti_files.h"

namespace residua::test {

/// Whether the header alone tells that it is broken, or only the file's size.
enum class Tells { Header, Size };

/// What is changed in a good file, and the problem that is then told.
struct BrokenNifti {
    const char* name = "";
    ProblemKind kind = ProblemKind::NiftiInvalid;
    std::function<void(NiftiFile&)> change;
    Tells tells = Tells::Header;
};

std::vector<BrokenNifti> brokenSizes();   ///< of the dimensions and the file
std::vector<BrokenNifti> brokenVoxels();  ///< their type, place in the file and scale
std::vector<BrokenNifti> brokenPlaces();  ///< in the patient; the file must have a sform

}  // namespace residua::test
