// SPDX-License-Identifier: GPL-3.0-or-later
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <system_error>

#include "imaging/error.h"
#include "imaging/objects/dicom_writer.h"
#include "imaging/phantom/phantom.h"
#include "imaging/phantom/phantom_identity.h"

namespace residua {
namespace {

namespace fs = std::filesystem;
using phantom::Identity;

/// A decimal string (DS, at most 16 characters) in any locale.
std::string number(double value) {
    std::array<char, 32> text{};
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 8).ptr;
    return {text.data(), end};
}

void put(DcmItem& item, const DcmTagKey& tag, const std::string& value) {
    if (item.putAndInsertString(tag, value.c_str()).bad())
        throw Error(ProblemKind::Unexpected, {}, "an element could not be set");
}

void putNumber(DcmItem& item, const DcmTagKey& tag, std::size_t value) {
    if (item.putAndInsertUint16(tag, static_cast<Uint16>(value)).bad())
        throw Error(ProblemKind::Unexpected, {}, "an element could not be set");
}

/// A sequence with one coded item (PS3.3 8.8); returns the item.
DcmItem& putCode(DcmItem& item, const DcmTagKey& sequence, const char* code, const char* scheme,
                 const char* meaning) {
    DcmItem* coded = nullptr;
    if (item.findOrCreateSequenceItem(sequence, coded, 0).bad() || !coded)
        throw Error(ProblemKind::Unexpected, {}, "a sequence could not be made");
    put(*coded, DCM_CodeValue, code);
    put(*coded, DCM_CodingSchemeDesignator, scheme);
    put(*coded, DCM_CodeMeaning, meaning);
    return *coded;
}

void putPatientAndStudy(DcmItem& data, const Phantom& source, const Identity& identity) {
    const bool chest = source.options.kind == PhantomKind::ChestRadiograph;
    put(data, DCM_PatientName, identity.patientName);
    put(data, DCM_PatientID, identity.patientId);
    put(data, DCM_PatientBirthDate, identity.birthDate);
    put(data, DCM_PatientSex, "O");
    put(data, DCM_PatientAge, identity.age);
    put(data, DCM_StudyInstanceUID, identity.studyUid);
    put(data, DCM_StudyDate, identity.studyDate);
    put(data, DCM_StudyTime, identity.studyTime);
    put(data, DCM_StudyID, "1");
    put(data, DCM_AccessionNumber, identity.accessionNumber);
    put(data, DCM_ReferringPhysicianName, "");
    put(data, DCM_StudyDescription, chest ? "Chest, simulated" : "Head MR, simulated");
}

void putSeries(DcmItem& data, const Phantom& source, const Identity& identity) {
    const bool chest = source.options.kind == PhantomKind::ChestRadiograph;
    put(data, DCM_SeriesInstanceUID, identity.seriesUid);
    put(data, DCM_SeriesNumber, "1");
    put(data, DCM_SeriesDate, identity.studyDate);
    put(data, DCM_SeriesTime, identity.studyTime);
    put(data, DCM_Modality, chest ? "DX" : "MR");
    put(data, DCM_SeriesDescription,
        chest ? "Chest " + source.technique + ", simulated" : "Axial " + source.technique + ", simulated");
    put(data, DCM_BodyPartExamined, chest ? "CHEST" : "HEAD");
    put(data, DCM_Manufacturer, "Residua (simulated)");
    put(data, DCM_ManufacturerModelName, "Phantom");
    put(data, DCM_DeviceSerialNumber, "0");
    put(data, DCM_SoftwareVersions, RESIDUA_VERSION);
}

void putPixels(DcmItem& data, const PhantomImage& image) {
    putNumber(data, DCM_SamplesPerPixel, 1);
    put(data, DCM_PhotometricInterpretation, "MONOCHROME2");
    putNumber(data, DCM_Rows, static_cast<std::size_t>(image.height));
    putNumber(data, DCM_Columns, static_cast<std::size_t>(image.width));
    putNumber(data, DCM_BitsAllocated, 16);
    putNumber(data, DCM_BitsStored, 12);
    putNumber(data, DCM_HighBit, 11);
    putNumber(data, DCM_PixelRepresentation, 0);
    if (data.putAndInsertUint16Array(DCM_PixelData, image.pixels.data(), image.pixels.size()).bad())
        throw Error(ProblemKind::OutOfMemory, {}, "the pixels could not be copied");
}

void putInstance(DcmItem& data, const Phantom& source, const Identity& identity, std::size_t slice,
                 const char* sopClass) {
    put(data, DCM_SpecificCharacterSet, "ISO_IR 192");
    put(data, DCM_SOPClassUID, sopClass);
    put(data, DCM_SOPInstanceUID, phantom::instanceUid(source, slice));
    put(data, DCM_InstanceNumber, std::to_string(slice + 1));
    put(data, DCM_ContentDate, identity.studyDate);
    put(data, DCM_ContentTime, identity.studyTime);
    put(data, DCM_AcquisitionDate, identity.studyDate);
    put(data, DCM_AcquisitionTime, identity.studyTime);
    put(data, DCM_AcquisitionNumber, "1");
    put(data, DCM_QualityControlImage, "YES");  // PS3.3 C.7.6.1: of a phantom, not of a patient
    put(data, DCM_BurnedInAnnotation, "NO");
    put(data, DCM_LossyImageCompression, "00");
    put(data, DCM_ImageComments, "Simulated image for research and teaching; no patient");
}

void putWindow(DcmItem& data, double center, double width) {
    put(data, DCM_WindowCenter, number(center));
    put(data, DCM_WindowWidth, number(width));
}

/// DX Image IOD (PS3.3 A.26): series, anatomy, image, detector, positioning and acquisition context modules.
void putRadiograph(DcmItem& data, const Phantom& source) {
    put(data, DCM_PresentationIntentType, "FOR PRESENTATION");
    put(data, DCM_ImageType, "ORIGINAL\\PRIMARY\\");
    put(data, DCM_ImageLaterality, "U");
    putCode(data, DCM_AnatomicRegionSequence, "51185008", "SCT", "Chest");
    put(data, DCM_PatientOrientation, "L\\F");
    put(data, DCM_PositionerType, "COLUMN");
    const bool ap = source.technique == "AP";
    put(data, DCM_ViewPosition, source.technique);
    DcmItem& view = ap ? putCode(data, DCM_ViewCodeSequence, "399348003", "SCT", "antero-posterior")
                       : putCode(data, DCM_ViewCodeSequence, "272479007", "SCT", "postero-anterior");
    if (view.insertEmptyElement(DCM_ViewModifierCodeSequence).bad() ||
        data.insertEmptyElement(DCM_AcquisitionContextSequence).bad())
        throw Error(ProblemKind::Unexpected, {}, "an element could not be set");
    put(data, DCM_PixelIntensityRelationship, "LOG");
    if (data.putAndInsertSint16(DCM_PixelIntensityRelationshipSign, 1)
            .bad())  // higher values: less X-ray intensity
        throw Error(ProblemKind::Unexpected, {}, "an element could not be set");
    put(data, DCM_RescaleIntercept, "0");
    put(data, DCM_RescaleSlope, "1");
    put(data, DCM_RescaleType, "US");
    put(data, DCM_PresentationLUTShape, "IDENTITY");
    put(data, DCM_DetectorType, "DIRECT");
    put(data, DCM_ImagerPixelSpacing, number(source.pixelSpacing) + "\\" + number(source.pixelSpacing));
    putWindow(data, 2048, 4096);
}

/// The stored value below which 99.7 % of the stack's foreground lies.
double brightest(const Phantom& source) {
    std::vector<std::uint16_t> values;
    for (const auto& slice : source.slices)
        std::copy_if(slice.pixels.begin(), slice.pixels.end(), std::back_inserter(values),
                     [](std::uint16_t value) { return value > 100; });
    if (values.empty()) return 4096;
    const auto nth =
        values.begin() + static_cast<std::ptrdiff_t>(0.997 * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), nth, values.end());
    return *nth;
}

