// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/study_collection.h"

#include <QCoreApplication>
#include <QDate>
#include <QLocale>
#include <algorithm>
#include <map>
#include <utility>

namespace residua {

namespace {

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

SeriesRow seriesRow(const Series& series, const std::vector<Stack>& stacks) {
    SeriesRow row;
    row.uid = text(series.uid);
    row.number = series.number;
    row.description = text(series.description.empty() ? series.protocol : series.description);
    row.modality = text(series.modality);
    for (const auto& stack : stacks)
        row.stacks.append({text(stack.label), static_cast<int>(stack.slices.size()), QImage()});
    return row;
}

StudyRow studyRow(const OpenStudy& open, StudyState state) {
    StudyRow row;
    row.uid = text(open.study.uid);
    row.date = shownDate(open.study.date);
    row.description = text(open.study.description);
    row.state = state;
    for (std::size_t i = 0; i < open.study.series.size(); ++i)
        if (!open.stacks[i].empty()) row.series.append(seriesRow(open.study.series[i], open.stacks[i]));
    return row;
}

PatientRow patientRow(const Study& study) {
    PatientRow row{text(study.patient.name), text(study.patient.id), {}, {}};
    QStringList details;
    if (!study.patient.sex.empty()) details << text(study.patient.sex);
    if (const auto age = shownAge(study); !age.isEmpty()) details << age;
    row.details = details.join(QStringLiteral(" · "));
    return row;
}

}  // namespace

StackId StackRef::id() const {
    return {text(study->study.uid), text(seriesOf().uid), static_cast<int>(stack)};
}

std::shared_ptr<const OpenStudy> makeOpenStudy(Study study) {
    auto open = std::make_shared<OpenStudy>();
    open->study = std::move(study);
    for (const auto& series : open->study.series) {
        auto stacks = makeStacks(series);
        std::erase_if(stacks, [](const Stack& stack) { return stack.slices.empty(); });
        open->stacks.push_back(std::move(stacks));
    }
    return open;
}

Study joined(const Study& study, const Study& more) {
    Study result = study;
    for (const auto& series : more.series) {
        const auto known = std::find_if(result.series.begin(), result.series.end(),
                                        [&](const Series& s) { return s.uid == series.uid; });
        if (known == result.series.end()) {
            result.series.push_back(series);
            continue;
        }
        std::map<std::string, std::size_t> places;
        for (std::size_t i = 0; i < known->instances.size(); ++i)
            places.emplace(known->instances[i].sopInstanceUid, i);
        for (const auto& instance : series.instances) {
            const auto [place, isNew] = places.emplace(instance.sopInstanceUid, known->instances.size());
            if (isNew)
                known->instances.push_back(instance);
            else
                known->instances[place->second] = instance;
        }
    }
    std::stable_sort(result.series.begin(), result.series.end(),
                     [](const Series& a, const Series& b) { return a.number < b.number; });
    return result;
}

void StudyCollection::add(const std::vector<std::shared_ptr<const OpenStudy>>& studies) {
    for (const auto& study : studies) {
        const auto known = std::find_if(studies_.begin(), studies_.end(),
                                        [&](const auto& s) { return s->study.uid == study->study.uid; });
        if (known == studies_.end())
            studies_.push_back(study);
        else
            *known = study;
    }
}

void StudyCollection::remove(const std::string& studyUid) {
    std::erase_if(studies_, [&](const auto& study) { return study->study.uid == studyUid; });
}

std::shared_ptr<const OpenStudy> StudyCollection::find(const std::string& studyUid) const {
    for (const auto& study : studies_)
        if (study->study.uid == studyUid) return study;
    return nullptr;
}

StackRef StudyCollection::find(const StackId& id) const {
    const auto study = find(id.studyUid.toStdString());
    if (!study) return {};
    const auto uid = id.seriesUid.toStdString();
    for (std::size_t i = 0; i < study->study.series.size(); ++i)
        if (study->study.series[i].uid == uid && id.stack >= 0 &&
            static_cast<std::size_t>(id.stack) < study->stacks[i].size())
            return {study, i, static_cast<std::size_t>(id.stack)};
    return {};
}

StackRef StudyCollection::firstStack(const std::string& studyUid) const {
    const auto study = find(studyUid);
    StackRef first;
    for (std::size_t i = 0; study && i < study->stacks.size(); ++i)
        for (std::size_t j = 0; j < study->stacks[i].size(); ++j) {
            if (!study->stacks[i][j].isLocalizer) return {study, i, j};
            if (!first) first = {study, i, j};
        }
    return first;
}

QList<PatientRow> StudyCollection::rows(const QHash<QString, StudyState>& states) const {
    QList<PatientRow> patients;
    for (const auto& open : studies_) {
        const auto row = studyRow(*open, states.value(text(open->study.uid), StudyState::New));
        if (row.series.isEmpty()) continue;
        auto patient = std::find_if(patients.begin(), patients.end(), [&](const PatientRow& p) {
            return p.id == text(open->study.patient.id) && p.name == text(open->study.patient.name);
        });
        if (patient == patients.end()) patient = patients.insert(patients.end(), patientRow(open->study));
        patient->studies.append(row);
    }
    return patients;
}

QString shownAge(const Study& study) {
    const auto age = ageInYears(study);
    if (!age) return text(study.patientAge);
    if (*age < 2)
        return QCoreApplication::translate("StudyCollection", "%1 months").arg(static_cast<int>(*age * 12));
    return QCoreApplication::translate("StudyCollection", "%1 y").arg(static_cast<int>(*age));
}

QString shownDate(const std::string& date) {
    const auto day = QDate::fromString(text(date), QStringLiteral("yyyyMMdd"));
    if (!day.isValid()) return text(date);
    auto format = QLocale().dateFormat(QLocale::ShortFormat);
    // Four digits: '24.05.49' may be this century's or the last one's.
    if (!format.contains(QLatin1String("yyyy"))) format.replace(QLatin1String("yy"), QLatin1String("yyyy"));
    return QLocale().toString(day, format);
}

}  // namespace residua
