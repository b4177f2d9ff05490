// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QtTest>

namespace residua::test {

inline constexpr auto kPython = "/usr/bin/python3";  // Debian's: it sees Debian's packages

struct PythonRun {
    int exitCode = -1;
    QString output, errors;
};

inline PythonRun runPython(const QStringList& arguments) {
    QProcess python;
    python.start(QString::fromUtf8(kPython), arguments);
    if (!python.waitForFinished(240'000)) return {-1, {}, python.errorString()};
    return {python.exitStatus() == QProcess::NormalExit ? python.exitCode() : -1,
            QString::fromUtf8(python.readAllStandardOutput()),
            QString::fromUtf8(python.readAllStandardError())};
}

inline bool pythonHas(const QString& module) {
    return runPython({"-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('" + module +
                                "') is None)"})
               .exitCode == 0;
}

}  // namespace residua::test

/// Skips a test, saying why, where Debian's Python lacks PyTorch.
#define RESIDUA_NEEDS_TORCHVISION()                                                              \
    do {                                                                                         \
        if (!residua::test::pythonHas("torchvision"))                                            \
            QSKIP("compares with PyTorch: install Debian's python3-torch, python3-torchvision"); \
    } while (false)
