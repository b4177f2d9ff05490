// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/findings/labels.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "imaging/atomic_file.h"
#include "inference/findings/delimited_text.h"
#include "inference/findings/truth_region.h"

namespace residua {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestTable = std::size_t{256} << 20;

struct SplitWord {
    std::string_view word;
    Split split;
};
constexpr std::array<SplitWord, 12> kSplitWords{{
    {"", Split::Unassigned},
    {"train", Split::Train},
    {"training", Split::Train},
    {"val", Split::Validation},
    {"valid", Split::Validation},
    {"validation", Split::Validation},
    {"dev", Split::Validation},
    {"test", Split::Test},
    {"testing", Split::Test},
    {"unused", Split::Unused},
    {"exclude", Split::Unused},
    {"excluded", Split::Unused},
}};

std::optional<Split> splitOf(std::string_view text) {
    const auto word = lowerCase(text);
    for (const auto& known : kSplitWords)
        if (known.word == word) return known.split;
    return std::nullopt;
}

std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

/// 'Pleural Thickening 0.1 0.2 0.3 0.4; Mass …': words name, each four numbers are x, y, width, height.
std::vector<TruthBox> parseBoxes(std::string_view text) {
    std::vector<TruthBox> boxes;
    std::vector<double> numbers;
    std::string label;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find_first_of(" ;|,", at), text.size());
        const auto word = text.substr(at, end - at);
        at = end + 1;
        if (word.empty()) continue;
        const auto value = number(word);
        if (!value) {
            label = label.empty() || !numbers.empty() || (!boxes.empty() && boxes.back().label == label)
                        ? lowerCase(word)
                        : label + " " + lowerCase(word);
            numbers.clear();
            continue;
        }
        numbers.push_back(*value);
        if (numbers.size() < 4) continue;
        boxes.push_back({numbers[0], numbers[1], numbers[0] + numbers[2], numbers[1] + numbers[3], label});
        numbers.clear();
    }
    return boxes;
}

struct Columns {
    std::optional<std::size_t> path, label, patient, split, mask, segment, boxes, outlines;
    std::array<std::optional<std::size_t>, 4> box;
};

Columns findColumns(const DelimitedText& table, const fs::path& file) {
    Columns columns;
    columns.path = table.column({"path", "file", "image", "filename", "file_name"});
    columns.label = table.column({"label", "class"});
    columns.patient = table.column({"patient_id", "patient", "patientid"});
    columns.split = table.column({"split", "set"});
    columns.mask = table.column({"mask"});
    columns.segment = table.column({"segment"});
    columns.boxes = table.column({"boxes_label_x_y_w_h"});
    columns.outlines = table.column({"outline", "outlines", "polygon"});
    columns.box = {table.column({"x0"}), table.column({"y0"}), table.column({"x1"}), table.column({"y1"})};
    if (!columns.path)
        throw Error(ProblemKind::LabelTableInvalid, file,
                    "no column 'path' (or file, image) in the first line");
    if (!columns.label)
        throw Error(ProblemKind::LabelTableInvalid, file, "no column 'label' (or class) in the first line");
    return columns;
}

std::string field(const DelimitedRow& row, std::optional<std::size_t> column) {
    return column && *column < row.fields.size() ? row.fields[*column] : std::string();
}

/// An outline says more than the box around it, so it takes its place.
std::vector<TruthBox> boxesOf(const DelimitedRow& row, const Columns& columns) {
    auto boxes = parseBoxes(field(row, columns.boxes));
    const auto outlines = parseOutlines(field(row, columns.outlines));
    for (const auto& outline : outlines)
        for (auto& part : rowsOfOutline(outline)) boxes.push_back(std::move(part));
    if (!outlines.empty()) return boxes;
    std::array<double, 4> corner{};
    for (std::size_t i = 0; i < corner.size(); ++i) {
        const auto value = number(field(row, columns.box[i]));
        if (!value) return boxes;
        corner[i] = *value;
    }
    boxes.push_back({corner[0], corner[1], corner[2], corner[3], ""});
    return boxes;
}

std::string line(const DelimitedRow& row) {
    return "line " + std::to_string(row.line);
}

