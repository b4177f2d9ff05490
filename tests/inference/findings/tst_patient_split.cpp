// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <map>
#include <set>

#include "inference/findings/patient_split.h"

using namespace residua;

namespace {

LabelTable tableOf(int patients, int imagesEach, int positiveEvery = 4) {
    LabelTable table;
    for (int p = 0; p < patients; ++p) {
        for (int i = 0; i < imagesEach; ++i) {
            LabelledImage image;
            image.path = std::to_string(p) + "-" + std::to_string(i);
            image.patientId = "patient " + std::to_string(p);
            image.label = p % positiveEvery == 0 ? "sick" : "well";
            table.images.push_back(image);
        }
    }
    return table;
}

std::map<std::string, std::set<Split>> splitsOf(const LabelTable& table) {
    std::map<std::string, std::set<Split>> splits;
    for (const auto& image : table.images) splits[image.patientId].insert(image.split);
    return splits;
}

ProblemKind kindOf(LabelTable table) {
    try {
        splitByPatient(table, 1);
    } catch (const Error& error) {
        return error.problem().kind;
    }
    return ProblemKind::Unexpected;
}

}  // namespace

class TestPatientSplit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyPatientIsInOnePartAndSharesHold() {
        auto table = tableOf(400, 3);
        splitByPatient(table, 1);
        std::map<std::pair<Split, std::string>, int> count;
        for (const auto& [patient, splits] : splitsOf(table)) QCOMPARE(splits.size(), std::size_t{1});
        for (const auto& image : table.images) ++count[{image.split, image.label}];
        QCOMPARE((count[{Split::Validation, "sick"}]), 45);  // 15 % of 100 patients, 3 images each
        QCOMPARE((count[{Split::Test, "well"}]), 135);       // 15 % of 300
        QCOMPARE((count[{Split::Train, "well"}]), 630);
    }

    void orderOfTheTableChangesNothingAndTheSeedDoes() {
        auto first = tableOf(100, 2);
        auto reversed = first;
        auto other = first;
        std::reverse(reversed.images.begin(), reversed.images.end());
        splitByPatient(first, 1);
        splitByPatient(reversed, 1);
        splitByPatient(other, 2);
        QVERIFY(splitsOf(first) == splitsOf(reversed));
        QVERIFY(splitsOf(first) != splitsOf(other));
    }

    void splitOfTheTableIsKept() {
        auto table = tableOf(40, 2);
        for (std::size_t i = 0; i < table.images.size(); ++i)
            table.images[i].split = i < 20 ? Split::Validation : i < 60 ? Split::Train : Split::Test;
        const auto before = splitsOf(table);
        splitByPatient(table, 1);
        QVERIFY(splitsOf(table) == before);
    }

    void validationComesFromTrainingPatientsWhereTheTableHasNone() {
        auto table = tableOf(80, 2);
        for (std::size_t i = 0; i < table.images.size(); ++i)
            table.images[i].split = i < 40 ? Split::Test : Split::Train;
        splitByPatient(table, 1);
        int validation = 0;
        for (std::size_t i = 0; i < table.images.size(); ++i) {
            if (i < 40) QCOMPARE(table.images[i].split, Split::Test);
            validation += table.images[i].split == Split::Validation ? 1 : 0;
        }
        QVERIFY(validation >= 14 && validation <= 22);
    }

    void unusedImagesStayUnused() {
        auto table = tableOf(40, 2);
        table.images[0].split = Split::Unused;
        splitByPatient(table, 1);
        QCOMPARE(table.images[0].split, Split::Unused);
        QVERIFY(table.images[1].split != Split::Unused);
    }

    void splitThatSeparatesAPatientIsRefusedByName() {
        auto table = tableOf(40, 2);
        for (auto& image : table.images) image.split = Split::Train;
        table.images[7].split = Split::Test;
        try {
            splitByPatient(table, 1);
            QFAIL("a patient in two parts must be refused");
        } catch (const Error& error) {
            QCOMPARE(error.problem().kind, ProblemKind::LabelTableInvalid);
            QVERIFY(error.problem().detail.find("patient 3") != std::string::npos);
        }
    }

    void oneClassOrTooFewPatientsAreRefused() {
        QCOMPARE(kindOf(tableOf(40, 1, 1)), ProblemKind::LabelOneClass);
        QCOMPARE(kindOf(tableOf(5, 3)), ProblemKind::LabelTooFew);
        QCOMPARE(kindOf({}), ProblemKind::LabelOneClass);
    }
};

QTEST_APPLESS_MAIN(TestPatientSplit)
#include "tst_patient_split.moc"
