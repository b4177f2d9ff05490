// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/dicom_header.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <span>

#include "imaging/study/element_value.h"
#include "imaging/study/made_uid.h"

namespace residua {

namespace {

using Text = HeaderReader::Text;
using Number = HeaderReader::Number;

/// Where a field stands: at the top of the dataset (parent 0), or in items of the sequence `parent` at any
/// depth, as the functional groups of enhanced images do.
struct TextRow {
    std::uint32_t tag, parent;
    Text field;
};
struct NumberRow {
    std::uint32_t tag, parent;
    Number field;
    std::string_view vr;  ///< the dictionary's, for implicit VR
};

constexpr std::array kTexts{
    TextRow{0x00020002, 0, Text::MetaSopClass},
    TextRow{0x00020003, 0, Text::MetaSopInstance},
    TextRow{0x00080005, 0, Text::CharacterSet},
    TextRow{0x00080008, 0, Text::ImageType},
    TextRow{0x00080016, 0, Text::SopClass},
    TextRow{0x00080018, 0, Text::SopInstance},
    TextRow{0x00080020, 0, Text::StudyDate},
    TextRow{0x00080030, 0, Text::StudyTime},
    TextRow{0x00080032, 0, Text::AcquisitionTime},
    TextRow{0x00080050, 0, Text::Accession},
    TextRow{0x00080060, 0, Text::Modality},
    TextRow{0x00080070, 0, Text::Manufacturer},
    TextRow{0x00080080, 0, Text::Institution},
    TextRow{0x00080090, 0, Text::Referring},
    TextRow{0x00080104, 0x00082218, Text::BodyRegion},
    TextRow{0x00080104, 0x00180012, Text::ContrastCode},
    TextRow{0x00080104, 0x00540220, Text::ViewCode},
    TextRow{0x00081030, 0, Text::StudyDescription},
    TextRow{0x0008103E, 0, Text::SeriesDescription},
    TextRow{0x00081090, 0, Text::ModelName},
    TextRow{0x00089209, 0, Text::AcquisitionContrast},
    TextRow{0x00089209, 0x00189226, Text::AcquisitionContrast},
    TextRow{0x00100010, 0, Text::PatientName},
    TextRow{0x00100020, 0, Text::PatientId},
    TextRow{0x00100030, 0, Text::BirthDate},
    TextRow{0x00100040, 0, Text::Sex},
    TextRow{0x00101010, 0, Text::Age},
    TextRow{0x00180010, 0, Text::ContrastAgent},
    TextRow{0x00180015, 0, Text::BodyPart},
    TextRow{0x00180020, 0, Text::ScanningSequence},
    TextRow{0x00180024, 0, Text::SequenceName},
    TextRow{0x00181030, 0, Text::Protocol},
    TextRow{0x00185101, 0, Text::ViewPosition},
    TextRow{0x00190010, 0, Text::SiemensCreator},
    TextRow{0x0020000D, 0, Text::StudyUid},
    TextRow{0x0020000E, 0, Text::SeriesUid},
    TextRow{0x00200020, 0, Text::PatientOrientation},
    TextRow{0x00200060, 0, Text::Laterality},
    TextRow{0x00200062, 0, Text::ImageLaterality},
    TextRow{0x00280004, 0, Text::Photometric},
    TextRow{0x00280300, 0, Text::QualityControl},
    TextRow{0x00280A02, 0, Text::CalibrationType},
    TextRow{0x00430010, 0, Text::GeCreator},
    TextRow{0x20010010, 0, Text::PhilipsCreator},
};
constexpr std::array kNumbers{
    NumberRow{0x00082144, 0, Number::DisplayFrameRate, "IS"},
    NumberRow{0x00180040, 0, Number::CineRate, "IS"},
    NumberRow{0x00180050, 0, Number::SliceThickness, "DS"},
    NumberRow{0x00180050, 0x00289110, Number::SliceThickness, "DS"},
    NumberRow{0x00180080, 0, Number::RepetitionTime, "DS"},
    NumberRow{0x00180080, 0x00189112, Number::RepetitionTime, "DS"},
    NumberRow{0x00180081, 0, Number::EchoTime, "DS"},
    NumberRow{0x00180082, 0, Number::InversionTime, "DS"},
    NumberRow{0x00180088, 0, Number::SliceDistance, "DS"},
    NumberRow{0x00181060, 0, Number::TriggerTime, "DS"},
    NumberRow{0x00181063, 0, Number::FrameTime, "DS"},
    NumberRow{0x00181065, 0, Number::FrameTimeVector, "DS"},
    NumberRow{0x00181114, 0, Number::Magnification, "DS"},
    NumberRow{0x00181164, 0, Number::ImagerPixelSpacing, "DS"},
    NumberRow{0x00182010, 0, Number::ScannedPixelSpacing, "DS"},
    NumberRow{0x00189082, 0x00189114, Number::EffectiveEchoTime, "FD"},
    NumberRow{0x00189087, 0, Number::BValue, "FD"},
    NumberRow{0x00189087, 0x00189117, Number::BValue, "FD"},
    NumberRow{0x0019100C, 0, Number::SiemensBValue, "IS"},
    NumberRow{0x00200011, 0, Number::SeriesNumber, "IS"},
    NumberRow{0x00200012, 0, Number::AcquisitionNumber, "IS"},
    NumberRow{0x00200013, 0, Number::InstanceNumber, "IS"},
    NumberRow{0x00200032, 0, Number::Position, "DS"},
    NumberRow{0x00200032, 0x00209113, Number::Position, "DS"},
    NumberRow{0x00200037, 0, Number::Orientation, "DS"},
    NumberRow{0x00200037, 0x00209116, Number::Orientation, "DS"},
    NumberRow{0x00200100, 0, Number::TemporalPosition, "IS"},
    NumberRow{0x00280010, 0, Number::Rows, "US"},
    NumberRow{0x00280011, 0, Number::Columns, "US"},
    NumberRow{0x00280030, 0, Number::PixelSpacing, "DS"},
    NumberRow{0x00280030, 0x00289110, Number::PixelSpacing, "DS"},
    NumberRow{0x00431039, 0, Number::GeBValue, "IS"},
    NumberRow{0x20011003, 0, Number::PhilipsBValue, "FL"},
};
static_assert(std::ranges::is_sorted(kTexts, {}, &TextRow::tag));
static_assert(std::ranges::is_sorted(kNumbers, {}, &NumberRow::tag));

/// The row of a table for an element, given the sequence around it; null where the field is not wanted.
template <typename Table>
const typename Table::value_type* rowFor(const Table& table, std::uint32_t tag, std::uint32_t parent) {
    using Row = typename Table::value_type;
    for (auto row = std::ranges::lower_bound(table, tag, {}, &Row::tag);
         row != table.end() && row->tag == tag; ++row)
        if (row->parent == parent) return &*row;
    return nullptr;
}

/// ACR-NEMA's "1996.10.29" and "15:18:59" as DICOM's.
std::string compact(std::string_view text, char separator) {
    std::string result;
    std::ranges::copy_if(text, std::back_inserter(result), [&](char c) { return c != separator; });
    return result;
}

std::optional<int> digits(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// An AS value from two dates: months below two years, else years; empty where it cannot be told.
std::string ageBetween(const std::string& birth, const std::string& study) {
    if (birth.size() != 8 || study.size() != 8) return {};
    const auto born = digits(birth), taken = digits(study);
    if (!born || !taken || *taken < *born) return {};
    const int months = (*taken / 10000 - *born / 10000) * 12 + (*taken / 100 % 100 - *born / 100 % 100) -
                       (*taken % 100 < *born % 100 ? 1 : 0);
    const int count = std::clamp(months < 24 ? months : months / 12, 0, 999);
    auto number = std::to_string(count);
    return std::string(3 - number.size(), '0') + number + (months < 24 ? 'M' : 'Y');
}

std::string firstOf(std::string first, std::string second) {
    return first.empty() ? std::move(second) : first;
}

bool isPositivePair(const std::vector<double>& values) {
    return values.size() >= 2 && values[0] > 0 && values[1] > 0;
}

}  // namespace

void HeaderReader::clear() {
    for (auto& text : texts_) text.clear();
    for (auto& values : numbers_) values.clear();
    groups_.clear();
    mosaic_.clear();
}

void HeaderReader::take(const GateElement& element) {
    const auto tag = tagOf(element);
    const auto depth = static_cast<std::size_t>(element.depth);
    enclosing_.at(depth) = tag;
    const auto parent = depth == 0 ? 0 : enclosing_[depth - 1];
    groups_.take(element, std::span(enclosing_).first(depth));
    mosaic_.take(element);
    // The first value counts: of items, the first item's.
    if (const auto* row = rowFor(kTexts, tag, parent)) {
        auto& text = texts_[static_cast<std::size_t>(row->field)];
        if (text.empty()) text = textOf(element);
    } else if (const auto* number = rowFor(kNumbers, tag, parent)) {
        auto& values = numbers_[static_cast<std::size_t>(number->field)];
        if (values.empty()) values = numbersOf(element, number->vr);
    }
}

std::optional<double> HeaderReader::number(Number field) const {
    const auto& values = numbers(field);
    return values.empty() ? std::nullopt : std::optional(values.front());
}

int HeaderReader::integer(Number field, int otherwise) const {
    const auto value = number(field);
    return value && std::abs(*value) <= 2e9 ? static_cast<int>(*value) : otherwise;
}

bool HeaderReader::hasImageSize() const {
    return integer(Number::Rows, 0) > 0 && integer(Number::Columns, 0) > 0;
}
bool HeaderReader::namesAnObject() const {
    return hasImageSize() || !raw(Text::SopClass).empty() || !raw(Text::MetaSopClass).empty();
}

std::optional<double> HeaderReader::bValue() const {
    if (const auto value = number(Number::BValue)) return value;
    if (raw(Text::SiemensCreator) == "SIEMENS MR HEADER")
        if (const auto value = number(Number::SiemensBValue)) return value;
    // GE adds 10^9 to some b-values in its first number.
    if (raw(Text::GeCreator) == "GEMS_PARM_01")
        if (const auto value = number(Number::GeBValue)) return std::fmod(*value, 1e5);
    if (raw(Text::PhilipsCreator) == "Philips Imaging DD 001") return number(Number::PhilipsBValue);
    return std::nullopt;
}

void HeaderReader::takeGeometry(Instance& instance) const {
    // The frames of a multi-frame image lie at places of their own.
    if (instance.frames == 1) instance.position = positionOf(numbers(Number::Position));
    instance.orientation = orientationOf(numbers(Number::Orientation));
    instance.frameGroups = groups_.frames(instance.frames);
    if (!instance.frameGroups.empty()) instance.dimensions = groups_.dimensions();
    auto imager = numbers(Number::ImagerPixelSpacing);
    if (imager.empty()) imager = numbers(Number::ScannedPixelSpacing);
    instance.spacing = namedSpacing(raw(Text::Modality), numbers(Number::PixelSpacing), imager,
                                    number(Number::Magnification).value_or(0), raw(Text::CalibrationType));
    instance.sliceThickness = std::max(0.0, number(Number::SliceThickness).value_or(0));
}

/// PS3.3 C.7.6.5: what is recommended comes before how it was taken.
void HeaderReader::takePlayback(Instance& instance) const {
    // Ours: slower or faster than that is a mistake, such as a frame time in seconds.
    const auto isRate = [](double rate) { return rate >= 0.05 && rate <= 1000; };
    const auto& times = numbers(Number::FrameTimeVector);
    const bool isVector = times.size() > 1 && times.size() == static_cast<std::size_t>(instance.frames) &&
                          std::ranges::all_of(times, [](double time) { return time >= 0; });
    const double whole = isVector ? std::accumulate(times.begin() + 1, times.end(), 0.0) : 0;
    const double vectorRate = whole > 0 ? 1000 * static_cast<double>(times.size() - 1) / whole : 0;
    const double frameTime = number(Number::FrameTime).value_or(0);
    for (const double rate :
         {number(Number::DisplayFrameRate).value_or(0), number(Number::CineRate).value_or(0), vectorRate,
          frameTime > 0 ? 1000 / frameTime : 0})
        if (instance.frameRate == 0 && isRate(rate)) instance.frameRate = rate;
    if (instance.frameRate == vectorRate && vectorRate > 0)
        for (const double time : times) instance.frameTimes.push_back(static_cast<float>(time));
}

void HeaderReader::takeMosaic(Instance& instance) const {
    if (!mosaic_.isMosaic() || instance.frames != 1) return;
    const auto layout = mosaic_.layout();
    if (!layout) {
        instance.isUnreadMosaic = true;
        instance.position.reset();  // that of no slice
        return;
    }
    // Of a volume in one image nothing else tells where slices lie.
    double distance = number(Number::SliceDistance).value_or(0);
    if (distance <= 0) distance = instance.sliceThickness;
    splitIntoTiles(instance, *layout, mosaic_.normal(), distance);
}

Instance HeaderReader::instance(const std::filesystem::path& path, const GateReport& report) {
    Instance instance;
    instance.path = path;
    instance.sopInstanceUid = firstOf(text(Text::SopInstance), text(Text::MetaSopInstance));
    if (instance.sopInstanceUid.empty()) instance.sopInstanceUid = madeUid("instance", path.native());
    instance.sopClassUid = firstOf(text(Text::SopClass), text(Text::MetaSopClass));
    instance.transferSyntaxUid = report.transferSyntaxUid;
    instance.instanceNumber = integer(Number::InstanceNumber, 0);
    instance.frames = report.frames;
    instance.rows = integer(Number::Rows, 0);
    instance.columns = integer(Number::Columns, 0);
    instance.photometric = text(Text::Photometric);
    instance.imageType = text(Text::ImageType);
    instance.hasPixels = report.hasPixelData && !isSegmentation(instance.sopClassUid);
    instance.patientOrientation = text(Text::PatientOrientation);
    takeGeometry(instance);
    instance.echoTime = number(Number::EchoTime);
    if (!instance.echoTime) instance.echoTime = number(Number::EffectiveEchoTime);
    instance.bValue = bValue();
    instance.temporalPosition = number(Number::TemporalPosition);
    if (!instance.temporalPosition) instance.temporalPosition = number(Number::TriggerTime);
    if (number(Number::AcquisitionNumber)) instance.acquisitionNumber = integer(Number::AcquisitionNumber, 0);
    instance.acquisitionTime = compact(text(Text::AcquisitionTime), ':');
    instance.repetitionTime = number(Number::RepetitionTime).value_or(0);
    instance.inversionTime = number(Number::InversionTime).value_or(0);
    instance.scanningSequence = text(Text::ScanningSequence);
    instance.acquisitionContrast = text(Text::AcquisitionContrast);
    instance.contrastAgent = firstOf(text(Text::ContrastAgent), text(Text::ContrastCode));
    instance.viewPosition = firstOf(text(Text::ViewPosition), text(Text::ViewCode));
    instance.laterality = firstOf(text(Text::ImageLaterality), text(Text::Laterality));
    instance.qualityControlImage = text(Text::QualityControl);
    takePlayback(instance);
    takeMosaic(instance);
    return instance;
}

Series HeaderReader::series() {
    Series series;
    series.uid = text(Text::SeriesUid);
    series.number = integer(Number::SeriesNumber, 0);
    series.description = text(Text::SeriesDescription);
    series.modality = firstOf(text(Text::Modality), "OT");
    series.bodyPart = firstOf(text(Text::BodyPart), text(Text::BodyRegion));
    series.protocol = text(Text::Protocol);
    series.manufacturer = text(Text::Manufacturer);
    series.manufacturerModel = text(Text::ModelName);
    series.sequenceName = text(Text::SequenceName);
    return series;
}

Study HeaderReader::study(const std::filesystem::path& path, const GateReport& report) {
    decoder_.setCharacterSet(raw(Text::CharacterSet));
    const auto folder = path.parent_path().native();
    Study study;
    study.uid = firstOf(text(Text::StudyUid), madeUid("study", folder));
    study.date = compact(text(Text::StudyDate), '.');
    study.time = compact(text(Text::StudyTime), ':');
    study.description = text(Text::StudyDescription);
    study.accessionNumber = text(Text::Accession);
    study.referringPhysician = shownPersonName(text(Text::Referring));
    study.institution = text(Text::Institution);
    study.patient = {.id = text(Text::PatientId),
                     .name = shownPersonName(text(Text::PatientName)),
                     .birthDate = compact(text(Text::BirthDate), '.'),
                     .sex = text(Text::Sex),
                     .otherNames = otherPersonNames(text(Text::PatientName))};
    study.patientAge = firstOf(text(Text::Age), ageBetween(study.patient.birthDate, study.date));
    study.series.push_back(series());
    auto& only = study.series.front();
    if (only.uid.empty()) only.uid = madeUid("series", folder);
    only.instances.push_back(instance(path, report));
    return study;
}

bool isSegmentation(std::string_view sopClassUid) {
    return sopClassUid == "1.2.840.10008.5.1.4.1.1.66.4" || sopClassUid == "1.2.840.10008.5.1.4.1.1.66.7";
}

bool isProjection(std::string_view modality) {
    constexpr std::array<std::string_view, 9> projections{"CR", "DX", "DR", "MG", "RF",
                                                          "XA", "PX", "IO", "RG"};
    return std::ranges::find(projections, modality) != projections.end();
}

Spacing namedSpacing(std::string_view modality, const std::vector<double>& pixelSpacing,
                     const std::vector<double>& imagerPixelSpacing, double magnification,
                     std::string_view calibrationType) {
    const auto named = [](SpacingKind kind, const std::vector<double>& values, double factor = 1) {
        return Spacing{kind, values[0] / factor, values[1] / factor};
    };
    const bool hasPixel = isPositivePair(pixelSpacing), hasImager = isPositivePair(imagerPixelSpacing);
    if (hasPixel && !isProjection(modality) && !hasImager) return named(SpacingKind::Patient, pixelSpacing);
    // PS3.3 10.7.1.3: where both are given, PixelSpacing is a calibration if it differs from
    // ImagerPixelSpacing, and only copied from it if it is equal.
    if (hasPixel && (hasImager ? pixelSpacing != imagerPixelSpacing : !calibrationType.empty()))
        return named(SpacingKind::Calibrated, pixelSpacing);
    if (hasImager && magnification > 0)
        return named(SpacingKind::MagnificationCorrected, imagerPixelSpacing, magnification);
    if (hasImager) return named(SpacingKind::Detector, imagerPixelSpacing);
    return hasPixel ? named(SpacingKind::Detector, pixelSpacing) : Spacing{};
}

Study readHeader(const GatedFile& file) {
    HeaderReader reader;
    const auto report =
        walkDicom(file.bytes, file.path, [&](const GateElement& element) { reader.take(element); });
    return reader.study(file.path, report);
}

}  // namespace residua
