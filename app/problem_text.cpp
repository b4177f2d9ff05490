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

#define ROW(kind, what, remedy)                                                                \
    Row {                                                                                      \
        kind, QT_TRANSLATE_NOOP("ProblemText", what), QT_TRANSLATE_NOOP("ProblemText", remedy) \
    }

constexpr std::array<Row, static_cast<std::size_t>(Unexpected) + 1> kTexts{{
    // Files and disks
    ROW(FileMissing, "The file does not exist.",
        "Check the path, or whether the disk that held it is connected."),
    ROW(FileUnreadable, "The file cannot be read.",
        "Check its permissions, or copy it to this computer and try again."),
    ROW(FileEmpty, "The file is empty.", "Copy or export it again from where it came."),
    ROW(FileTooLarge, "The file is larger than Residua reads.", "Export the study in smaller files."),
    ROW(FileChanged, "The file changed while it was read.",
        "Wait until it has been copied completely, then open it again."),
    ROW(NotAnImage, "This is neither a DICOM file nor a JPEG or PNG picture.",
        "Open the study's DICOM files or their folder."),
    ROW(DiskFull, "There is no space left where the file was to be written.",
        "Free some space or choose another place, then try again; nothing half-written was left."),
    ROW(WriteFailed, "The file cannot be written.",
        "Check the folder's permissions or choose another place."),
    ROW(FolderUnreadable, "The folder cannot be read.", "Ask its owner for the right to read it."),
    // The gate
    ROW(DicomTruncated, "The DICOM file ends in the middle.",
        "Copy or export it again: a transfer was probably cut off."),
    ROW(DicomLengthBeyondFile, "The DICOM file declares more data than it holds.",
        "Export it again from its source; this copy is damaged."),
    ROW(DicomNestingTooDeep, "The DICOM file nests its sequences too deeply.",
        "Do not trust this file; ask its sender for a clean export."),
    ROW(DicomMalformed, "The file's bytes are not readable as DICOM.",
        "Export it again from the archive it came from."),
    ROW(DicomDeflateInvalid, "The file's compressed dataset cannot be unpacked.",
        "Export it again without the deflated transfer syntax."),
    // Pixels
    ROW(PixelDataMissing, "The file holds no image.",
        "Nothing is to be done where it is a report or another object."),
    ROW(PixelDataTooShort, "The image data are shorter than the header says.",
        "Export it again; part of the picture is missing."),
    ROW(PixelHeaderInvalid, "The image's size or format is missing or contradicts itself.",
        "Ask for a new export: the header is damaged."),
    ROW(FrameTooLarge, "One image would take more memory than is safe.",
        "Export it in a smaller size or split it."),
    ROW(FragmentInvalid, "The compressed image's parts do not fit together.",
        "Export it again, uncompressed if possible."),
    ROW(JpegMarkerForbidden, "The JPEG data hold a mark that no valid picture has.",
        "Do not trust this file; export it again from its source."),
    ROW(CodestreamMismatch, "The compressed picture's size differs from the header's.",
        "Export it again with another compression."),
    ROW(CodestreamInvalid, "The compressed picture cannot be decoded.", "Export it again uncompressed."),
    ROW(TransferSyntaxUnsupported, "The image is compressed in a way that Residua does not read.",
        "Export it uncompressed or as JPEG, JPEG-LS, JPEG 2000 or RLE."),
    ROW(PixelFormatUnsupported, "The pixels are in a format that Residua does not read.",
        "Export the image with 8 to 16 bits a pixel."),
    ROW(FrameNumberInvalid, "The file does not have this frame.",
        "Open the study again: the file was replaced."),
    ROW(PictureInvalid, "The JPEG or PNG picture is broken.", "Save it again from the program that made it."),
    // Stacks
    ROW(SlicesMissing, "Slices are missing in this stack.",
        "Check whether all of the series' files were copied."),
    ROW(SlicesDoubled, "Slices lie twice at the same place in this stack.",
        "Check whether the series was copied twice; both are shown."),
    ROW(GeometryMissing, "The images do not say where they lie in the patient.",
        "They are ordered by their number; check the order before you rely on it."),
    // Bundles and weights
    ROW(BundleFileMissing, "A file of the network is missing.",
        "Copy its folder again with card.json and model.safetensors."),
    ROW(BundleCardInvalid, "The network's card cannot be read.",
        "Copy its folder again; correct the field if you wrote the card."),
    ROW(BundleWeightsChanged, "The network's weights are not those that its card names.",
        "Do not use it; copy the network again from where it came."),
    ROW(WeightsFormatInvalid, "The network's weights are not a valid safetensors file.",
        "Copy the weights again, or export them as safetensors."),
    ROW(WeightsShapeMismatch, "The network's weights do not fit its architecture.",
        "Check the card's architecture against the weights' tensors."),
    ROW(WeightsNotFinite, "The network's weights hold values that are no numbers.",
        "Train it again or go back to an earlier version."),
    ROW(ModelUnknown, "There is no network of this name.", "List the networks with: residua models"),
    // Labels
    ROW(LabelTableInvalid, "The table of labels cannot be read.",
        "It needs a path and a label column, or one folder a class."),
    ROW(LabelUnknown, "A row has a label that was not asked for.",
        "Correct the label, or add it to the findings."),
    ROW(LabelFileMissing, "An image of the table is not there.",
        "Correct the row's path, or copy the image."),
    ROW(LabelRowDoubled, "An image is listed twice.", "Nothing must be done: it counts once."),
    ROW(LabelContradicting, "An image is listed with different labels.",
        "Decide for one label; until then it is left out."),
    ROW(LabelOneClass, "All images have the same label.", "Add images of the other class."),
    ROW(LabelTooFew, "There are too few patients to learn from and to check with.",
        "Add labelled patients: each part needs some of each class."),
    // Training
    ROW(TrainingDiverged, "The training went astray: its loss is no number.",
        "Start again with a lower learning rate (--learning-rate)."),
    ROW(CheckpointInvalid, "The checkpoint is broken or belongs to another training.",
        "Choose another work folder, or delete this one to start again."),
    ROW(TrainingCacheInvalid, "The prepared training images are broken or were made otherwise.",
        "Delete the cache file: it is made again."),
    // Engine
    ROW(EngineMissing, "The engine did not start.",
        "Install Residua again: residua-engine belongs beside the program."),
    ROW(EngineDied, "The engine ended while it worked: not scored.",
        "Try the image alone; if it happens again, please report it with the details."),
    ROW(EngineProtocol, "Window and engine do not understand each other.",
        "Install both from the same version of Residua."),
    ROW(OutOfMemory, "There is not enough memory.", "Close other programs or open fewer images at once."),
    ROW(OutOfScope, "The network was not made for this image: not scored.",
        "Choose a network for this kind of image."),
    // Library
    ROW(LibraryUnusable, "The library of studies and verdicts cannot be used.",
        "Check the file's permissions and free space; keep a copy before you replace it."),
    ROW(LibraryNewer, "The library was written by a newer Residua.",
        "Update this program; the library stays unchanged."),
    ROW(ReportFailed, "The report could not be made.", "Try again in another place; the results are kept."),
    ROW(UsageInvalid, "This cannot be understood.", "See: residua --help"),
    ROW(Cancelled, "Stopped as you asked.", "Start it again when you like."),
    ROW(Unexpected, "Something unexpected happened.", "Please report it with the details."),
}};
#undef ROW

constexpr bool inEnumOrder() {
    for (std::size_t i = 0; i < kTexts.size(); ++i)
        if (static_cast<std::size_t>(kTexts.at(i).kind) != i) return false;
    return true;
}
static_assert(inEnumOrder(), "each kind has its text, in the order of the enum");

QString shownPath(const std::filesystem::path& path) {
    const QString text =
        QString::fromLocal8Bit(path.native().data(), static_cast<qsizetype>(path.native().size()));
    const QString home = QDir::homePath();
    return !home.isEmpty() && home != "/" && text.startsWith(home + '/') ? "~" + text.mid(home.size()) : text;
}

}  // namespace

ProblemText problemText(const Problem& problem) {
    const auto& row = kTexts.at(static_cast<std::size_t>(problem.kind));
    return {QCoreApplication::translate("ProblemText", row.what), shownPath(problem.path),
            QCoreApplication::translate("ProblemText", row.remedy), QString::fromStdString(problem.detail)};
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
