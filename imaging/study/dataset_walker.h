// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "imaging/error.h"
#include "imaging/study/byte_source.h"
#include "imaging/study/element_header.h"
#include "imaging/study/file_gate.h"
#include "imaging/study/image_elements.h"
#include "imaging/study/pixel_claim.h"

namespace residua {

enum class WalkExtent {
    UpToPixelData,  ///< a scan: PixelData's length is checked against the file's size, its bytes are not read
    Whole,          ///< also through fragments and what follows
};

/// Whether each frame has fragments of its own, or a video has them all in one (PS3.5 8.2.5 to 8.2.8).
enum class FrameFragments { EachItsOwn, AllInOne };

/// What the walk found of the dataset's own PixelData, or of the floating-point numbers in its place.
struct WalkedPixels {
    bool present = false;
    PixelElement element = PixelElement::Integers;
    bool encapsulated = false;
    std::size_t offset = 0;         ///< of the value, or of the first item's tag
    std::size_t length = 0;         ///< of the value, or through the sequence delimiter
    std::size_t fragments = 0;      ///< without the offset table; 0 after UpToPixelData
    bool delimiterMissing = false;  ///< the file ends after a whole fragment, without the sequence delimiter
};

/// Walks a dataset's elements with a stack of its own: no recursion, no memory taken by declared sizes. Real
/// files' habits are followed where that is safe: odd lengths, unknown VRs, implicit items in explicit
/// datasets, missing item delimiters, padding or rubbish behind PixelData.
class DatasetWalker {
public:
    using Visit = std::function<void(const GateElement&)>;
    static constexpr int kDeepestNesting = 64;

    /// @param path only for problems; source, path and visit must outlive the walker
    /// @param visit called for each element in order; may be empty
    DatasetWalker(ByteSource& source, const std::filesystem::path& path, WalkExtent extent,
                  const Visit& visit);
    DatasetWalker(ByteSource& source, std::filesystem::path&& path, WalkExtent extent,
                  const Visit& visit) = delete;
    DatasetWalker(ByteSource& source, const std::filesystem::path& path, WalkExtent extent,
                  Visit&& visit) = delete;

    void setItemVisits(ItemVisits items) { itemVisits_ = items; }  ///< before the walk

    /// Walks the dataset that starts at `offset`; once. Throws Error with a Dicom kind, FragmentInvalid or a
    /// pixel kind.
    void walk(std::size_t offset, DatasetEncoding encoding, FrameFragments frames);

    const WalkedPixels& pixels() const { return pixels_; }
    const PixelClaim& claim() const { return claim_; }
    const ImageElements& image() const { return image_.elements(); }
    std::size_t parts() const { return parts_; }   ///< elements and items at any depth
    std::size_t end() const { return wholeEnd_; }  ///< behind the last whole element of the dataset itself

private:
    enum class Holds { Elements, Items, Fragments };
    struct Level {
        Holds holds = Holds::Elements;
        std::size_t start = 0;
        std::size_t end = 0;  ///< of a level of undefined length: its parent's
        bool undefinedLength = false;
        bool supposed = false;  ///< opened because the value looks like items, not because its VR says so
        DatasetEncoding encoding;
    };

    void step();
    void finishLevel();
    void countPart();
    void readElement();
    void readItem();
    void readFragment();
    void readDelimiter(std::uint32_t tag, std::uint32_t length);
    void openUndefined(const ElementHeader& header);
    void openPixels(const ElementHeader& header);
    void closePixels(std::size_t end);
    bool opensSupposedSequence(const ElementHeader& header);
    void openSequence(const ElementHeader& header, DatasetEncoding encoding, bool supposed);
    void deliver(const ElementHeader& header, bool withValue);
    std::size_t longestValueOf(std::uint32_t tag, int depth) const;
    void requireFits(const ElementHeader& header);
    bool recover(const Error& error);
    bool isOwnPixelData(const ElementHeader& header) const;
    bool endsInPadding();
    std::size_t itemTags(std::size_t start, std::size_t end);
    int nesting() const;
    [[noreturn]] void fail(ProblemKind kind, const std::string& what) const;

    ByteSource& source_;
    const std::filesystem::path& path_;
    WalkExtent extent_;
    const Visit& visit_;
    ItemVisits itemVisits_ = ItemVisits::Left;
    std::vector<Level> levels_;
    std::size_t offset_ = 0;
    std::size_t wholeEnd_ = 0;
    std::uint32_t tag_ = 0;  ///< of the element being read, for messages
    bool done_ = false;
    std::size_t datasetStart_ = 0;
    std::size_t fragments_ = 0;  ///< items of the dataset's own PixelData, the offset table included
    bool isVideo_ = false;
    bool isMosaic_ = false;  ///< says ImageType
    std::size_t parts_ = 0;
    std::size_t topItems_ = 0;  ///< so far, of the sequence of the dataset itself that is open
    ImageElementsNote image_;
    PixelClaim claim_;
    WalkedPixels pixels_;
};

}  // namespace residua
