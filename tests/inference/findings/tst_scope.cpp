// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "inference/findings/scope.h"

using namespace residua;

namespace {

ModelScope chestScope() {
    ModelScope scope;
    scope.modalities = {"DX", "CR"};
    scope.bodyParts = {"CHEST", "THORAX"};
    scope.views = {"AP", "PA"};
    scope.photometrics = {"MONOCHROME1", "MONOCHROME2"};
    scope.minimumAge = 0.5;
    scope.maximumAge = 16;
    scope.qualityControlImage = "NO";
    return scope;
}

ScopeTags chestTags() {
    ScopeTags tags;
    tags.modality = "DX";
    tags.bodyPart = "CHEST";
    tags.view = "PA";
    tags.photometric = "MONOCHROME2";
    tags.age = 7;
    return tags;
}

}  // namespace

class TestScope : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void imageThatTheNetworkWasMadeForIsInside() {
        QCOMPARE(checkScope(chestScope(), chestTags()), ScopeCheck{});
        QCOMPARE(checkScope(ModelScope{}, ScopeTags{}), ScopeCheck{});
    }

    void localizersAreOutsideUnlessAskedFor() {
        ScopeTags scout;
        scout.modality = "CT";
        scout.sequence = "LOCALIZER";
        scout.sequenceSource = "ImageType (0008,0008)";
        ModelScope scope;
        scope.modalities = {"CT"};
        const auto check = checkScope(scope, scout);
        QCOMPARE(check.state, ScopeState::Outside);
        QCOMPARE(check.reason, std::string("a localizer by ImageType (0008,0008)"));
        scope.sequences = {"LOCALIZER"};
        QCOMPARE(checkScope(scope, scout).state, ScopeState::Inside);
    }

    void contradictingTagIsNamed_data() {
        QTest::addColumn<int>("tag");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("reason");
        QTest::addRow("modality") << 0 << "CT"
                                  << "Modality (0008,0060) is CT, the network is for DX, CR";
        QTest::addRow("DR is not DX") << 0 << "DR"
                                      << "Modality (0008,0060) is DR, the network is for DX, CR";
        QTest::addRow("body part")
            << 1 << "KNEE"
            << "BodyPartExamined (0018,0015) is KNEE, the network is for CHEST, THORAX";
        QTest::addRow("part of a word")
            << 1 << "CHESTABDOMEN"
            << "BodyPartExamined (0018,0015) is CHESTABDOMEN, the network is for CHEST, THORAX";
        QTest::addRow("view") << 2 << "LL"
                              << "ViewPosition (0018,5101) is LL, the network is for AP, PA";
        QTest::addRow("photometric")
            << 3 << "RGB"
            << "PhotometricInterpretation (0028,0004) is RGB, the network is for MONOCHROME1, "
               "MONOCHROME2";
        QTest::addRow("too young")
            << 4 << "0.25"
            << "PatientAge (0010,1010) is 0.25 years, the network is for ages from 0.5";
        QTest::addRow("too old") << 4 << "17"
                                 << "PatientAge (0010,1010) is 17 years, the network is for ages up to 16";
        QTest::addRow("phantom")
            << 5 << "YES"
            << "QualityControlImage (0028,0300) is YES, the network is not for simulated or test "
               "images";
    }
    void contradictingTagIsNamed() {
        QFETCH(int, tag);
        QFETCH(QString, value);
        QFETCH(QString, reason);
        auto tags = chestTags();
        const std::string text = value.toStdString();
        if (tag == 0) tags.modality = text;
        if (tag == 1) tags.bodyPart = text;
        if (tag == 2) tags.view = text;
        if (tag == 3) tags.photometric = text;
        if (tag == 4) tags.age = value.toDouble();
        if (tag == 5) tags.qualityControlImage = text;
        const auto check = checkScope(chestScope(), tags);
        QCOMPARE(check.state, ScopeState::Outside);
        QCOMPARE(QString::fromStdString(check.reason), reason);
    }

    void wayOfTakingAnMrSliceIsChecked() {
        ModelScope scope;
        scope.planes = {"AXIAL"};
        scope.sequences = {"T1"};
        scope.contrast = "YES";
        ScopeTags tags;
        tags.plane = "AXIAL";
        tags.sequence = "T1";
        tags.sequenceSource = "ProtocolName (0018,1030)";
        tags.contrast = "YES";
        tags.contrastSource = "ContrastBolusAgent (0018,0010)";
        QCOMPARE(checkScope(scope, tags), ScopeCheck{});
        auto other = tags;
        other.sequence = "FLAIR";
        QCOMPARE(checkScope(scope, other),
                 (ScopeCheck{ScopeState::Outside,
                             "the MR sequence by ProtocolName (0018,1030) is FLAIR, the network is for T1"}));
        other = tags;
        other.plane = "CORONAL";
        QCOMPARE(checkScope(scope, other), (ScopeCheck{ScopeState::Outside,
                                                       "the plane by ImageOrientationPatient (0020,0037) is "
                                                       "CORONAL, the network is for AXIAL"}));
        other = tags;
        other.contrast = "NO";
        QCOMPARE(checkScope(scope, other),
                 (ScopeCheck{ScopeState::Outside,
                             "contrast agent by ContrastBolusAgent (0018,0010) is NO, "
                             "the network is for YES"}));
        other = tags;
        other.contrast = other.contrastSource = other.sequence = other.sequenceSource = "";
        QCOMPARE(checkScope(scope, other),
                 (ScopeCheck{ScopeState::NotChecked, "the MR sequence, contrast agent missing"}));
    }

    void caseAndPaddingDoNotMatter() {
        auto tags = chestTags();
        tags.bodyPart = " Chest ";
        tags.modality = std::string("DX\0", 3);
        QCOMPARE(checkScope(chestScope(), tags), ScopeCheck{});
        tags.bodyPart = "  ";
        QCOMPARE(checkScope(chestScope(), tags).state, ScopeState::NotChecked);
    }

    void agesAtTheLimitsAreInside() {
        auto tags = chestTags();
        for (const double age : {0.5, 16.0}) {
            tags.age = age;
            QCOMPARE(checkScope(chestScope(), tags).state, ScopeState::Inside);
        }
    }

    void missingTagsAreScoredAndMarked() {
        auto tags = chestTags();
        tags.bodyPart.clear();
        QCOMPARE(checkScope(chestScope(), tags),
                 (ScopeCheck{ScopeState::NotChecked, "BodyPartExamined (0018,0015) missing"}));
        tags.age.reset();
        QCOMPARE(checkScope(chestScope(), tags),
                 (ScopeCheck{ScopeState::NotChecked,
                             "BodyPartExamined (0018,0015), PatientAge (0010,1010) missing"}));
    }

    void contradictionOutweighsAMissingTag() {
        auto tags = chestTags();
        tags.bodyPart.clear();
        tags.view = "LL";
        QCOMPARE(checkScope(chestScope(), tags).state, ScopeState::Outside);
    }

    void demonstrationNetworkAdmitsPhantomsOnly_data() {
        QTest::addColumn<QString>("value");
        QTest::addColumn<bool>("inside");
        QTest::addRow("phantom") << "YES" << true;
        QTest::addRow("patient") << "NO" << false;
        QTest::addRow("missing") << "" << false;
    }
    void demonstrationNetworkAdmitsPhantomsOnly() {
        QFETCH(QString, value);
        QFETCH(bool, inside);
        ModelScope scope;
        scope.qualityControlImage = "YES";
        ScopeTags tags;
        tags.qualityControlImage = value.toStdString();
        const auto check = checkScope(scope, tags);
        QCOMPARE(check.state, inside ? ScopeState::Inside : ScopeState::Outside);
        QCOMPARE(QString::fromStdString(check.reason).contains("QualityControlImage (0028,0300)"), !inside);
    }

    void pictureIsScoredAndMarked() {
        ScopeTags picture;
        picture.hasDicomTags = false;
        QCOMPARE(checkScope(chestScope(), picture),
                 (ScopeCheck{ScopeState::NotChecked, "a picture without DICOM tags"}));
        picture.modality = "CR";  // asked for by the reader
        QCOMPARE(checkScope(chestScope(), picture).state, ScopeState::NotChecked);
        picture.modality = "MR";
        QCOMPARE(checkScope(chestScope(), picture).state, ScopeState::Outside);
    }

    void findingIsLookedForInItsModalityOnly() {
        FindingCard finding;
        ScopeTags tags = chestTags();
        QVERIFY(appliesTo(finding, tags));
        finding.modality = "MR";
        QVERIFY(!appliesTo(finding, tags));
        tags.modality = "mr ";
        QVERIFY(appliesTo(finding, tags));
        tags.modality.clear();
        QVERIFY(appliesTo(finding, tags));
    }

    void pixelsAddToWhatTheTagsSaid_data() {
        QTest::addColumn<double>("unlikeness");
        QTest::addColumn<int>("orientation");
        QTest::addColumn<double>("share");
        QTest::addColumn<QString>("reason");  // not scored because of it
        QTest::addColumn<QString>("caution");
        const int upright = static_cast<int>(Orientation::AsTrained);
        const int down = static_cast<int>(Orientation::UpsideDown);
        const QString unlike = "unlike the images the network was trained on";
        const QString care = "unlike the training images: read with care";
        QTest::newRow("like them") << 0.5 << upright << 0.9 << ""
                                   << "";
        QTest::newRow("at the warning's distance") << 0.75 << upright << 0.9 << ""
                                                   << "";
        QTest::newRow("rather unlike") << 0.76 << upright << 0.9 << "" << care;
        QTest::newRow("just not refused") << 1.0 << upright << 0.9 << "" << care;
        QTest::newRow("unlike") << 1.01 << upright << 0.9 << unlike << "";
        QTest::newRow("upside down") << 0.5 << down << 0.81 << "looks upside down"
                                     << "";
        QTest::newRow("perhaps upside down") << 0.5 << down << 0.8 << ""
                                             << "";
        QTest::newRow("upside down and far") << 2.9 << down << 0.99 << "looks upside down"
                                             << "";
        QTest::newRow("farther than any turned image") << 3.1 << down << 0.99 << unlike << "";
        QTest::newRow("an orientation that the card does not tell")
            << 0.5 << static_cast<int>(Orientation::Mirrored) << 0.99 << ""
            << "";
    }
    void pixelsAddToWhatTheTagsSaid() {
        QFETCH(double, unlikeness);
        QFETCH(int, orientation);
        QFETCH(double, share);
        QFETCH(QString, reason);
        QFETCH(QString, caution);
        const GateCard gate{15, 20, {{Orientation::UpsideDown, 60}}, 0.8};
        const Likeness likeness{unlikeness, static_cast<Orientation>(orientation), share};
        const ScopeCheck tags{ScopeState::NotChecked, "no view"};
        const auto check = checkLikeness(gate, likeness, tags);
        QCOMPARE(QString::fromStdString(check.caution), caution);
        QCOMPARE(check.state, reason.isEmpty() ? ScopeState::NotChecked : ScopeState::Outside);
        QCOMPARE(QString::fromStdString(check.reason), reason.isEmpty() ? QString("no view") : reason);
        const ScopeCheck outside{ScopeState::Outside, "a knee"};
        QCOMPARE(checkLikeness(gate, likeness, outside), outside);
    }
};

QTEST_APPLESS_MAIN(TestScope)
#include "tst_scope.moc"
