// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/problem_list.h"

#include <algorithm>

#include "app/problem_text.h"
#include "ui/main_window.h"

namespace residua {

namespace {
constexpr std::size_t limit = 2000;
}

ProblemList::ProblemList(MainWindow& window, QObject* parent) : QObject(parent), window_(window) {
    timer_.setSingleShot(true);
    connect(&timer_, &QTimer::timeout, this, &ProblemList::present);
}

void ProblemList::add(const Problem& problem) {
    if (problem.kind == ProblemKind::Cancelled) return;  // the reader knows
    if (std::find(problems_.begin(), problems_.end(), problem) != problems_.end()) return;
    problems_.push_back(problem);
    if (problems_.size() > limit) problems_.pop_front();
    if (!timer_.isActive()) timer_.start(50);
}

void ProblemList::clear() {
    problems_.clear();
    present();
}

void ProblemList::present() {
    QList<ProblemRow> rows;
    for (const auto& problem : problems_) {
        const auto words = problemText(problem);
        rows.append({words.what, words.remedy, words.where, words.detail});
    }
    window_.setProblems(rows);
}

}  // namespace residua
