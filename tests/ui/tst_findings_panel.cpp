// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QtTest>

#include "ui/finding_frame.h"
#include "ui/findings_panel.h"

using namespace residua;

namespace {

FindingRow row(const QString& code, FindingState state, double score) {
    FindingRow row;
    row.code = code;
    row.name = code.toUpper();
    row.state = state;
    row.score = score;
    row.logit = 2.6;
    row.threshold = 0.42;
    row.slice = 11;
    row.aggregation = "highest of 24 slices";
    return row;
}

}  // namespace

class TestFindingsPanel : public QObject {
    Q_OBJECT

    std::unique_ptr<FindingsPanel> panel_;

    FindingFrame* card(int index) const { return panel_->findChildren<FindingFrame*>().value(index); }
    /// All words that a card shows.
    QString words(int index) const {
        QStringList texts;
        for (const QLabel* label : card(index)->findChildren<QLabel*>())
            if (!label->isHidden()) texts += label->text();
        return texts.join(" | ");
    }
    QPushButton* button(int index, const QString& text) const {
        for (QPushButton* found : card(index)->findChildren<QPushButton*>())
            if (found->text() == text) return found;
        return nullptr;
    }

private Q_SLOTS:
    void init() {
        panel_ = std::make_unique<FindingsPanel>();
        panel_->resize(320, 900);
        panel_->show();
        panel_->setState(FindingsPanel::State::Ready);
        panel_->setFindings(
            {row("a", FindingState::Flagged, 0.93), row("b", FindingState::NotFlagged, 0.12)});
    }

    void stateIsSaidInWordsWithTheNumber() {
        const QLocale locale;
        QVERIFY(words(0).contains("flagged") && words(0).contains(locale.toString(0.93, 'f', 2)));
        QVERIFY(words(1).contains("not flagged") && words(1).contains(locale.toString(0.12, 'f', 2)));
    }

    void scoreWithoutCalibrationSaysSo() {
        QVERIFY(words(0).contains("not calibrated"));
        FindingRow calibrated = row("a", FindingState::Flagged, 0.93);
        calibrated.calibrated = true;
        panel_->setFindings({calibrated});
        QVERIFY(!words(0).contains("not calibrated"));
    }

    void findingsOfTwoNetworksStandBelowTheirNames() {
        auto first = row("a", FindingState::Flagged, 0.93), second = row("a", FindingState::NotFlagged, 0.2);
        first.network = "one", first.networkTitle = "Network one";
        second.network = "two", second.networkTitle = "Network two";
        panel_->setFindings({first, row("b", FindingState::NotFlagged, 0.1), second});
        QStringList shown;
        for (const auto* heading : panel_->findChildren<QLabel*>("networkHeading"))
            if (heading->isVisibleTo(panel_.get())) shown << heading->text();
        QCOMPARE(shown, QStringList({"Network one", "Network two"}));
        QSignalSpy wished(panel_.get(), &FindingsPanel::verdictWished);
        panel_->selectFinding("two/a");
        panel_->giveVerdict(VerdictMark::Agree);
        QCOMPARE(wished.size(), 1);
        QCOMPARE(wished[0][0].toString(), QString("two/a"));
        panel_->setFindings({row("a", FindingState::Flagged, 0.93)});
        QCOMPARE(panel_->selectedFinding(), QString("a"));
        for (const auto* heading : panel_->findChildren<QLabel*>("networkHeading"))
            QVERIFY(!heading->isVisibleTo(panel_.get()));
    }

    void whatHoldsForTheWholeSeriesStandsOnceAboveItsFindings() {
        auto* notes = panel_->findChild<QLabel*>("seriesNotes");
        panel_->setNotes({"Slices are missing in this stack.", "2 of 24 images not scored: file_missing"});
        QVERIFY(notes->isVisibleTo(panel_.get()));
        QCOMPARE(notes->text().split('\n').size(), 2);
        QTRY_VERIFY(notes->mapTo(panel_.get(), QPoint()).y() <
                    panel_->findChild<FindingFrame*>()->mapTo(panel_.get(), QPoint()).y());
        panel_->setNotes({});
        QVERIFY(!notes->isVisibleTo(panel_.get()));
    }