/// MR Image IOD (PS3.3 A.4): frame of reference, image plane and MR image modules.
void putMr(DcmItem& data, const Phantom& source, const Identity& identity, std::size_t slice, double top) {
    const auto& image = source.slices[slice];
    put(data, DCM_ImageType, "ORIGINAL\\PRIMARY\\OTHER");
    put(data, DCM_PatientPosition, "HFS");
    put(data, DCM_FrameOfReferenceUID, identity.frameOfReferenceUid);
    put(data, DCM_PositionReferenceIndicator, "");
    put(data, DCM_PixelSpacing, number(source.pixelSpacing) + "\\" + number(source.pixelSpacing));
    put(data, DCM_SliceThickness, number(source.sliceSpacing));
    put(data, DCM_SpacingBetweenSlices, number(source.sliceSpacing));
    put(data, DCM_ImageOrientationPatient, "1\\0\\0\\0\\1\\0");
    const double corner = -source.pixelSpacing * (image.width - 1) / 2;
    const double z = -source.sliceSpacing *
                     (static_cast<double>(slice) - 0.5 * static_cast<double>(source.slices.size() - 1));
    put(data, DCM_ImagePositionPatient, number(corner) + "\\" + number(corner) + "\\" + number(z));
    put(data, DCM_SliceLocation, number(z));
    const bool t2 = source.technique == "T2";
    put(data, DCM_ScanningSequence, "SE");
    put(data, DCM_SequenceVariant, "NONE");
    put(data, DCM_ScanOptions, "");
    put(data, DCM_MRAcquisitionType, "2D");
    put(data, DCM_RepetitionTime, t2 ? "4200" : "550");
    put(data, DCM_EchoTime, t2 ? "98" : "11");
    put(data, DCM_EchoTrainLength, "1");
    putWindow(data, top / 2, top);
}

