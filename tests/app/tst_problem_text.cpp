// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSet>
#include <QtTest>

#include "app/problem_text.h"

using namespace residua;

class TestProblemText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyKindSaysWhatHappenedAndWhatToDo() {
        QSet<QString> sentences;
        for (int i = 0; i <= static_cast<int>(ProblemKind::Unexpected); ++i) {
            const auto kind = static_cast<ProblemKind>(i);
            const auto text = problemText({kind, {}, {}});
            const auto name = std::string(kindName(kind));
            QVERIFY2(text.what.size() > 15 && text.what.endsWith('.'), name.c_str());
            QVERIFY2(text.remedy.size() > 15, name.c_str());
            QVERIFY2(text.what != text.remedy, name.c_str());
            QVERIFY2(!sentences.contains(text.what), name.c_str());
            sentences.insert(text.what);
        }
    }

    void noSentenceClaimsWhatOnlyAReaderCan() {
        for (int i = 0; i <= static_cast<int>(ProblemKind::Unexpected); ++i) {
            const auto text = problemText({static_cast<ProblemKind>(i), {}, {}});
            for (const char* word : {"detect", "diagnos", "normal"})
                QVERIFY(!(text.what + text.remedy).contains(word, Qt::CaseInsensitive));
        }
    }

    void theLineHoldsWhereAndDetail() {
        const auto line =
            problemLine({ProblemKind::DicomTruncated, "/studies/Müller.dcm", "ends at byte 100"});
        QVERIFY(line.contains("/studies/Müller.dcm"));
        QVERIFY(line.contains("ends at byte 100"));
        QVERIFY(line.startsWith(problemText({ProblemKind::DicomTruncated, {}, {}}).what));
    }

    void namesNeitherBreakTheLineNorCommandTheTerminal() {
        const auto line = problemLine({ProblemKind::DicomTruncated, "/studies/a\nb\x1B[31mc\u202Ed.dcm",
                                       "photometric\rinterpretation " + std::string(5000, 'x')});
        for (const char16_t mark : {u'\n', u'\r', u'\x1B', u'\u202E'}) QVERIFY(!line.contains(QChar(mark)));
        QVERIFY(line.contains("/studies/a\uFFFDb\uFFFD[31mc\uFFFDd.dcm"));
        QVERIFY(line.size() < 600);
    }

    void theUsersHomeIsShownAsTilde() {
        const auto home = QDir::homePath().toStdString();
        QCOMPARE(problemText({ProblemKind::FileMissing, home + "/a.dcm", {}}).where, QString("~/a.dcm"));
        QCOMPARE(problemText({ProblemKind::FileMissing, home + "-other/a.dcm", {}}).where,
                 QString::fromStdString(home + "-other/a.dcm"));
    }
};

QTEST_APPLESS_MAIN(TestProblemText)
#include "tst_problem_text.moc"
