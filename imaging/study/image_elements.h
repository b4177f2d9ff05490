// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "imaging/study/element_header.h"
#include "imaging/study/file_gate.h"

namespace residua {

/// Notes during a walk where the elements lie that say how pixels are to be read and shown.
class ImageElementsNote {
public:
    /// An element of the dataset itself begins at `offset`.
    void beginElement(const ElementHeader& header, std::size_t offset);
    /// An item of the element that was begun last begins at `offset`.
    void beginItem(std::size_t offset);
    void endElement(std::size_t offset);
    void endItem(std::size_t offset);
    /// What looked like a sequence is none: per-frame groups are then left away.
    void dropGroups();
    const ImageElements& elements() const { return elements_; }

private:
    enum class Open { Nothing, Element, PerFrameGroups };
    ImageElements elements_;
    Open open_ = Open::Nothing;
    bool isItemOpen_ = false;
};

/// A dataset of only what describes one frame, for DCMTK: whose lists make hundreds of thousands of elements
/// cost seconds, and the groups of thousands of frames do so in honest files. Each element once, the first
/// one, in ascending order; of the per-frame functional groups the frame's own item.
/// Throws Error DicomMalformed where more than 4,000 elements and items describe the frame.
std::vector<std::byte> imageDataset(const GatedFile& file, int frame);

}  // namespace residua