DcmFileFormat fileOf(const Phantom& source, const Identity& identity, std::size_t slice, double top) {
    DcmFileFormat file;
    DcmItem& data = *file.getDataset();
    const bool chest = source.options.kind == PhantomKind::ChestRadiograph;
    putInstance(data, source, identity, slice,
                chest ? UID_DigitalXRayImageStorageForPresentation : UID_MRImageStorage);
    putPatientAndStudy(data, source, identity);
    putSeries(data, source, identity);
    putPixels(data, source.slices[slice]);
    if (chest)
        putRadiograph(data, source);
    else
        putMr(data, source, identity, slice, top);
    return file;
}

std::string fileName(const Phantom& source, const Identity& identity, std::size_t slice) {
    if (source.options.kind == PhantomKind::ChestRadiograph) return identity.fileStem + ".dcm";
    const std::string text = std::to_string(slice + 1);
    return identity.fileStem + "-" + std::string(text.size() < 3 ? 3 - text.size() : 0, '0') + text + ".dcm";
}

}  // namespace

std::vector<fs::path> writePhantom(const Phantom& source, const fs::path& folder, const WriteCall& write) {
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed) throw Error(ProblemKind::WriteFailed, folder, failed.message());
    const Identity identity = phantom::identityOf(source);
    const double top = brightest(source);
    std::vector<fs::path> files;
    try {
        for (std::size_t slice = 0; slice < source.slices.size(); ++slice) {
            DcmFileFormat file = fileOf(source, identity, slice, top);
            files.push_back(folder / fileName(source, identity, slice));
            writeDicom(file, files.back(), write);
        }
    } catch (const Error&) {  // half a stack would look like a whole one
        for (const auto& file : files) fs::remove(file, failed);
        throw;
    }
    return files;
}

}  // namespace residua