/// One row as an image, or Error with what is wrong in it.
LabelledImage imageOf(const DelimitedRow& row, const Columns& columns, const DelimitedText& table,
                      const fs::path& file) {
    if (row.fields.size() > table.header.size())
        throw Error(ProblemKind::LabelTableInvalid, file,
                    line(row) + ": " + std::to_string(row.fields.size()) + " fields, the first line has " +
                        std::to_string(table.header.size()));
    LabelledImage image;
    const auto name = field(row, columns.path);
    if (name.empty()) throw Error(ProblemKind::LabelFileMissing, file, line(row) + ": no path");
    image.path = (file.parent_path() / name).lexically_normal();
    std::error_code ignored;  // a folder that may not be entered counts as a missing file
    if (!fs::is_regular_file(image.path, ignored))
        throw Error(ProblemKind::LabelFileMissing, image.path, line(row) + ": the image is not there");
    image.label = field(row, columns.label);
    if (labelParts(image.label).empty())
        throw Error(ProblemKind::LabelUnknown, image.path, line(row) + ": no label");
    const auto split = splitOf(field(row, columns.split));
    if (!split)
        throw Error(
            ProblemKind::LabelTableInvalid, file,
            line(row) + ": split '" + field(row, columns.split) + "' is none of train, val, test, unused");
    image.split = *split;
    image.patientId = field(row, columns.patient);
    if (const auto mask = field(row, columns.mask); !mask.empty())
        image.mask = (file.parent_path() / mask).lexically_normal();
    image.segment = field(row, columns.segment);
    try {
        image.boxes = boxesOf(row, columns);
    } catch (const Error& error) {
        throw Error(error.problem().kind, file, line(row) + ": " + error.problem().detail);
    }
    return image;
}

bool sameTruth(const LabelledImage& a, const LabelledImage& b) {
    return lowerCase(a.label) == lowerCase(b.label) && a.patientId == b.patientId && a.split == b.split;
}

/// Keeps the first of equal rows and none of contradicting ones.
void dropDoubled(LabelTable& table, const std::vector<std::size_t>& lines) {
    std::map<fs::path, std::vector<std::size_t>> rowsOf;
    for (std::size_t i = 0; i < table.images.size(); ++i) rowsOf[table.images[i].path].push_back(i);
    std::set<std::size_t> dropped;
    for (const auto& [path, rows] : rowsOf) {
        const auto& first = table.images[rows.front()];
        const bool equal = std::all_of(rows.begin(), rows.end(),
                                       [&](std::size_t row) { return sameTruth(table.images[row], first); });
        for (std::size_t k = 1; k < rows.size(); ++k) {
            const auto where = "line " + std::to_string(lines[rows[k]]) + " and line " +
                               std::to_string(lines[rows.front()]) + " name the same image";
            table.problems.push_back(
                equal ? Problem{ProblemKind::LabelRowDoubled, path, where + "; the first one counts"}
                      : Problem{ProblemKind::LabelContradicting, path,
                                where + " with another label, patient or split; none of them counts"});
            dropped.insert(rows[k]);
        }
        if (!equal) dropped.insert(rows.front());
    }
    std::vector<LabelledImage> kept;
    for (std::size_t i = 0; i < table.images.size(); ++i)
        if (!dropped.contains(i)) kept.push_back(std::move(table.images[i]));
    table.images = std::move(kept);
}

LabelTable readTable(const fs::path& file) {
    const std::string text = readWholeFile(file, kLargestTable);
    const auto rows = parseDelimitedText(text, file);
    const auto columns = findColumns(rows, file);
    LabelTable table;
    std::vector<std::size_t> lines;
    for (const auto& row : rows.rows) {
        try {
            table.images.push_back(imageOf(row, columns, rows, file));
            lines.push_back(row.line);
        } catch (const Error& error) {  // one wrong row must not hide the others
            table.problems.push_back(error.problem());
        }
    }
    dropDoubled(table, lines);
    return table;
}

std::vector<fs::path> childFolders(const fs::path& folder) {
    std::vector<fs::path> children;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.is_directory() && !entry.path().filename().string().starts_with('.'))
            children.push_back(entry.path());
    std::sort(children.begin(), children.end());
    return children;
}

/// Files that are certainly no images; whether the others are is for the decoder to say.
bool besideTheImages(const fs::path& file) {
    static const std::set<std::string> extensions{".csv", ".tsv", ".txt", ".json", ".md", ".xml", ".db"};
    return file.filename().string().starts_with('.') ||
           extensions.contains(lowerCase(file.extension().string()));
}

