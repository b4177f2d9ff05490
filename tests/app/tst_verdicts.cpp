// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QUndoStack>
#include <QtTest>
#include <cmath>
#include <filesystem>

#include "app/library_thread.h"
#include "app/marks.h"
#include "app/verdicts.h"

using namespace residua;
namespace fs = std::filesystem;

namespace {

StackRef aStack() {
    Study study;
    study.uid = "1.2";
    Series series;
    series.uid = "1.2.3";
    for (int i = 0; i < 3; ++i) {
        Instance instance;
        instance.path = "/studies/" + std::to_string(i);
        instance.sopInstanceUid = "1.2.3." + std::to_string(i);
        instance.hasPixels = true;
        series.instances.push_back(instance);
    }
    auto open = std::make_shared<OpenStudy>();
    open->study = study;
    open->study.series.push_back(series);
    Stack stack;
    stack.slices = {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}};
    open->stacks.push_back({stack});
    return {open, 0, 0};
}

}  // namespace

class TestVerdicts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        file_ = fs::path(folder_->path().toStdString()) / "library.sqlite";
    }

    void answerIsSavedWithReaderTimeAndWeights() {
        LibraryThread library(file_);
        QUndoStack undo;
        Verdicts verdicts(library, undo);
        verdicts.setReader("Änne");
        verdicts.give("1.2", "hash", "opacity", Answer::Agree);
        const auto saved = savedVerdicts(library);
        QCOMPARE(saved.size(), std::size_t(1));
        QCOMPARE(saved[0].answer, Answer::Agree);
        QCOMPARE(saved[0].reader, std::string("Änne"));
        QCOMPARE(saved[0].modelSha256, std::string("hash"));
        const auto time = QDateTime::fromString(QString::fromStdString(saved[0].time), Qt::ISODate);
        QVERIFY(std::abs(time.secsTo(QDateTime::currentDateTime())) < 60);
    }

    void answerGivenBeforeTheNameIsSignedWithIt() {
        LibraryThread library(file_);
        QUndoStack undo;
        Verdicts verdicts(library, undo);
        verdicts.setProvisionalReader("account");
        verdicts.give("1.2", "hash", "opacity", Answer::Agree);
        QCOMPARE(savedVerdicts(library).at(0).reader, std::string("account"));
        verdicts.setReader("Änne");
        QCOMPARE(savedVerdicts(library).at(0).reader, std::string("Änne"));
        QCOMPARE(savedVerdicts(library).at(0).answer, Answer::Agree);
        verdicts.setReader("Béla");
        QCOMPARE(savedVerdicts(library).at(0).reader, std::string("Änne"));
    }

    void noteWithoutAnAnswerIsKept() {
        LibraryThread library(file_);
        QUndoStack undo;
        Verdicts verdicts(library, undo);
        verdicts.setNote("1.2", "hash", "opacity", "left base");
        QCOMPARE(verdicts.all("1.2", "hash").size(), std::size_t(1));
        QCOMPARE(savedVerdicts(library).at(0).note, std::string("left base"));
    }

    void undoneAnswerIsUndoneInTheLibraryToo() {
        LibraryThread library(file_);
        QUndoStack undo;
        Verdicts verdicts(library, undo);
        verdicts.give("1.2", "hash", "opacity", Answer::Agree);
        verdicts.give("1.2", "hash", "opacity", Answer::Disagree);
        undo.undo();
        QCOMPARE(verdicts.of("1.2", "hash", "opacity").answer, Answer::Agree);
        undo.undo();
        QVERIFY(savedVerdicts(library).empty());
        undo.redo();
        QCOMPARE(savedVerdicts(library).at(0).answer, Answer::Agree);
    }

    void sameAnswerAgainTakesItBack() {
        LibraryThread library(file_);
        QUndoStack undo;
        Verdicts verdicts(library, undo);
        QSignalSpy given(&verdicts, &Verdicts::given);
        verdicts.give("1.2", "hash", "opacity", Answer::Unsure);
        verdicts.give("1.2", "hash", "opacity", Answer::Unsure);
        QVERIFY(verdicts.all("1.2", "hash").empty());
        QCOMPARE(given.size(), 2);
    }

    void answersOfOtherWeightsAreNotShown() {
        LibraryThread library(file_);
        QUndoStack undo;
        {
            Verdicts verdicts(library, undo);
            verdicts.give("1.2", "hash", "opacity", Answer::Agree);
            verdicts.setNote("1.2", "hash", "opacity", "left base");
            undo.clear();
        }
        Verdicts verdicts(library, undo);
        QSignalSpy changed(&verdicts, &Verdicts::changed);
        verdicts.load("1.2", "new hash");
        verdicts.load("1.2", "hash");
        QTRY_COMPARE(changed.size(), 2);
        QVERIFY(verdicts.all("1.2", "new hash").empty());
        QCOMPARE(verdicts.of("1.2", "hash", "opacity").answer, Answer::Agree);
        QCOMPARE(verdicts.of("1.2", "hash", "opacity").note, std::string("left base"));
    }

    void keyImagesAreUndoneAndKept() {
        LibraryThread library(file_);
        QUndoStack undo;
        Marks marks(library, undo);
        const auto stack = aStack();
        marks.toggleKeyImage(stack, 1);
        marks.toggleKeyImage(stack, 2);
        undo.undo();
        QVERIFY(marks.isKeyImage(stack, 1));
        QVERIFY(!marks.isKeyImage(stack, 2));
        Marks later(library, undo);
        QSignalSpy changed(&later, &Marks::changed);
        later.load("1.2");
        QTRY_COMPARE(changed.size(), 1);
        QCOMPARE(later.keyImages(stack).count(true), 1);
        QVERIFY(later.isKeyImage(stack, 1));
    }

    void lengthsBelongToTheirSlice() {
        LibraryThread library(file_);
        QUndoStack undo;
        Marks marks(library, undo);
        const auto stack = aStack();
        marks.setLengths(stack, 0, {QLineF(0, 0, 3, 4)});
        QVERIFY(marks.lengths(stack, 1).isEmpty());
        QCOMPARE(marks.lengths(stack, 0).size(), 1);
        const auto drawn = marks.lengths(stack.study->study);
        QCOMPARE(drawn.size(), std::size_t(1));
        QCOMPARE(drawn[0].image.path, stack.instance(0).path);
        QCOMPARE(drawn[0].to.y, 4.0);
        QCOMPARE(drawn[0].length, (Length{5, SpacingKind::None}));
        undo.undo();
        QVERIFY(marks.lengths(stack, 0).isEmpty());
    }

    void lengthsOutliveTheWindowWithTheirUndo() {
        const auto stack = aStack();
        const QLineF first(0, 0, 3, 4), second(1, 1, 2, 2);
        {
            LibraryThread library(file_);
            QUndoStack undo;
            Marks marks(library, undo);
            marks.setLengths(stack, 0, {first});
            marks.setLengths(stack, 0, {first, second});
            marks.setLengths(stack, 0, {second});
            undo.undo();
            marks.setLengths(stack, 2, {second});
            marks.setLengths(stack, 2, {});
        }
        LibraryThread library(file_);
        QUndoStack undo;
        Marks marks(library, undo);
        QSignalSpy changed(&marks, &Marks::changed);
        marks.load("1.2");
        QTRY_COMPARE(changed.size(), 1);
        QCOMPARE(marks.lengths(stack, 0), (QList{first, second}));
        QVERIFY(marks.lengths(stack, 2).isEmpty());
    }

    void lengthDrawnWhileTheLibraryAnswersStays() {
        LibraryThread library(file_);
        QUndoStack undo;
        Marks marks(library, undo);
        QSignalSpy changed(&marks, &Marks::changed);
        marks.load("1.2");
        marks.setLengths(aStack(), 0, {QLineF(0, 0, 3, 4)});
        QTRY_COMPARE(changed.size(), 2);
        QCOMPARE(marks.lengths(aStack(), 0).size(), 1);
    }

private:
    std::vector<Verdict> savedVerdicts(LibraryThread& library) {
        std::optional<std::vector<Verdict>> saved;
        library.ask(
            this, [](StudyLibrary& l) { return l.verdicts("1.2", "hash"); },
            [&](std::vector<Verdict> verdicts) { saved = std::move(verdicts); });
        [&] { QTRY_VERIFY(saved.has_value()); }();
        return saved.value_or(std::vector<Verdict>());
    }

    std::unique_ptr<QTemporaryDir> folder_;
    fs::path file_;
};

QTEST_GUILESS_MAIN(TestVerdicts)
#include "tst_verdicts.moc"
