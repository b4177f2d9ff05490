// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/findings/patient_split.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "inference/findings/counter_random.h"

namespace residua {

namespace {

struct Patient {
    std::string id;
    std::set<std::string> labels;
    Split split = Split::Unassigned;  ///< the table's
    std::vector<std::size_t> images;
};

/// Patients by id. An Unused image says nothing about where its patient belongs.
std::map<std::string, Patient> groupByPatient(const LabelTable& table) {
    std::map<std::string, Patient> patients;
    for (std::size_t i = 0; i < table.images.size(); ++i) {
        const auto& image = table.images[i];
        auto& patient = patients[image.patientId];
        patient.id = image.patientId;
        if (image.split == Split::Unused) continue;
        patient.images.push_back(i);
        for (auto& part : labelParts(image.label)) patient.labels.insert(std::move(part));
        if (image.split == Split::Unassigned) continue;
        if (patient.split != Split::Unassigned && patient.split != image.split)
            throw Error(ProblemKind::LabelTableInvalid, image.path,
                        "the split column puts patient " + patient.id + " into " +
                            std::string(splitName(patient.split)) + " and " +
                            std::string(splitName(image.split)));
        patient.split = image.split;
    }
    std::erase_if(patients, [](const auto& entry) { return entry.second.images.empty(); });
    return patients;
}

/// How many of `count` patients a share takes: rounded, and one at least where there are enough to go round.
std::size_t quota(double share, std::size_t count) {
    if (share <= 0 || count < 3) return 0;
    return std::max<std::size_t>(1,
                                 static_cast<std::size_t>(std::lround(share * static_cast<double>(count))));
}

/// Deals the open patients out, stratum by stratum (patients with the same labels), in the order of their
/// hashes: neither the table's order nor another stratum's size changes anybody's place.
void deal(const std::vector<Patient*>& open, std::uint64_t seed, SplitShares shares) {
    std::map<std::set<std::string>, std::vector<Patient*>> strata;
    for (auto* patient : open) strata[patient->labels].push_back(patient);
    for (auto& [labels, patients] : strata) {
        std::sort(patients.begin(), patients.end(), [&](const Patient* a, const Patient* b) {
            return std::pair(hashText(a->id, seed), a->id) < std::pair(hashText(b->id, seed), b->id);
        });
        const auto validation = quota(shares.validation, patients.size());
        const auto test = quota(shares.test, patients.size());
        for (std::size_t i = 0; i < patients.size(); ++i)
            patients[i]->split = i < validation          ? Split::Validation
                                 : i < validation + test ? Split::Test
                                                         : Split::Train;
    }
}

/// Which patients are still to be dealt out: those without a split; and where the table knows train and test
/// only, as many do, the training patients, for a validation part.
void assignOpen(std::map<std::string, Patient>& patients, std::uint64_t seed, SplitShares shares) {
    std::set<Split> known;
    std::vector<Patient*> open;
    for (auto& [id, patient] : patients) {
        known.insert(patient.split);
        if (patient.split == Split::Unassigned) open.push_back(&patient);
    }
    deal(open, seed, shares);
    if (known.contains(Split::Unassigned) || known.contains(Split::Validation)) return;
    std::vector<Patient*> training;
    for (auto& [id, patient] : patients)
        if (patient.split == Split::Train) training.push_back(&patient);
    deal(training, seed, {shares.validation, 0});
}

void checkEveryPartHasEveryLabel(const std::map<std::string, Patient>& patients,
                                 const std::set<std::string>& labels) {
    for (const auto split : {Split::Train, Split::Validation}) {
        std::map<std::string, int> count;
        for (const auto& [id, patient] : patients)
            if (patient.split == split)
                for (const auto& label : patient.labels) ++count[label];
        for (const auto& label : labels)
            if (count[label] == 0)
                throw Error(ProblemKind::LabelTooFew, {},
                            "no patient with label '" + label + "' in the " + std::string(splitName(split)) +
                                " part; at least 3 patients a label are needed");
    }
}

}  // namespace

void splitByPatient(LabelTable& table, std::uint64_t seed, SplitShares shares) {
    auto patients = groupByPatient(table);
    std::set<std::string> labels;
    for (const auto& [id, patient] : patients) labels.insert(patient.labels.begin(), patient.labels.end());
    if (labels.size() < 2)
        throw Error(
            ProblemKind::LabelOneClass, {},
            labels.empty() ? "no labelled image" : "every image has the label '" + *labels.begin() + "'");
    assignOpen(patients, seed, shares);
    checkEveryPartHasEveryLabel(patients, labels);
    for (const auto& [id, patient] : patients)
        for (const auto image : patient.images) table.images[image].split = patient.split;
}

}  // namespace residua
