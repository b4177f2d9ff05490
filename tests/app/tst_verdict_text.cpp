// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "app/panel_rows.h"
#include "app/report_text.h"
#include "tests/support/app_samples.h"

using namespace residua;

/// What window and report say of a series' verdict.
class TestVerdictText : public QObject {
    Q_OBJECT

    Analysis analysis_;

    QString textOf(std::size_t finding) const {
        return aggregationText(analysis_.series[0].findings.at(finding), analysis_.series[0],
                               analysis_.model);
    }
    /// Two stacks of three images each with a score for the opacity.
    void makeStacks() {
        auto& series = analysis_.series[0];
        const auto image = series.images[0];
        series.images.assign(6, image);
        for (std::size_t i = 0; i < 6; ++i)
            series.images[i].prediction.findings[0].logit = static_cast<double>(i);
        series.stacks = {{"TE 10 ms", 0, 3, {}, 0, {}, {}}, {"TE 90 ms", 3, 3, {}, 0, {}, {}}};
        analysis_.model.aggregation = Aggregation::Neighbours;
    }

private Q_SLOTS:
    void init() { analysis_ = test::sampleAnalysis(); }

    void theHighestImageIsNamedAsThat() { QCOMPARE(textOf(0), QString("highest of 2 images")); }

    void neighboursAreNamedByTheirNumbersInTheStack() {
        makeStacks();
        aggregate(analysis_);
        QCOMPARE(textOf(0), QString("mean of slices 1–3, the highest of 3, the highest of 2 stacks"));
    }

    void aKindNamesWhatDecidesIt() {
        makeStacks();
        auto kind = analysis_.model.findings[0];
        kind.code = "nodule", kind.kindOf = "opacity";
        analysis_.model.findings.push_back(kind);
        for (auto& image : analysis_.series[0].images) {
            auto score = image.prediction.findings[0];
            score.finding = "nodule";
            image.prediction.findings.push_back(score);
        }
        aggregate(analysis_);
        QCOMPARE(textOf(1), QString("mean of slices 1–3, which decide Opacity"));
    }

    void missingSlicesAndImagesWithoutAScoreAreTold() {
        analysis_.series[0].images.push_back(analysis_.series[1].images[0]);
        analysis_.series[0].stacks[0].count = 3;
        aggregate(analysis_);
        const auto notes = verdictNotes(analysis_.series[0]);
        QCOMPARE(notes.size(), 2);
        QVERIFY(notes[0].startsWith("Slices are missing in this stack."));
        QVERIFY(notes[0].contains("between 3.5 and 9 mm"));
        QCOMPARE(notes[1], "1 of 3 images not scored: Modality (0008,0060) is CT, the network is for DX, CR");
        QVERIFY(verdictNotes(analysis_.series[1]).isEmpty());  // the series itself says why
    }

    void notesOfSeveralStacksNameTheStack() {
        makeStacks();
        analysis_.series[0].stacks[1].problems = {{ProblemKind::SlicesDoubled, {}, {}}};
        aggregate(analysis_);
        QVERIFY(verdictNotes(analysis_.series[0]).at(0).startsWith("TE 90 ms: "));
    }

    void tagsThatTheScopeCouldNotBeCheckedWithAreToldOnce() {
        const auto notes = seriesNotes(&analysis_.series[0]);
        QCOMPARE(notes.filter("Scope not checked: BodyPartExamined (0018,0015) is missing").size(), 1);
        QVERIFY(seriesNotes(nullptr).isEmpty());
    }
};

QTEST_MAIN(TestVerdictText)
#include "tst_verdict_text.moc"
