// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/corner_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <cmath>

namespace residua {

namespace {

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}
QString number(double value) {
    // As many digits as a reader can use: none from 100 on.
    return QLocale().toString(value, 'f', std::abs(value) >= 100 || value == std::round(value) ? 0 : 1);
}

void add(QStringList& lines, const QString& line) {
    if (!line.trimmed().isEmpty()) lines << line;
}

QStringList patientLines(const Study& study) {
    QStringList lines;
    add(lines, text(study.patient.name));
    add(lines, text(study.patient.id));
    QStringList born;
    if (!study.patient.birthDate.empty()) born << QStringLiteral("* ") + shownDate(study.patient.birthDate);
    if (!study.patient.sex.empty()) born << text(study.patient.sex);
    if (const auto age = shownAge(study); !age.isEmpty()) born << age;
    add(lines, born.join(QStringLiteral(" · ")));
    return lines;
}

QStringList studyLines(const Study& study, CornerDetail detail) {
    QStringList lines;
    if (detail == CornerDetail::Full) add(lines, text(study.institution));
    add(lines, shownDate(study.date));
    add(lines, text(study.description));
    return lines;
}

QStringList sliceLines(const StackRef& stack, std::size_t slice) {
    QStringList lines;
    const auto& series = stack.seriesOf();
    QStringList name;
    if (series.number > 0) name << QCoreApplication::translate("CornerText", "Series %1").arg(series.number);
    if (!series.description.empty()) name << text(series.description);
    add(lines, name.join(QStringLiteral(" · ")));
    add(lines, text(stack.stackOf().label));
    if (stack.count() > 1)
        add(lines,
            QCoreApplication::translate("CornerText", "Image %1 / %2").arg(slice + 1).arg(stack.count()));
    const auto& instance = stack.instance(slice);
    QStringList place;
    if (stack.stackOf().hasGeometry && stack.count() > 1)
        place << QCoreApplication::translate("CornerText", "Position %1 mm")
                     .arg(number(stack.stackOf().slices[slice].location));
    if (instance.sliceThickness > 0)
        place << QCoreApplication::translate("CornerText", "thickness %1 mm")
                     .arg(number(instance.sliceThickness));
    add(lines, place.join(QStringLiteral(" · ")));
    return lines;
}

QStringList acquisitionLines(const StackRef& stack, std::size_t slice) {
    QStringList lines;
    const auto& instance = stack.instance(slice);
    const auto& series = stack.seriesOf();
    QStringList kind{text(series.modality)};
    if (!series.bodyPart.empty()) kind << text(series.bodyPart);
    if (!instance.viewPosition.empty()) kind << text(instance.viewPosition);
    if (!instance.laterality.empty()) kind << text(instance.laterality);
    add(lines, kind.join(QStringLiteral(" · ")));
    const auto facts = frameOf(instance, stack.frame(slice));
    if (facts.echoTime && *facts.echoTime > 0)  // a computed image, such as a field map, has none
        add(lines, QCoreApplication::translate("CornerText", "TE %1 ms").arg(number(*facts.echoTime)));
    if (facts.bValue)
        add(lines, QCoreApplication::translate("CornerText", "b %1 s/mm²").arg(number(*facts.bValue)));
    return lines;
}

}  // namespace

QString windowText(const Voi& voi) {
    if (const auto* window = std::get_if<Window>(&voi))
        return QCoreApplication::translate("CornerText", "C %1 · W %2")
            .arg(number(window->center), number(window->width));
    const auto& lut = std::get<LookupTable>(voi);
    return lut.explanation.empty()
               ? QCoreApplication::translate("CornerText", "VOI LUT")
               : QCoreApplication::translate("CornerText", "VOI LUT · %1").arg(text(lut.explanation));
}

QString coverText(const Image& image, Covers covers) {
    const bool isOverlaid = (image.covered & kOverlaid) != 0, isShuttered = (image.covered & kShuttered) != 0;
    if (!isOverlaid && !isShuttered) return {};
    const auto what = isOverlaid && isShuttered
                          ? QCoreApplication::translate("CornerText", "Overlay and shutter")
                      : isOverlaid ? QCoreApplication::translate("CornerText", "Overlay")
                                   : QCoreApplication::translate("CornerText", "Shutter");
    return covers == Covers::Shown ? what
                                   : QCoreApplication::translate("CornerText", "%1 (hidden)").arg(what);
}

CornerText cornerText(const StackRef& stack, std::size_t slice, const std::optional<Voi>& voi,
                      CornerDetail detail) {
    CornerText corners;
    const auto& study = stack.study->study;
    if (detail == CornerDetail::Full) corners.topLeft = patientLines(study);
    corners.topRight = studyLines(study, detail);
    corners.bottomLeft = sliceLines(stack, slice);
    corners.bottomRight = acquisitionLines(stack, slice);
    const auto& instance = stack.instance(slice);
    if (detail == CornerDetail::Full)
        add(corners.bottomRight, QStringLiteral("%1 × %2").arg(instance.columns).arg(instance.rows));
    if (voi) add(corners.bottomRight, windowText(*voi));
    return corners;
}

}  // namespace residua
