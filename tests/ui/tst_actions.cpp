// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSet>
#include <QTextEdit>
#include <QtTest>

#include "ui/actions.h"
#include "ui/dialogs/keys_dialog.h"

using namespace residua;

class TestActions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyActionHasTextIconAndUniqueShortcut() {
        const Actions actions;
        QSet<QString> keys;
        for (int i = 0; i < static_cast<int>(Command::Count_); ++i) {
            const QAction* action = actions[static_cast<Command>(i)];
            QVERIFY2(action, qPrintable(QStringLiteral("command %1 has no row").arg(i)));
            QVERIFY(!action->text().isEmpty());
            const QImage icon = action->icon().pixmap(QSize(24, 24), 1).toImage();
            bool painted = false;
            for (int y = 0; y < icon.height() && !painted; ++y)
                for (int x = 0; x < icon.width() && !painted; ++x) painted = qAlpha(icon.pixel(x, y)) > 128;
            QVERIFY2(painted, qPrintable(action->text() + " has no icon"));
            for (const QKeySequence& key : action->shortcuts()) {
                QVERIFY2(!keys.contains(key.toString()), qPrintable(key.toString() + " is bound twice"));
                keys.insert(key.toString());
            }
        }
    }

    void eachCommandHasOneRow() {
        QSet<int> seen;
        for (const CommandRow& row : Actions::rows()) {
            QVERIFY(!seen.contains(static_cast<int>(row.command)));
            seen.insert(static_cast<int>(row.command));
        }
        QCOMPARE(seen.size(), static_cast<int>(Command::Count_));
    }

    void keysAreThoseOfTheHandbook_data() {
        QTest::addColumn<int>("command");
        QTest::addColumn<QString>("key");
        const std::pair<Command, const char*> rows[] = {{Command::ToolWindow, "W"},
                                                        {Command::ToolPan, "T"},
                                                        {Command::ToolZoom, "Z"},
                                                        {Command::ToolScroll, "S"},
                                                        {Command::ToolLength, "D"},
                                                        {Command::Invert, "I"},
                                                        {Command::TurnRight, "R"},
                                                        {Command::TurnLeft, "L"},
                                                        {Command::FlipHorizontally, "H"},
                                                        {Command::FlipVertically, "V"},
                                                        {Command::ResetView, "Space"},
                                                        {Command::TextOverlay, "O"},
                                                        {Command::ImageCovers, "Shift+O"},
                                                        {Command::Cine, "C"},
                                                        {Command::CineSlower, ","},
                                                        {Command::CineFaster, "."},
                                                        {Command::KeyImage, "K"},
                                                        {Command::WindowAuto, "0"},
                                                        {Command::WindowPreset9, "9"},
                                                        {Command::Heatmap, "G"},
                                                        {Command::HeatmapLess, "["},
                                                        {Command::HeatmapMore, "]"},
                                                        {Command::NextFlagged, "N"},
                                                        {Command::PreviousFlagged, "Shift+N"},
                                                        {Command::Agree, "Y"},
                                                        {Command::Disagree, "X"},
                                                        {Command::Unsure, "U"},
                                                        {Command::Undo, "Ctrl+Z"},
                                                        {Command::Redo, "Ctrl+Y"},
                                                        {Command::CopyImage, "Ctrl+C"},
                                                        {Command::DicomHeader, "Ctrl+I"},
                                                        {Command::Library, "Ctrl+L"},
                                                        {Command::Cancel, "Esc"},
                                                        {Command::FullScreen, "F11"},
                                                        {Command::Keys, "F1"},
                                                        {Command::PreviousSlice, "Up"},
                                                        {Command::TenSlicesOn, "Shift+Down"},
                                                        {Command::NextSeries, "Right"},
                                                        {Command::LastSlice, "End"}};
        for (const auto& [command, key] : rows)
            QTest::addRow("%s", key) << static_cast<int>(command) << QString(key);
    }
    void keysAreThoseOfTheHandbook() {
        QFETCH(int, command);
        QFETCH(QString, key);
        const Actions actions;
        QCOMPARE(actions[static_cast<Command>(command)]->shortcut().toString(QKeySequence::PortableText),
                 key);
    }

    void toolTipNamesTheKeyAlsoAfterANewText() {
        const Actions actions;
        QAction* preset = actions[Command::WindowPreset1];
        preset->setText("Lung");
        QCOMPARE(preset->toolTip(), QString("Lung (1)"));
    }

    void helpListsEveryKey() {
        const KeysDialog dialog;
        const auto* table = dialog.findChild<QTextEdit*>("keysTable");
        QVERIFY(table);
        const QString text = table->toPlainText();
        for (const CommandRow& row : Actions::rows()) {
            const bool preset =
                row.command >= Command::WindowPreset1 && row.command <= Command::WindowPreset9;
            if (row.keys.isEmpty() || preset) continue;
            QVERIFY2(text.contains(row.text), row.text);
            for (const QKeySequence& key : row.keys)
                QVERIFY(text.contains(key.toString(QKeySequence::NativeText)));
        }
        QVERIFY(text.contains("1 – 9"));
    }
};

QTEST_MAIN(TestActions)
#include "tst_actions.moc"
