// SPDX-License-Identifier: GPL-3.0-or-later
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <atomic>

#include <QtTest>
#include <thread>

#include "imaging/dicom_log.h"

using namespace residua;

class TestDicomLog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void warningsAreCollectedNotPrinted() {
        DicomLogScope scope;
        DCMDATA_WARN("first");
        DCMDATA_ERROR("second");
        DCMDATA_INFO("too little to tell");
        QCOMPARE(scope.lines(), (std::vector<std::string>{"first", "second"}));
    }

    void innerScopeTakesItsOwnLines() {
        DicomLogScope outer;
        {
            DicomLogScope inner;
            DCMDATA_WARN("inner");
            QCOMPARE(inner.lines().size(), std::size_t{1});
        }
        DCMDATA_WARN("outer");
        QCOMPARE(outer.lines(), std::vector<std::string>{"outer"});
    }

    void threadsDoNotMix() {
        std::vector<std::jthread> threads;
        std::atomic<int> mixed = 0;
        for (int t = 0; t < 8; ++t)
            threads.emplace_back([&, t] {
                DicomLogScope scope;
                for (int i = 0; i < 20; ++i) DCMDATA_WARN("thread " << t);
                const auto own = "thread " + std::to_string(t);
                if (scope.lines() != std::vector<std::string>(20, own)) ++mixed;
            });
        threads.clear();
        QCOMPARE(mixed.load(), 0);
    }

    void fileThatComplainsWithoutEndFillsNoMemory() {
        DicomLogScope scope;
        for (int i = 0; i < 1000; ++i) DCMDATA_WARN("again");
        QCOMPARE(scope.lines().size(), std::size_t{50});
    }
};

QTEST_APPLESS_MAIN(TestDicomLog)
#include "tst_dicom_log.moc"
