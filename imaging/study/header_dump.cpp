// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/header_dump.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctag.h>
#include <dcmtk/dcmdata/dcuid.h>
#include <dcmtk/dcmdata/dcvr.h>

#include <array>
#include <map>
#include <span>
#include <string_view>
#include <utility>

#include "imaging/dicom_log.h"
#include "imaging/study/character_set.h"
#include "imaging/study/dataset_walker.h"
#include "imaging/study/deflated_dataset.h"
#include "imaging/study/element_value.h"
#include "imaging/study/file_bytes.h"
#include "imaging/study/header_value.h"

namespace residua {

namespace {

constexpr std::uint32_t kCharacterSet = 0x00080005;
constexpr std::uint32_t kPixelRepresentation = 0x00280103;
constexpr std::string_view kDeflated = "1.2.840.10008.1.2.1.99";

// LO and CS hold 64 and 16 characters a value; a longer one must not be copied for each element.
constexpr std::size_t kLongestTerm = 256;

struct Stopped {};  ///< no Error: the walker would try to go on

/// What DCMTK's data dictionary says of a tag.
struct DictionaryEntry {
    std::string name;
    std::string vr;        ///< "UN" where it is not known
    bool hasSign = false;  ///< US or SS, as PixelRepresentation says (PS3.5 A.1)
};

class Dictionary {
public:
    const DictionaryEntry& find(std::uint32_t tag, const std::string& creator) {
        const auto [row, isNew] = rows_.try_emplace({tag, creator});
        if (!isNew) return row->second;
        DcmTag known(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xFFFF),
                     creator.empty() ? nullptr : creator.c_str());
        const std::string_view name = known.getTagName();
        if (name != DcmTag_ERROR_TagName) row->second.name = name;
        row->second.hasSign = known.getEVR() == EVR_xs;
        row->second.vr = DcmVR(known.getEVR()).getValidVRName();
        if (!isKnownVr(row->second.vr) || row->second.vr == "??") row->second.vr = "UN";
        return row->second;
    }

private:
    std::map<std::pair<std::uint32_t, std::string>, DictionaryEntry> rows_;
};

/// What an element's dataset or item says of its elements.
struct Surroundings {
    std::string characterSet;
    std::map<std::uint32_t, std::string> creators;  ///< (gggg,00bb) → who owns (gggg,bb00) to (gggg,bbFF)
};

bool isPrivate(std::uint32_t tag) {
    return (tag >> 16) % 2 == 1;
}

/// PS3.5 7.8.1: (gggg,0010) to (gggg,00FF) of an odd group name the owner of a block.
bool isCreator(std::uint32_t tag) {
    return isPrivate(tag) && (tag & 0xFFFF) >= 0x10 && (tag & 0xFFFF) <= 0xFF;
}

class Collector {
public:
    Collector(std::size_t most, std::stop_token stop) : most_(most), stop_(std::move(stop)) {}

    void take(const GateElement& element) {
        if (stop_.stop_requested()) throw Stopped();
        const auto depth = static_cast<std::size_t>(element.depth);
        auto& around = around_.at(depth);
        const auto tag = tagOf(element);
        if (tag == HeaderElement::kItem)
            around = {.characterSet = around_.at(depth - 1).characterSet, .creators = {}};
        if (tag == kCharacterSet) around.characterSet = textOf(element).substr(0, kLongestTerm);
        if (tag == kPixelRepresentation && depth == 0) isSigned_ = unsignedShortOf(element) == 1u;
        decoder_.setCharacterSet(around.characterSet);
        if (isCreator(tag)) around.creators[tag] = decoder_.toUtf8(textOf(element).substr(0, kLongestTerm));
        ++dump_.total;
        if (dump_.elements.size() < most_) dump_.elements.push_back(shown(element, around));
    }

    HeaderDump& dump() { return dump_; }

private:
    HeaderElement shown(const GateElement& element, const Surroundings& around) {
        const auto tag = tagOf(element);
        HeaderElement row;
        row.tag = tag;
        row.length = element.length;
        row.depth = 2 * element.depth;
        if (tag == HeaderElement::kItem) {
            row.depth -= 1;
            return row;
        }
        if (isPrivate(tag) && !isCreator(tag)) row.creator = creatorOf(tag, around);
        const auto& known = dictionary_.find(tag, row.creator);
        row.name = known.name;
        const std::string_view written(element.vr, 2);
        const bool saysNothing = !isKnownVr(written) || written == "UN" || written == "??";
        const std::string readAs(!saysNothing                 ? written
                                 : known.hasSign && isSigned_ ? "SS"
                                                              : std::string_view(known.vr));
        row.vr = element.vr[0] == 0 ? readAs : std::string(written);
        auto value = shownValue(element, readAs, decoder_);
        row.value = readAs == "UI" ? withName(std::move(value.text)) : std::move(value.text);
        row.isCut = value.isCut;
        if (row.isCut) row.digest = digestOf(element.value);
        return row;
    }

    static std::string creatorOf(std::uint32_t tag, const Surroundings& around) {
        const auto block = (tag & 0xFFFF0000) | (tag >> 8 & 0xFF);
        const auto creator = around.creators.find(block);
        return creator == around.creators.end() ? std::string() : creator->second;
    }

    /// "1.2.840.10008.1.2.1 (LittleEndianExplicit)"
    static std::string withName(std::string uid) {
        const char* name = dcmFindNameOfUID(uid.c_str());
        return name ? uid + " (" + name + ")" : uid;
    }

    std::size_t most_;
    std::stop_token stop_;
    Dictionary dictionary_;
    TextDecoder decoder_;
    std::array<Surroundings, DatasetWalker::kDeepestNesting + 2> around_;  ///< by the walk's depth
    bool isSigned_ = false;
    HeaderDump dump_;
};

/// PixelData's bytes are not visited, but two images are to be told apart.
void addPixels(HeaderDump& dump, const GateReport& report, std::span<const std::byte> bytes,
               const std::filesystem::path& path) {
    if (!report.hasPixelData) return;
    std::vector<std::byte> inflated;
    auto offset = report.pixelDataOffset;
    if (report.transferSyntaxUid == kDeflated) {
        inflated = inflateDataset(bytes.subspan(report.datasetOffset), path);
        bytes = inflated;
        offset -= report.datasetOffset;
    }
    for (auto& element : dump.elements) {
        if (element.depth != 0 || element.tag < 0x7FE00008 || element.tag > 0x7FE00010) continue;
        element.isCut = true;
        element.length = static_cast<std::uint32_t>(report.pixelDataLength);
        element.digest = digestOf(bytes.subspan(offset, report.pixelDataLength));
    }
}

}  // namespace

HeaderDump dumpHeader(const std::filesystem::path& path, std::size_t most, std::stop_token stop,
                      const ArchivePasswords& passwords) {
    silenceDicomLog();
    const auto bytes = readFileBytes(path, passwords);
    Collector collector(most, std::move(stop));
    auto& dump = collector.dump();
    try {
        const auto report = walkDicom(
            bytes, path, [&](const GateElement& element) { collector.take(element); }, ItemVisits::Given);
        addPixels(dump, report, bytes, path);
    } catch (const Stopped&) {
        throw Error(ProblemKind::Cancelled, path);
    } catch (const Error& error) {
        if (dump.total == 0) throw;
        dump.problem = error.problem();
    }
    return std::move(dump);
}

}  // namespace residua
