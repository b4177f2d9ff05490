// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/engine/evaluation_lines.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

namespace residua {

using nlohmann::json;

namespace {

/// Figures of one finding; what the images do not allow is left out.
class Figures {
public:
    void add(const std::string& name, const Interval& interval) {
        if (std::isnan(interval.value)) return;
        json figure = {{"name", name}, {"value", interval.value}};
        if (!std::isnan(interval.low)) figure["low"] = interval.low, figure["high"] = interval.high;
        list_.push_back(std::move(figure));
    }
    void add(const std::string& name, double value) {
        if (!std::isnan(value)) list_.push_back({{"name", name}, {"value", value}});
    }
    json take() { return std::move(list_); }

private:
    json list_ = json::array();
};

std::string percent(double share) {
    return std::to_string(static_cast<int>(std::lround(100 * share))) + " %";
}

json figuresOf(const FindingEvaluation& finding) {
    const auto& said = finding.figures;
    Figures figures;
    figures.add("AUC", said.auc);
    figures.add("average precision", said.averagePrecision);
    figures.add("sensitivity at the threshold", said.sensitivity);
    figures.add("specificity at the threshold", said.specificity);
    figures.add("accuracy at the threshold", said.accuracy);
    figures.add("calibration error (15 bins)", said.ece);
    figures.add("Brier score", said.brier);
    if (finding.nearestNeighbour)
        figures.add("AUC without a network: nearest of 16×16", finding.nearestNeighbour->auc);
    if (finding.borderOnly) figures.add("AUC without a network: border only", finding.borderOnly->auc);
    if (finding.heat.images > 0) {
        figures.add("positive heat inside the body", finding.heat.insideBody);
        figures.add("positive heat in the outer 5 %", finding.heat.outerShare);
    }
    if (finding.heat.pointed > 0) {
        const auto pointed = double(finding.heat.pointed);
        figures.add("hottest place inside the truth", double(finding.heat.pointedInside) / pointed);
        figures.add("hottest place within 15 pixels", double(finding.heat.pointedNear) / pointed);
    }
    for (const auto& size : finding.sizes) {
        if (size.images == 0) continue;
        const auto name = percent(size.from) + " to " + percent(size.below) + " of the image, " +
                          std::to_string(size.images) + " images: ";
        figures.add(name + "AUC", size.auc);
        figures.add(name + "hottest place inside", double(size.pointedInside) / double(size.images));
        figures.add(name + "overlap", size.overlap);
    }
    for (const auto& variant : finding.robustness) figures.add("AUC, " + variant.variant, variant.auc);
    return figures.take();
}

void tellUnlike(ProgressLines& lines, const EvaluationReport& report) {
    if (report.unlike.empty()) return;
    Figures figures;
    for (const auto& set : report.unlike) {
        const auto name = set.set + ", " + std::to_string(set.images) + " images: ";
        if (std::isnan(set.auc)) figures.add(name + "warned", set.warned);
        figures.add(name + "refused", set.refused);
        figures.add(name + "refused by distance", set.byDistance);
        figures.add(name + "AUC of the distance", set.auc);
    }
    lines.event({{"event", "figures"},
                 {"title", report.model + ": images unlike those of the training"},
                 {"figures", figures.take()}});
}

}  // namespace

void tellEvaluation(ProgressLines& lines, const EvaluationReport& report) {
    for (const auto& finding : report.findings) {
        const auto& said = finding.figures;
        lines.event({{"event", "figures"},
                     {"title", report.model + ", " + said.finding + ": " + std::to_string(said.images) +
                                   " images, " + std::to_string(said.patients) + " patients, " +
                                   std::to_string(said.positives) + " positive"},
                     {"figures", figuresOf(finding)}});
    }
    tellUnlike(lines, report);
}

}  // namespace residua
