// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "imaging/atomic_file.h"
#include "imaging/error.h"

namespace residua {

namespace fs = std::filesystem;

namespace {

constexpr auto schema = "residua.settings/1";
constexpr std::size_t largestFile = 1 << 20;

QJsonObject toJson(const Window& window) {
    return {{"center", window.center},
            {"width", window.width},
            {"name", QString::fromStdString(window.explanation)}};
}

QJsonObject presetsToJson(const QMap<QString, std::vector<Window>>& presets) {
    QJsonObject all;
    for (auto entry = presets.begin(); entry != presets.end(); ++entry) {
        QJsonArray windows;
        for (const auto& window : entry.value()) windows.append(toJson(window));
        all.insert(entry.key(), windows);
    }
    return all;
}

QMap<QString, std::vector<Window>> presetsFromJson(const QJsonObject& all) {
    QMap<QString, std::vector<Window>> presets;
    for (auto entry = all.begin(); entry != all.end(); ++entry) {
        for (const auto& value : entry.value().toArray()) {
            const auto object = value.toObject();
            Window window;
            window.center = object["center"].toDouble();
            window.width = object["width"].toDouble();
            window.explanation = object["name"].toString().toStdString();
            if (window.width >= 1 && presets[entry.key()].size() < 9) presets[entry.key()].push_back(window);
        }
    }
    return presets;
}

Settings fromJson(const QJsonObject& json) {
    Settings s;
    s.layout = QByteArray::fromBase64(json["layout"].toString().toLatin1());
    s.theme = json["theme"].toString() == "light" ? "light" : "dark";
    s.reader = json["reader"].toString();
    s.model = json["model"].toString();
    s.autoPredict = json["autoPredict"].toBool(s.autoPredict);
    s.welcomed = json["welcomed"].toBool(s.welcomed);
    s.lastFolder = json["lastFolder"].toString();
    s.reportFolder = json["reportFolder"].toString();
    s.presets = presetsFromJson(json["presets"].toObject());
    return s;
}

}  // namespace

Settings loadSettings(const fs::path& file) {
    std::string text;
    try {
        text = readWholeFile(file, largestFile);
    } catch (const Error&) {
        return {};  // the first start
    }
    const auto document = QJsonDocument::fromJson(QByteArray::fromStdString(text));
    if (document.isObject() && document.object()["schema"].toString() == schema)
        return fromJson(document.object());
    std::error_code error;
    fs::rename(file, fs::path(file) += ".broken", error);
    return {};
}

void saveSettings(const Settings& s, const fs::path& file) {
    const QJsonObject json{{"schema", schema},
                           {"layout", QString::fromLatin1(s.layout.toBase64())},
                           {"theme", s.theme},
                           {"reader", s.reader},
                           {"model", s.model},
                           {"autoPredict", s.autoPredict},
                           {"welcomed", s.welcomed},
                           {"lastFolder", s.lastFolder},
                           {"reportFolder", s.reportFolder},
                           {"presets", presetsToJson(s.presets)}};
    writeFileAtomically(file, QJsonDocument(json).toJson().toStdString());
}

std::vector<Window> presetsFor(const Settings& settings, const QString& modality) {
    if (const auto own = settings.presets.find(modality); own != settings.presets.end()) return own.value();
    if (modality != "CT") return {};
    // Ours: the windows that radiology textbooks give for CT.
    const auto window = [](double center, double width, const char* name) {
        return Window{center, width, WindowFunction::Linear, name};
    };
    return {window(40, 400, "Abdomen"), window(-600, 1500, "Lung"), window(40, 80, "Brain"),
            window(400, 1800, "Bone"), window(50, 350, "Mediastinum")};
}

}  // namespace residua