    void scoreThatIsToBeReadWithCareSaysWhy() {
        FindingRow unlike = row("a", FindingState::Flagged, 0.93);
        unlike.caution = "unlike the training images: read with care";
        panel_->setFindings({unlike});
        QVERIFY(words(0).contains("unlike the training images: read with care"));
        QVERIFY(words(0).contains(QLocale().toString(0.93, 'f', 2)));
    }

    void notScoredNamesTheReasonAndShowsNoNumber() {
        FindingRow outside = row("a", FindingState::NotScored, 0.93);
        outside.notScored = "Modality (0008,0060) is CT";
        panel_->setFindings({outside});
        QVERIFY(words(0).contains("not scored"));
        QVERIFY(words(0).contains("Modality (0008,0060) is CT"));
        QVERIFY(!words(0).contains(QLocale().toString(0.93, 'f', 2)));
        QSignalSpy wished(panel_.get(), &FindingsPanel::verdictWished);
        panel_->giveVerdict(VerdictMark::Agree);
        QVERIFY(wished.isEmpty());
    }

    void verdictKeysReachTheSelectedFinding() {
        QSignalSpy wished(panel_.get(), &FindingsPanel::verdictWished);
        panel_->selectFinding("b");
        panel_->giveVerdict(VerdictMark::Unsure);
        QCOMPARE(wished.last().at(0).toString(), QString("b"));
        QCOMPARE(wished.last().at(1).value<VerdictMark>(), VerdictMark::Unsure);
    }

    void sameAnswerAgainTakesItBack() {
        QSignalSpy wished(panel_.get(), &FindingsPanel::verdictWished);
        panel_->setVerdict("a", VerdictMark::Agree);
        panel_->giveVerdict(VerdictMark::Agree);
        QCOMPARE(wished.last().at(1).value<VerdictMark>(), VerdictMark::None);
    }

    void clickedVerdictIsWishedAndSetOnlyByTheSetter() {
        QSignalSpy wished(panel_.get(), &FindingsPanel::verdictWished);
        QPushButton* disagree = button(0, "Disagree");
        QTest::mouseClick(disagree, Qt::LeftButton);
        QCOMPARE(wished.last().at(1).value<VerdictMark>(), VerdictMark::Disagree);
        QVERIFY(!disagree->isChecked());
        panel_->setVerdict("a", VerdictMark::Disagree);
        QVERIFY(disagree->isChecked());
        QVERIFY(!button(0, "Agree")->isChecked());
    }

    void givenVerdictIsSeenOnAFindingThatIsNotSelected() {
        panel_->selectFinding("a");
        panel_->setVerdict("b", VerdictMark::Unsure);
        QVERIFY(words(1).contains("Unsure"));
    }

    void clickedCardIsSelected() {
        QSignalSpy selected(panel_.get(), &FindingsPanel::findingSelected);
        QTest::mouseClick(card(1), Qt::LeftButton, {}, QPoint(4, 4));
        QCOMPARE(selected.last().front().toString(), QString("b"));
        QCOMPARE(panel_->selectedFinding(), QString("b"));
    }

    void selectionStaysWithNewScores() {
        panel_->selectFinding("b");
        panel_->setFindings({row("a", FindingState::Flagged, 0.5), row("b", FindingState::Flagged, 0.6)});
        QCOMPARE(panel_->selectedFinding(), QString("b"));
        panel_->setFindings({row("c", FindingState::Flagged, 0.5)});
        QCOMPARE(panel_->selectedFinding(), QString("c"));
    }

    void noteIsWishedWhenItIsWritten() {
        QSignalSpy wished(panel_.get(), &FindingsPanel::noteWished);
        auto* note = card(0)->findChild<QLineEdit*>();
        QTest::keyClicks(note, "left base");
        QTest::keyClick(note, Qt::Key_Return);
        QCOMPARE(wished.size(), 1);
        QCOMPARE(wished.last().at(0).toString(), QString("a"));
        QCOMPARE(wished.last().at(1).toString(), QString("left base"));
    }

    void decidingSliceIsALink() {
        QSignalSpy wished(panel_.get(), &FindingsPanel::sliceWished);
        QTest::mouseClick(button(0, "Slice 12, highest of 24 slices"), Qt::LeftButton);
        QCOMPARE(wished.last().front().toInt(), 11);
    }

