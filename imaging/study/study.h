// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "imaging/error.h"
#include "imaging/geometry/spacing.h"
#include "imaging/study/known_file.h"

namespace residua {

/// All texts are UTF-8, converted from SpecificCharacterSet, without padding. Dates and times are as in DICOM
/// (YYYYMMDD, HHMMSS.FFFFFF); empty where the file has none.

enum class FileKind {
    Dicom,
    Picture,  ///< JPEG, PNG or TIFF: no DICOM header
    Volume,   ///< NIfTI: its place in the patient is known, no more
};

/// Where and how one frame of a multi-frame image was taken, from its functional groups (PS3.3 C.7.6.16);
/// units as in Instance.
struct Frame {
    std::optional<std::array<double, 3>> position;
    std::optional<std::array<double, 6>> orientation;
    std::optional<double> echoTime;
    std::optional<double> bValue;
    std::optional<double> temporalPosition;  ///< TemporalPositionIndex, or the cardiac trigger's delay
    std::string type;                        ///< FrameType, as Instance::imageType
    std::string stackId;
    std::vector<std::uint32_t> indices;  ///< DimensionIndexValues, in the order of Instance::dimensions
};

/// One SOP instance: what a study list, a stack and a scope check need, without the pixels.
struct Instance {
    std::filesystem::path path;
    FileStamp stamp;  ///< of the file when it was scanned
    FileKind fileKind = FileKind::Dicom;
    std::string sopInstanceUid;  ///< of other files than DICOM: made from path and size, stable between scans
    std::string sopClassUid;
    std::string transferSyntaxUid;  ///< from the meta header; default implicit little endian
    int instanceNumber = 0;
    int frames = 1;
    std::vector<Frame> frameGroups;  ///< one a frame; empty where the file does not say how they differ
    std::vector<std::uint32_t> dimensions;  ///< tags of DimensionIndexPointer, e.g. 0x00209057
    int rows = 0;
    int columns = 0;
    std::string photometric;  ///< e.g. "MONOCHROME2"
    std::string imageType;    ///< values joined by '\\', e.g. "ORIGINAL\\PRIMARY\\AXIAL"
    bool hasPixels = false;

    // Geometry (PS3.3 C.7.6.2); patient coordinates in mm, LPS
    std::optional<std::array<double, 3>> position;     ///< ImagePositionPatient
    std::optional<std::array<double, 6>> orientation;  ///< ImageOrientationPatient: row, then column cosines
    std::string patientOrientation;  ///< PatientOrientation, e.g. "L\\F", where there are no cosines
    Spacing spacing;
    double sliceThickness = 0;  ///< mm, 0 = unknown

    // What splits a series into stacks
    std::optional<double> echoTime;          ///< ms
    std::optional<double> bValue;            ///< s/mm²
    std::optional<double> temporalPosition;  ///< TemporalPositionIdentifier, or TriggerTime
    std::optional<int> acquisitionNumber;
    std::string acquisitionTime;

    // How its frames are played (PS3.3 C.7.6.5)
    double frameRate = 0;           ///< frames/s, 0 = the file does not say
    std::vector<float> frameTimes;  ///< FrameTimeVector: ms from the frame before to each; empty = even

    /// Says that it is a mosaic of slices, but not readably of how many (see mosaic.h): shown as it is.
    bool isUnreadMosaic = false;

    // How it was taken, for MR (see mr_acquisition.h)
    double repetitionTime = 0;        ///< ms, 0 = unknown
    double inversionTime = 0;         ///< ms, 0 = unknown or none
    std::string scanningSequence;     ///< values joined by '\\', e.g. "GR\\IR"
    std::string acquisitionContrast;  ///< of enhanced images, e.g. "T1"
    std::string contrastAgent;        ///< ContrastBolusAgent, or the meaning of its sequence's code

    // What a model's scope is checked against
    std::string viewPosition;  ///< e.g. "AP", "PA", "LL"
    std::string laterality;
    std::string qualityControlImage;  ///< QualityControlImage (0028,0300): "YES", "NO" or ""
};

struct Series {
    std::string uid;
    int number = 0;
    std::string description;
    std::string modality;  ///< e.g. "MR", "DX", "CR"; for pictures as asked for or guessed, else "OT";
                           ///< for volumes as asked for, else "MR"
    std::string bodyPart;  ///< BodyPartExamined, or the meaning of AnatomicRegionSequence
    std::string protocol;
    std::string manufacturer;
    std::string manufacturerModel;
    std::string sequenceName;
    std::vector<Instance> instances;  ///< in the order of the scan; stacks order them
};

struct Patient {
    std::string id;
    std::string name;  ///< as to be shown: "Family, Given"; components of PN joined
    std::string birthDate;
    std::string sex;
    std::string otherNames;  ///< the same name in other scripts, e.g. "山田, 太郎 = やまだ, たろう"
};

struct Study {
    std::string uid;
    std::string date;
    std::string time;
    std::string description;
    std::string accessionNumber;
    std::string referringPhysician;
    std::string institution;
    std::string patientAge;  ///< PatientAge as in DICOM, e.g. "004Y"; else from birth date and study date
    Patient patient;
    std::vector<Series> series;
};

/// What tells whether the instance's file is still the one that was scanned.
KnownFile knownFile(const Instance& instance);

/// What is known of a frame (from 0): of its own groups, or what the instance says of all.
Frame frameOf(const Instance& instance, int frame);

/// The first images of a study in reading order are those of its first series.
std::size_t imageCount(const Study& study);
/// PatientAge in years ("018M" → 1.5), if it can be told.
std::optional<double> ageInYears(const Study& study);

}  // namespace residua
