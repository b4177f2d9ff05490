// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/study/character_set.h"
#include "imaging/study/file_gate.h"
#include "imaging/study/functional_groups.h"
#include "imaging/study/mosaic.h"
#include "imaging/study/study.h"

namespace residua {

/// What of a dataset a study list, stacks and scope checks need: gathered while file_gate walks, then turned
/// into a Study with one series and one instance. One a thread; reused from file to file.
class HeaderReader {
public:
    void clear();
    /// To be called for each element of a walk. Values are copied.
    void take(const GateElement& element);
    /// @param report of the walk that delivered the elements
    Study study(const std::filesystem::path& path, const GateReport& report);
    /// Whether there is anything that names a DICOM object: a SOP class or the size of an image.
    bool namesAnObject() const;
    bool hasImageSize() const;
    std::string_view sopClassUid() const { return raw(Text::SopClass); }

    enum class Text {
        CharacterSet,
        ImageType,
        SopClass,
        SopInstance,
        MetaSopClass,
        MetaSopInstance,
        StudyDate,
        StudyTime,
        AcquisitionTime,
        Accession,
        Modality,
        Manufacturer,
        Institution,
        Referring,
        StudyDescription,
        SeriesDescription,
        ModelName,
        PatientName,
        PatientId,
        BirthDate,
        Sex,
        Age,
        BodyPart,
        BodyRegion,
        SequenceName,
        ScanningSequence,
        AcquisitionContrast,
        ContrastAgent,
        ContrastCode,
        Protocol,
        ViewPosition,
        ViewCode,
        StudyUid,
        SeriesUid,
        PatientOrientation,
        Laterality,
        ImageLaterality,
        Photometric,
        QualityControl,
        CalibrationType,
        SiemensCreator,
        GeCreator,
        PhilipsCreator,
        Count,
    };
    enum class Number {
        SeriesNumber,
        AcquisitionNumber,
        InstanceNumber,
        Rows,
        Columns,
        Position,
        Orientation,
        PixelSpacing,
        ImagerPixelSpacing,
        ScannedPixelSpacing,
        Magnification,
        SliceThickness,
        RepetitionTime,
        InversionTime,
        EchoTime,
        EffectiveEchoTime,
        BValue,
        SiemensBValue,
        GeBValue,
        PhilipsBValue,
        TemporalPosition,
        TriggerTime,
        SliceDistance,
        DisplayFrameRate,
        CineRate,
        FrameTime,
        FrameTimeVector,
        Count,
    };

private:
    std::string_view raw(Text field) const { return texts_[static_cast<std::size_t>(field)]; }
    std::string text(Text field) { return decoder_.toUtf8(raw(field)); }
    const std::vector<double>& numbers(Number field) const {
        return numbers_[static_cast<std::size_t>(field)];
    }
    std::optional<double> number(Number field) const;
    int integer(Number field, int otherwise) const;
    std::optional<double> bValue() const;
    Series series();
    Instance instance(const std::filesystem::path& path, const GateReport& report);
    void takeGeometry(Instance& instance) const;
    void takePlayback(Instance& instance) const;
    void takeMosaic(Instance& instance) const;

    TextDecoder decoder_;
    std::array<std::string, static_cast<std::size_t>(Text::Count)> texts_;
    std::array<std::vector<double>, static_cast<std::size_t>(Number::Count)> numbers_;
    FunctionalGroups groups_;
    MosaicNote mosaic_;
    std::array<std::uint32_t, 66> enclosing_{};  ///< last tag of each depth
};

/// Names the spacing of an image (PS3.3 10.7.1.3). `values` are row and column distance in mm, or empty.
Spacing namedSpacing(std::string_view modality, const std::vector<double>& pixelSpacing,
                     const std::vector<double>& imagerPixelSpacing, double magnification,
                     std::string_view calibrationType);

/// The study around a file that passed the gate, with one series and one instance.
Study readHeader(const GatedFile& file);

/// Whether a SOP class is a segmentation or a label map: pixels that mark another image and are none
/// themselves.
bool isSegmentation(std::string_view sopClassUid);

/// Whether images of the modality are projections, whose slices have no order in space.
bool isProjection(std::string_view modality);

}  // namespace residua
