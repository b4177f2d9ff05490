// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "tests/support/dicom_bytes.h"

namespace residua::test {

/// Files of which every length is right, made to cost time or memory out of all proportion to their size.
struct CostlyFile {
    std::string name;
    Bytes bytes;
};

/// An image among elements that are nothing to its pixels, on which DCMTK would spend seconds or minutes: it
/// looks for each element's place from the end of a list, through all owners of private elements, and makes
/// an object of some hundred bytes of each empty item. To be shown.
std::vector<CostlyFile> costlyDatasets();
/// The same inside what describes the pixels. To be refused as DicomMalformed.
std::vector<CostlyFile> costlyDescriptions();
/// In palettes, among fragments and in the headers of compressed streams. To be refused.
std::vector<CostlyFile> costlyPixels();

}  // namespace residua::test
