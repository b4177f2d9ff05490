// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/problem_text.h"

#include <QCoreApplication>
#include <QDir>
#include <algorithm>
#include <array>

namespace residua {

namespace {

using enum ProblemKind;

struct Row {
    ProblemKind kind;
    const char* what;
    const char* remedy;
};

constexpr std::array<Row, static_cast<std::size_t>(Unexpected) + 1> kTexts{{
    // Files and disks
    {FileMissing, QT_TRANSLATE_NOOP("ProblemText", "The file does not exist."),
     QT_TRANSLATE_NOOP("ProblemText", "Check the path, or whether the disk that held it is connected.")},
    {FileUnreadable, QT_TRANSLATE_NOOP("ProblemText", "The file cannot be read."),
     QT_TRANSLATE_NOOP("ProblemText", "Check its permissions, or copy it to this computer and try again.")},
    {FileEmpty, QT_TRANSLATE_NOOP("ProblemText", "The file is empty."),
     QT_TRANSLATE_NOOP("ProblemText", "Copy or export it again from where it came.")},
    {FileTooLarge, QT_TRANSLATE_NOOP("ProblemText", "The file is larger than Residua reads."),
     QT_TRANSLATE_NOOP("ProblemText", "Export the study in smaller files.")},
    {FileChanged, QT_TRANSLATE_NOOP("ProblemText", "The file has changed since it was opened."),
     QT_TRANSLATE_NOOP("ProblemText", "Wait until it has been copied completely, then open it again.")},
    {NotAnImage, QT_TRANSLATE_NOOP("ProblemText", "This is no DICOM file, no picture and no NIfTI volume."),
     QT_TRANSLATE_NOOP("ProblemText", "Open the study's DICOM files or their folder.")},
    {DiskFull, QT_TRANSLATE_NOOP("ProblemText", "There is no space left where the file was to be written."),
     QT_TRANSLATE_NOOP(
         "ProblemText",
         "Free some space or choose another place, then try again; nothing half-written was left.")},
    {WriteFailed, QT_TRANSLATE_NOOP("ProblemText", "The file cannot be written."),
     QT_TRANSLATE_NOOP("ProblemText", "Check the folder's permissions or choose another place.")},
    {FolderUnreadable, QT_TRANSLATE_NOOP("ProblemText", "The folder cannot be read."),
     QT_TRANSLATE_NOOP("ProblemText", "Ask its owner for the right to read it.")},
    {ArchiveInvalid,
     QT_TRANSLATE_NOOP("ProblemText", "The ZIP archive, or a file in it, cannot be unpacked."),
     QT_TRANSLATE_NOOP("ProblemText",
                       "Copy it again, or unpack it with another program and open the folder.")},
    {ArchiveNameRefused,
     QT_TRANSLATE_NOOP("ProblemText", "The ZIP archive holds files whose names lead out of it."),
     QT_TRANSLATE_NOOP("ProblemText", "Do not trust it; its other files were read, these were left out.")},
    {ArchivePasswordNeeded, QT_TRANSLATE_NOOP("ProblemText", "The ZIP archive is encrypted."),
     QT_TRANSLATE_NOOP("ProblemText", "Open it again and give its password.")},
    {ArchivePasswordWrong, QT_TRANSLATE_NOOP("ProblemText", "The password does not open the ZIP archive."),
     QT_TRANSLATE_NOOP("ProblemText", "Check capital letters and the keyboard, then open it again.")},
    {DicomdirInvalid, QT_TRANSLATE_NOOP("ProblemText", "The DICOMDIR names files that it must not name."),
     QT_TRANSLATE_NOOP("ProblemText", "Open the folder with the images instead.")},
    // The gate
    {DicomTruncated, QT_TRANSLATE_NOOP("ProblemText", "The DICOM file ends in the middle."),
     QT_TRANSLATE_NOOP("ProblemText", "Copy or export it again: a transfer was probably cut off.")},
    {DicomLengthBeyondFile,
     QT_TRANSLATE_NOOP("ProblemText", "The DICOM file declares more data than it holds."),
     QT_TRANSLATE_NOOP("ProblemText", "Export it again from its source; this copy is damaged.")},
    {DicomNestingTooDeep, QT_TRANSLATE_NOOP("ProblemText", "The DICOM file nests its sequences too deeply."),
     QT_TRANSLATE_NOOP("ProblemText", "Do not trust this file; ask its sender for a clean export.")},
    {DicomMalformed, QT_TRANSLATE_NOOP("ProblemText", "The file's bytes are not readable as DICOM."),
     QT_TRANSLATE_NOOP("ProblemText", "Export it again from the archive it came from.")},
    {DicomDeflateInvalid,
     QT_TRANSLATE_NOOP("ProblemText", "The file's compressed dataset cannot be unpacked."),
     QT_TRANSLATE_NOOP("ProblemText", "Export it again without the deflated transfer syntax.")},
    // Pixels
    {PixelDataMissing, QT_TRANSLATE_NOOP("ProblemText", "The file holds no image."),
     QT_TRANSLATE_NOOP("ProblemText", "Nothing is to be done where it is a report or another object.")},
    {PixelDataTooShort, QT_TRANSLATE_NOOP("ProblemText", "The image data are shorter than the header says."),
     QT_TRANSLATE_NOOP("ProblemText", "Export it again; part of the picture is missing.")},
    {PixelHeaderInvalid,
     QT_TRANSLATE_NOOP("ProblemText", "The image's size or format is missing or contradicts itself."),
     QT_TRANSLATE_NOOP("ProblemText", "Ask for a new export: the header is damaged.")},
    {FrameTooLarge, QT_TRANSLATE_NOOP("ProblemText", "One image would take more memory than is safe."),
     QT_TRANSLATE_NOOP("ProblemText", "Export it in a smaller size or split it.")},
    {FragmentInvalid, QT_TRANSLATE_NOOP("ProblemText", "The compressed image's parts do not fit together."),
     QT_TRANSLATE_NOOP("ProblemText", "Export it again, uncompressed if possible.")},
    {JpegMarkerForbidden,
     QT_TRANSLATE_NOOP("ProblemText", "The JPEG data hold a mark that no valid picture has."),
     QT_TRANSLATE_NOOP("ProblemText", "Do not trust this file; export it again from its source.")},
    {CodestreamMismatch,
     QT_TRANSLATE_NOOP("ProblemText", "The compressed picture's size differs from the header's."),
     QT_TRANSLATE_NOOP("ProblemText", "Export it again with another compression.")},
    {CodestreamInvalid, QT_TRANSLATE_NOOP("ProblemText", "The compressed picture cannot be decoded."),
     QT_TRANSLATE_NOOP("ProblemText", "Export it again uncompressed.")},
    {TransferSyntaxUnsupported,
     QT_TRANSLATE_NOOP("ProblemText", "The image is compressed in a way that Residua does not read."),
     QT_TRANSLATE_NOOP("ProblemText", "Export it uncompressed or as JPEG, JPEG-LS, JPEG 2000 or RLE.")},
    {PixelFormatUnsupported,
     QT_TRANSLATE_NOOP("ProblemText", "The pixels are in a format that Residua does not read."),
     QT_TRANSLATE_NOOP("ProblemText", "Export the image with 8 to 16 bits a pixel.")},
    {FrameNumberInvalid, QT_TRANSLATE_NOOP("ProblemText", "The file does not have this frame."),
     QT_TRANSLATE_NOOP("ProblemText", "Open the study again: the file was replaced.")},
    {PictureInvalid, QT_TRANSLATE_NOOP("ProblemText", "The JPEG, PNG or TIFF picture is broken."),
     QT_TRANSLATE_NOOP("ProblemText", "Save it again from the program that made it.")},
    {NiftiInvalid, QT_TRANSLATE_NOOP("ProblemText", "The NIfTI volume is broken or contradicts itself."),
     QT_TRANSLATE_NOOP("ProblemText", "Copy the file again, or convert it again from its DICOM files.")},
    // Stacks
    {SlicesMissing, QT_TRANSLATE_NOOP("ProblemText", "Slices are missing in this stack."),
     QT_TRANSLATE_NOOP("ProblemText", "Check whether all of the series' files were copied.")},
    {SlicesDoubled, QT_TRANSLATE_NOOP("ProblemText", "Slices lie twice at the same place in this stack."),
     QT_TRANSLATE_NOOP("ProblemText", "Check whether the series was copied twice; both are shown.")},
    {GeometryMissing,
     QT_TRANSLATE_NOOP("ProblemText", "The images do not say where they lie in the patient."),
     QT_TRANSLATE_NOOP("ProblemText",
                       "They are ordered by their number; check the order before you rely on it.")},
    {FrameGroupsMissing,
     QT_TRANSLATE_NOOP("ProblemText", "The image does not say where and how its frames were taken."),
     QT_TRANSLATE_NOOP("ProblemText",
                       "They are shown in the order of the file; check the order before you rely on it.")},
    // Bundles and weights
    {BundleFileMissing, QT_TRANSLATE_NOOP("ProblemText", "A file of the network is missing."),
     QT_TRANSLATE_NOOP("ProblemText", "Copy its folder again with card.json and model.safetensors.")},
    {BundleCardInvalid, QT_TRANSLATE_NOOP("ProblemText", "The network's card cannot be read."),
     QT_TRANSLATE_NOOP("ProblemText", "Copy its folder again; correct the field if you wrote the card.")},
    {BundleWeightsChanged,
     QT_TRANSLATE_NOOP("ProblemText", "The network's weights are not those that its card names."),
     QT_TRANSLATE_NOOP("ProblemText", "Do not use it; copy the network again from where it came.")},
    {WeightsFormatInvalid,
     QT_TRANSLATE_NOOP("ProblemText",
                       "The network's weights are damaged or in no format that Residua reads."),
     QT_TRANSLATE_NOOP("ProblemText", "Copy the weights again, or export them as safetensors.")},
    {WeightsFormatOld,
     QT_TRANSLATE_NOOP("ProblemText",
                       "The network's weights are in PyTorch's format from before version 1.6."),
     QT_TRANSLATE_NOOP("ProblemText",
                       "Load them in a newer PyTorch and save their state dict again with torch.save.")},
    {WeightsContentRefused,
     QT_TRANSLATE_NOOP("ProblemText",
                       "The file holds more than weights: it asks for code, which is never run."),
     QT_TRANSLATE_NOOP("ProblemText",
                       "Save only the state dict with torch.save, or export it as safetensors.")},
    {WeightsShapeMismatch,
     QT_TRANSLATE_NOOP("ProblemText", "The network's weights do not fit its architecture."),
     QT_TRANSLATE_NOOP("ProblemText", "Check the card's architecture against the weights' tensors.")},
    {WeightsNotFinite,
     QT_TRANSLATE_NOOP("ProblemText", "The network's weights hold values that are no numbers."),
     QT_TRANSLATE_NOOP("ProblemText", "Train it again or go back to an earlier version.")},
    {ModelUnknown, QT_TRANSLATE_NOOP("ProblemText", "There is no network of this name."),
     QT_TRANSLATE_NOOP("ProblemText", "List the networks with: residua models")},
    // Labels
    {LabelTableInvalid, QT_TRANSLATE_NOOP("ProblemText", "The table of labels cannot be read."),
     QT_TRANSLATE_NOOP("ProblemText", "It needs a path and a label column, or one folder a class.")},
    {LabelUnknown, QT_TRANSLATE_NOOP("ProblemText", "A row has a label that was not asked for."),
     QT_TRANSLATE_NOOP("ProblemText", "Correct the label, or add it to the findings.")},
    {LabelFileMissing, QT_TRANSLATE_NOOP("ProblemText", "An image of the table is not there."),
     QT_TRANSLATE_NOOP("ProblemText", "Correct the row's path, or copy the image.")},
    {LabelRowDoubled, QT_TRANSLATE_NOOP("ProblemText", "An image is listed twice."),
     QT_TRANSLATE_NOOP("ProblemText", "Nothing must be done: it counts once.")},
    {LabelContradicting, QT_TRANSLATE_NOOP("ProblemText", "An image is listed with different labels."),
     QT_TRANSLATE_NOOP("ProblemText", "Decide for one label; until then it is left out.")},
    {LabelMaskInvalid,
     QT_TRANSLATE_NOOP("ProblemText", "The mask does not say which of the image's pixels it marks."),
     QT_TRANSLATE_NOOP("ProblemText", "Give a mask of the same image; until then only the label is used.")},
    {LabelOneClass, QT_TRANSLATE_NOOP("ProblemText", "All images have the same label."),
     QT_TRANSLATE_NOOP("ProblemText", "Add images of the other class.")},
    {LabelTooFew,
     QT_TRANSLATE_NOOP("ProblemText", "There are too few patients to learn from and to check with."),
     QT_TRANSLATE_NOOP("ProblemText", "Add labelled patients: each part needs some of each class.")},
    // Training
    {TrainingDiverged, QT_TRANSLATE_NOOP("ProblemText", "The training went astray: its loss is no number."),
     QT_TRANSLATE_NOOP("ProblemText", "Start again with a lower learning rate (--learning-rate).")},
    {CheckpointInvalid,
     QT_TRANSLATE_NOOP("ProblemText", "The checkpoint is broken or belongs to another training."),
     QT_TRANSLATE_NOOP("ProblemText", "Choose another work folder, or delete this one to start again.")},
    {TrainingCacheInvalid,
     QT_TRANSLATE_NOOP("ProblemText", "The prepared training images are broken or were made otherwise."),
     QT_TRANSLATE_NOOP("ProblemText", "Delete the cache file: it is made again.")},
    // Engine
    {EngineMissing, QT_TRANSLATE_NOOP("ProblemText", "The engine did not start."),
     QT_TRANSLATE_NOOP("ProblemText", "Install Residua again: residua-engine belongs beside the program.")},
    {EngineDied, QT_TRANSLATE_NOOP("ProblemText", "The engine ended in the middle of its work."),
     QT_TRANSLATE_NOOP("ProblemText",
                       "Images under way are not scored: try them alone. A training goes on from its last "
                       "checkpoint when its command is started again.")},
    {EngineProtocol, QT_TRANSLATE_NOOP("ProblemText", "Window and engine do not understand each other."),
     QT_TRANSLATE_NOOP("ProblemText", "Install both from the same version of Residua.")},
    {OutOfMemory, QT_TRANSLATE_NOOP("ProblemText", "There is not enough memory."),
     QT_TRANSLATE_NOOP("ProblemText", "Close other programs or open fewer images at once.")},
    {OutOfScope, QT_TRANSLATE_NOOP("ProblemText", "The network was not made for this image: not scored."),
     QT_TRANSLATE_NOOP("ProblemText", "Choose a network for this kind of image.")},
    // Library
    {LibraryUnusable, QT_TRANSLATE_NOOP("ProblemText", "The library of studies and verdicts cannot be used."),
     QT_TRANSLATE_NOOP("ProblemText",
                       "Check the file's permissions and free space; keep a copy before you replace it.")},
    {LibraryDamaged, QT_TRANSLATE_NOOP("ProblemText", "The library of studies and verdicts is damaged."),
     QT_TRANSLATE_NOOP("ProblemText",
                       "Rebuild it in the library (Ctrl+L): what can be read comes over, the damaged file is "
                       "kept beside it.")},
    {LibraryNewer, QT_TRANSLATE_NOOP("ProblemText", "The library was written by a newer Residua."),
     QT_TRANSLATE_NOOP("ProblemText", "Update this program; the library stays unchanged.")},
    {ReportFailed, QT_TRANSLATE_NOOP("ProblemText", "The report could not be made."),
     QT_TRANSLATE_NOOP("ProblemText", "Try again in another place; the results are kept.")},
    {UsageInvalid, QT_TRANSLATE_NOOP("ProblemText", "This cannot be understood."),
     QT_TRANSLATE_NOOP("ProblemText", "See: residua --help")},
    {Cancelled, QT_TRANSLATE_NOOP("ProblemText", "Stopped as you asked."),
     QT_TRANSLATE_NOOP("ProblemText", "Start it again when you like.")},
    {Unexpected, QT_TRANSLATE_NOOP("ProblemText", "Something unexpected happened."),
     QT_TRANSLATE_NOOP("ProblemText", "Please report it with the details.")},
}};

constexpr bool inEnumOrder() {
    for (std::size_t i = 0; i < kTexts.size(); ++i)
        if (static_cast<std::size_t>(kTexts.at(i).kind) != i) return false;
    return true;
}
static_assert(inEnumOrder(), "each kind has its text, in the order of the enum");

QString shownPath(const std::filesystem::path& path) {
    const QString text =
        printable(QString::fromLocal8Bit(path.native().data(), static_cast<qsizetype>(path.native().size())));
    const QString home = QDir::homePath();
    return !home.isEmpty() && home != "/" && text.startsWith(home + '/') ? "~" + text.mid(home.size()) : text;
}

/// Details may quote what a file says of itself.
QString shownDetail(const std::string& detail) {
    constexpr qsizetype kLongest = 300;
    const QString text = printable(QString::fromStdString(detail));
    return text.size() > kLongest ? text.left(kLongest) + "…" : text;
}

}  // namespace

QString printable(QString text) {
    for (QChar& c : text)
        if (c.category() == QChar::Other_Control || c.category() == QChar::Other_Format ||
            c.category() == QChar::Separator_Line || c.category() == QChar::Separator_Paragraph)
            c = QChar::ReplacementCharacter;
    return text;
}

ProblemText problemText(const Problem& problem) {
    const auto& row = kTexts.at(static_cast<std::size_t>(problem.kind));
    return {QCoreApplication::translate("ProblemText", row.what), shownPath(problem.path),
            QCoreApplication::translate("ProblemText", row.remedy), shownDetail(problem.detail)};
}

QString problemLine(const Problem& problem) {
    const auto text = problemText(problem);
    QStringList place;
    if (!text.where.isEmpty()) place << text.where;
    if (!text.detail.isEmpty()) place << text.detail;
    QString line = text.what;
    if (!place.isEmpty()) line += " (" + place.join(": ") + ")";
    return line + ' ' + text.remedy;
}

}  // namespace residua
