// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "ui/search_text.h"

using namespace residua;

class TestSearchText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nameIsFoundHoweverItIsTyped_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<bool>("found");
        const auto row = [](const char* title, const char* name, const char* typed, bool found) {
            QTest::addRow("%s", title) << QString::fromUtf8(name) << QString::fromUtf8(typed) << found;
        };
        row("no umlaut", "Müller, Änne", "muller", true);
        row("umlaut", "Müller, Änne", "MÜLLER", true);
        row("umlaut asked for, not there", "Muller", "müller", true);
        row("letter and mark apart", "Mu\xCC\x88ller", "müller", true);
        row("sharp s", "Groß", "gross", true);
        row("a stroke is no mark", "Sørensen, Łukasz", "sorensen lukasz", true);
        row("every word", "Müller, Änne", "anne muller", true);
        row("one word too many", "Müller, Änne", "anne muller otto", false);
        row("parts of a DICOM name", "Müller, Änne", "Müller^Änne", true);
        row("Latin letters do not find Kanji", "山田, 太郎", "yamada", false);
        row("Kanji", "山田, 太郎", "山田", true);
        row("Kanji, as in DICOM", "山田, 太郎", "山田^太郎", true);
        row("groups of a DICOM name", "Yamada, Tarou 山田, 太郎", "Yamada^Tarou=山田^太郎", true);
        row("katakana finds hiragana", "やまだ, たろう", "ヤマダ", true);
        row("half width", "ヤマダ", "ﾔﾏﾀﾞ", true);
        row("full-width digits", "P１７", "p17", true);
        row("Hangul, as it is typed", "홍, 길동", "기", true);
        row("Cyrillic", "Иванов, Фёдор", "фЕДОР", true);
        row("Greek capitals end no word", "Παπαδόπουλος", "ΠΑΠΑΔΟΠΟΥΛΟΣ", true);
        row("Arabic without vowels", "مُحَمَّد", "محمد", true);
        row("Turkish", "Işık", "isik", true);
        row("wildcards are letters", "100% a_b", "_b", true);
        row("wildcards match nothing else", "Müller", "%", false);
        row("nothing asked for", "Müller", "  ", true);
    }
    void nameIsFoundHoweverItIsTyped() {
        QFETCH(QString, name);
        QFETCH(QString, typed);
        QFETCH(bool, found);
        QCOMPARE(holdsAll(searchable(name), searchWords(typed)), found);
    }
};

QTEST_GUILESS_MAIN(TestSearchText)
#include "tst_search_text.moc"