    void eachStateSaysWhatIsWrong_data() {
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("word");
        QTest::addRow("no model") << static_cast<int>(FindingsPanel::State::NoModel)
                                  << "No network is installed";
        QTest::addRow("engine missing")
            << static_cast<int>(FindingsPanel::State::EngineMissing) << "does not start";
        QTest::addRow("not scored") << static_cast<int>(FindingsPanel::State::NotScored)
                                    << "Not scored: the reason";
    }
    void eachStateSaysWhatIsWrong() {
        QFETCH(int, state);
        QFETCH(QString, word);
        panel_->setState(static_cast<FindingsPanel::State>(state), "the reason");
        QString shown;
        for (const QLabel* label : panel_->findChildren<QLabel*>())
            if (label->isVisible()) shown += label->text() + '\n';
        QVERIFY2(shown.contains(word), qPrintable(shown));
        QVERIFY(shown.contains("the reason"));
    }

    void predictingShowsProgressAndStops() {
        panel_->setState(FindingsPanel::State::Predicting);
        panel_->setProgress(3, 24);
        auto* stop = panel_->findChild<QPushButton*>("stopAnalysis");
        QVERIFY(stop->isVisible());
        QSignalSpy wished(panel_.get(), &FindingsPanel::stopWished);
        QTest::mouseClick(stop, Qt::LeftButton);
        QCOMPARE(wished.size(), 1);
        panel_->setState(FindingsPanel::State::Ready);
        QVERIFY(!stop->isVisible());
    }

    void heatmapControlsTellTheirValues() {
        QSignalSpy opacity(panel_.get(), &FindingsPanel::heatmapOpacityChanged);
        QSignalSpy threshold(panel_.get(), &FindingsPanel::heatmapThresholdChanged);
        QSignalSpy toggled(panel_.get(), &FindingsPanel::heatmapToggled);
        const QList<QSlider*> sliders = panel_->findChildren<QSlider*>();
        sliders[0]->setValue(80);
        sliders[1]->setValue(30);
        QCOMPARE(opacity.last().front().toDouble(), 0.8);
        QCOMPARE(threshold.last().front().toDouble(), 0.3);
        panel_->findChild<QCheckBox*>("heatmapOn")->click();
        QCOMPARE(toggled.last().front().toBool(), false);
        panel_->setHeatmapOpacity(0.25);
        QCOMPARE(opacity.size(), 1);  // a value set is no wish
        QCOMPARE(panel_->heatmapOpacity(), 0.25);
    }

    void chosenNetworkIsWished() {
        panel_->setModels({{"x", "Network X"}, {"y", "Network Y"}}, "x");
        auto* models = panel_->findChild<QComboBox*>();
        QCOMPARE(models->currentText(), QString("Network X"));
        QSignalSpy wished(panel_.get(), &FindingsPanel::modelWished);
        models->setFocus();
        QTest::keyClick(models, Qt::Key_Down);
        QCOMPARE(wished.last().front().toString(), QString("y"));
    }

    void noNetworkThatFitsIsSaidAndHasNoDetails() {
        panel_->setModels({{"x", "Network X"}}, "");
        panel_->setState(FindingsPanel::State::NotScored, "none fits");
        QCOMPARE(panel_->findChild<QComboBox*>()->currentIndex(), -1);
        QCOMPARE(panel_->findChild<QComboBox*>()->placeholderText(), QString("Choose a network"));
        QVERIFY(!panel_->findChild<QPushButton*>("modelHeader")->isVisible());
    }

    void networksDetailsAreFoldedUntilAskedFor() {
        ModelDetails details;
        details.title = "Net";
        details.limits = {"Children only."};
        panel_->setModelDetails(details);
        const auto shown = [this] {
            for (const QLabel* label : panel_->findChildren<QLabel*>())
                if (label->isVisible() && label->text().contains("Children only.")) return true;
            return false;
        };
        QVERIFY(!shown());
        panel_->findChild<QPushButton*>("modelHeader")->click();
        QVERIFY(shown());
    }
};

QTEST_MAIN(TestFindingsPanel)
#include "tst_findings_panel.moc"
