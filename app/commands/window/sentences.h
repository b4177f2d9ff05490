// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QString>
#include <cstdio>
#include <nlohmann/json_fwd.hpp>

#include "imaging/error.h"

namespace residua {

/// Turns the engine's progress lines (progress_lines.h) into what a person reads: results as sentences on
/// standard output, problems on standard error, and there a bar while something long runs on a terminal.
class Sentences {
public:
    explicit Sentences(std::FILE* output = stdout, std::FILE* errors = stderr);

    void tell(const nlohmann::json& event);
    void problem(const Problem& problem);
    void sentence(const QString& text);
    void clearBar();

private:
    void progress(double done, double total, const QString& more = {});
    void state(const std::string& name);
    void analysis(const nlohmann::json& event);
    void model(const nlohmann::json& event);
    void step(const nlohmann::json& event);
    void tensor(const nlohmann::json& event);
    void epoch(const nlohmann::json& event);
    void figures(const nlohmann::json& event);

    std::FILE* output_;
    std::FILE* errors_;
    bool terminal_;
    bool barShown_ = false;
    QString state_;
    QElapsedTimer sinceState_;
};

}  // namespace residua