void addClassFolders(const fs::path& folder, Split split, LabelTable& table) {
    for (const auto& classFolder : childFolders(folder)) {
        std::vector<fs::path> files;
        const auto options = fs::directory_options::skip_permission_denied;
        for (const auto& entry : fs::recursive_directory_iterator(classFolder, options))
            if (entry.is_regular_file() && !besideTheImages(entry.path())) files.push_back(entry.path());
        std::sort(files.begin(), files.end());
        for (const auto& file : files) {
            LabelledImage image;
            image.path = file;
            image.label = classFolder.filename().string();
            image.split = split;
            table.images.push_back(std::move(image));
        }
    }
}

LabelTable readFolders(const fs::path& folder) {
    LabelTable table;
    const auto children = childFolders(folder);
    const bool splits =
        !children.empty() && std::all_of(children.begin(), children.end(), [](const auto& child) {
            return splitOf(child.filename().string()).has_value();
        });
    if (!splits) addClassFolders(folder, Split::Unassigned, table);
    if (splits)
        for (const auto& child : children) addClassFolders(child, *splitOf(child.filename().string()), table);
    return table;
}

/// Patients made from the path where the table names none; the labels that occur.
void complete(LabelTable& table, const fs::path& root) {
    std::set<std::string> labels;
    table.patientsKnown = !table.images.empty();
    for (auto& image : table.images) {
        for (auto& part : labelParts(image.label)) labels.insert(std::move(part));
        if (!image.patientId.empty()) continue;
        image.patientId = image.path.lexically_relative(root).generic_string();
        table.patientsKnown = false;
    }
    table.labels.assign(labels.begin(), labels.end());
}

fs::path tableIn(const fs::path& folder) {
    for (const auto* name : {"labels.csv", "labels.tsv"})
        if (fs::exists(folder / name)) return folder / name;
    return {};
}

}  // namespace

std::string_view splitName(Split split) {
    switch (split) {
        case Split::Train:
            return "train";
        case Split::Validation:
            return "val";
        case Split::Test:
            return "test";
        case Split::Unused:
            return "unused";
        case Split::Unassigned:
            break;
    }
    return "";
}

LabelTable readLabels(const fs::path& data) {
    try {
        if (!fs::exists(data)) throw Error(ProblemKind::FileMissing, data);
        const auto file = fs::is_directory(data) ? tableIn(data) : data;
        const auto root = file.empty() ? data : file.parent_path();
        LabelTable table = file.empty() ? readFolders(data) : readTable(file);
        complete(table, root);
        if (table.images.empty() && table.problems.empty())
            throw Error(
                ProblemKind::LabelTableInvalid, data,
                file.empty() ? "no labels.csv, and no subfolders with images, one a class" : "no rows");
        if (table.images.empty())
            throw Error(ProblemKind::LabelTableInvalid, data,
                        "no usable row; the first: " + std::string(kindName(table.problems.front().kind)) +
                            ", " + table.problems.front().detail);
        return table;
    } catch (const fs::filesystem_error& error) {
        throw Error(ProblemKind::FolderUnreadable, data, error.code().message());
    }
}

std::vector<std::string> labelParts(const std::string& label) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at <= label.size();) {
        const auto end = std::min(label.find('|', at), label.size());
        if (auto part = trimmed(std::string_view(label).substr(at, end - at)); !part.empty())
            parts.push_back(std::move(part));
        at = end + 1;
    }
    return parts;
}

std::vector<float> targetsOf(const LabelledImage& image, const std::vector<FindingCard>& findings,
                             const std::string& negativeLabel, const std::string& modality) {
    std::set<std::string> present;
    for (const auto& part : labelParts(image.label)) present.insert(lowerCase(part));
    present.erase(lowerCase(negativeLabel));
    std::vector<float> targets;
    for (const auto& finding : findings) {
        const bool asked = finding.modality.empty() || modality.empty() || finding.modality == modality;
        const bool positive = present.erase(lowerCase(finding.code)) > 0;
        targets.push_back(!asked ? std::numeric_limits<float>::quiet_NaN() : positive ? 1.0F : 0.0F);
    }
    if (!present.empty())
        throw Error(ProblemKind::LabelUnknown, image.path,
                    "label '" + *present.begin() + "' is neither a finding nor the negative label");
    return targets;
}

}  // namespace residua
