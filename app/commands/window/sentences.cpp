// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/window/sentences.h"

#include <unistd.h>
#include <algorithm>

#include <QStringList>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "app/image_result_json.h"
#include "app/problem_text.h"

namespace residua {

using nlohmann::json;

namespace {

QString words(const char* text) {
    return QString::fromUtf8(text);
}

constexpr std::array<std::pair<std::string_view, const char*>, 8> kStates{{
    {"scanning", "Reading headers"},
    {"predicting", "Scoring images"},
    {"simulating", "Simulating"},
    {"preparing", "Preparing images"},
    {"training", "Training"},
    {"validating", "Validating"},
    {"evaluating", "Evaluating"},
    {"fitting", "Looking at the training images"},
}};

QString textOf(const json& event, const char* field) {
    const auto at = event.find(field);
    return at != event.end() && at->is_string() ? QString::fromStdString(at->get<std::string>()) : QString();
}

double numberOf(const json& event, const char* field) {
    const auto at = event.find(field);
    return at != event.end() && at->is_number() ? at->get<double>() : 0;
}

QString pathOf(const json& event, const char* field) {
    const auto at = event.find(field);
    return at == event.end() ? QString() : QString::fromStdString(pathFromJson(*at).string());
}

QString timeText(double seconds) {
    if (seconds < 90) return words("%1 s").arg(seconds, 0, 'f', 0);
    if (seconds < 5400) return words("%1 min").arg(seconds / 60, 0, 'f', 0);
    return words("%1 h").arg(seconds / 3600, 0, 'f', 1);
}

QString intervalText(const json& figure) {
    const QString value = QString::number(numberOf(figure, "value"), 'f', 3);
    if (!figure.contains("low") || !figure.at("low").is_number()) return value;
    return value + QString(" [%1 – %2]")
                       .arg(numberOf(figure, "low"), 0, 'f', 3)
                       .arg(numberOf(figure, "high"), 0, 'f', 3);
}

void print(std::FILE* file, const QString& text) {
    std::fputs(text.toUtf8().constData(), file);
}

}  // namespace

Sentences::Sentences(std::FILE* output, std::FILE* errors)
    : output_(output), errors_(errors), terminal_(isatty(fileno(errors)) == 1) {
    sinceState_.start();
}

void Sentences::tell(const json& event) {
    const auto name = textOf(event, "event");
    if (name == "progress") return progress(numberOf(event, "done"), numberOf(event, "total"));
    if (name == "state") return state(event.at("state").get<std::string>());
    if (name == "step") return step(event);
    if (name == "problem") return problem(problemFromJson(event.at("problem")));
    if (name == "analysis") return analysis(event);
    if (name == "table") return sentence(words("Table of all images: %1").arg(pathOf(event, "table")));
    if (name == "model") return model(event);
    if (name == "epoch") return epoch(event);
    if (name == "figures") return figures(event);
    if (name == "bundle") return sentence(words("The network is in %1").arg(pathOf(event, "bundle")));
    if (name == "tensor") return tensor(event);
    if (name == "onnx") return sentence(words("The network as ONNX: %1").arg(pathOf(event, "onnx")));
    if (name == "reference")
        return sentence(words("What Residua computes for %1 images: %2")
                            .arg(numberOf(event, "images"), 0, 'f', 0)
                            .arg(pathOf(event, "reference")));
    if (name == "weights") return sentence(words("Weights to train from: %1").arg(pathOf(event, "weights")));
    if (name == "evaluation") return sentence(words("All figures: %1").arg(pathOf(event, "evaluation")));
    if (name == "phantoms")
        return sentence(words("Simulated studies are in %1").arg(pathOf(event, "folder")));
    if (name == "note") return sentence(textOf(event, "text"));
}

void Sentences::problem(const Problem& problem) {
    clearBar();
    print(errors_, problemLine(problem) + '\n');
}

void Sentences::sentence(const QString& text) {
    clearBar();
    print(output_, printable(text) + '\n');
    std::fflush(output_);
}

void Sentences::clearBar() {
    if (std::exchange(barShown_, false)) print(errors_, "\r\033[K");
    std::fflush(errors_);
}

void Sentences::state(const std::string& name) {
    for (const auto& [state, text] : kStates)
        if (state == name) state_ = words(text);
    sinceState_.restart();
    progress(0, 0);
}

void Sentences::progress(double done, double total, const QString& more) {
    if (!terminal_) return;
    constexpr int width = 24;
    QString line = state_;
    if (total > 0) {
        const double share = std::min(1.0, done / total);
        const int filled = static_cast<int>(share * width);
        line = QString("[%1%2] %3 %  %4 %5/%6")
                   .arg(QString(filled, '#'), QString(width - filled, '.'), QString::number(int(100 * share)),
                        state_, QString::number(done, 'f', 0), QString::number(total, 'f', 0));
        const double elapsed = double(sinceState_.elapsed()) / 1000;
        if (share > 0.02 && share < 1 && elapsed > 2)
            line += ", " + words("%1 left").arg(timeText(elapsed * (1 - share) / share));
    } else if (done > 0) {
        line += ' ' + QString::number(done, 'f', 0);
    }
    print(errors_, "\r\033[K" + line + more);
    std::fflush(errors_);
    barShown_ = true;
}

void Sentences::analysis(const json& event) {
    QStringList flagged;
    for (const auto& code : event.at("flagged")) flagged << QString::fromStdString(code.get<std::string>());
    const int images = static_cast<int>(numberOf(event, "images"));
    const int notScored = static_cast<int>(numberOf(event, "not_scored"));
    QString state = flagged.isEmpty() ? words("not flagged") : words("flagged: %1").arg(flagged.join(", "));
    if (notScored == images) state = words("not scored");
    QString text = words("%1: %2 (%3; images: %4")
                       .arg(pathOf(event, "analysis"), state, textOf(event, "model"))
                       .arg(images);
    if (notScored > 0) text += words(", not scored: %1").arg(notScored);
    const int cautions = static_cast<int>(numberOf(event, "cautions"));
    if (cautions > 0) text += words(", unlike the training images, read with care: %1").arg(cautions);
    const int gaps = static_cast<int>(numberOf(event, "stacks_with_gaps"));
    if (gaps > 0) text += words(", stacks in which slices are missing: %1").arg(gaps);
    sentence(text + ')');
}

void Sentences::model(const json& event) {
    const auto& card = event.at("card");
    sentence(QString("%1 %2  %3").arg(textOf(card, "name"), textOf(card, "version"), textOf(card, "title")));
    for (const auto& finding : card.value("findings", json::array()))
        sentence("    " +
                 words("%1: flagged from a score of %2")
                     .arg(textOf(finding, "name"), QString::number(numberOf(finding, "threshold"), 'f', 3)));
    sentence("    " + pathOf(event, "folder"));
    sentence("    " + textOf(card, "intended_use"));
}

void Sentences::tensor(const json& event) {
    const auto mismatch = textOf(event, "mismatch"), detail = textOf(event, "detail");
    const QString state = mismatch == "missing"      ? words("is missing")
                          : mismatch == "unexpected" ? words("does not belong to the network")
                                                     : words("has another shape");
    sentence(
        QString("    %1 %2%3").arg(textOf(event, "tensor"), state, detail.isEmpty() ? "" : ": " + detail));
}

void Sentences::step(const json& event) {
    const QString more = words("  epoch %1 of %2, loss %3, %4 images/s")
                             .arg(numberOf(event, "epoch"), 0, 'f', 0)
                             .arg(numberOf(event, "epochs"), 0, 'f', 0)
                             .arg(numberOf(event, "loss"), 0, 'f', 4)
                             .arg(numberOf(event, "images_per_second"), 0, 'f', 0);
    progress(numberOf(event, "step"), numberOf(event, "steps"), more);
}

void Sentences::epoch(const json& event) {
    sentence(words("Epoch %1 of %2: loss %3, validation loss %4, validation AUC %5%6 (%7)")
                 .arg(numberOf(event, "epoch"), 0, 'f', 0)
                 .arg(numberOf(event, "epochs"), 0, 'f', 0)
                 .arg(numberOf(event, "training_loss"), 0, 'f', 4)
                 .arg(numberOf(event, "validation_loss"), 0, 'f', 4)
                 .arg(numberOf(event, "validation_auc"), 0, 'f', 4)
                 .arg(event.value("best", false) ? words(", the best so far") : QString(),
                      timeText(numberOf(event, "seconds"))));
}

void Sentences::figures(const json& event) {
    sentence(textOf(event, "title"));
    for (const auto& figure : event.at("figures"))
        sentence(QString("    %1 %2").arg(textOf(figure, "name").leftJustified(44), intervalText(figure)));
}

}  // namespace residua
