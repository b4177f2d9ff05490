// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/geometry/orientation.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

namespace residua {

namespace {

// PS3.3 C.7.6.1.1.1: the letters of a biped's directions, each beside its opposite.
char opposite(char letter) {
    constexpr std::string_view kFrom = "LRAPHF";
    constexpr std::string_view kTo = "RLPAFH";
    const auto at = kFrom.find(letter);
    return at == std::string_view::npos ? '\0' : kTo[at];
}

std::string opposite(std::string_view letters) {
    std::string result;
    for (const char letter : letters) result += opposite(letter);
    return result;
}

bool isDirection(std::string_view letters) {
    return !letters.empty() && letters.size() <= 3 &&
           std::ranges::all_of(letters, [](char letter) { return opposite(letter) != '\0'; });
}

std::string directionLetters(const double* cosine) {
    // Ours: a tilt below 10° (sine 0.17) is not worth a second letter; a third one only confuses.
    constexpr double kSecondLetterFrom = 0.17;
    constexpr double kShortest = 0.5;  // a direction of less than half a unit is no direction
    constexpr std::array<std::pair<char, char>, 3> kAxes{
        {{'L', 'R'}, {'P', 'A'}, {'H', 'F'}}};  // + and − of LPS
    const double length = std::hypot(cosine[0], cosine[1], cosine[2]);
    if (!std::isfinite(length) || length < kShortest) return {};
    std::array<int, 3> order{0, 1, 2};
    std::ranges::stable_sort(order, [&](int a, int b) { return std::abs(cosine[a]) > std::abs(cosine[b]); });
    std::string letters;
    for (const int axis : {order[0], order[1]}) {
        if (!letters.empty() && std::abs(cosine[axis]) / length < kSecondLetterFrom) break;
        const auto& [positive, negative] = kAxes[static_cast<std::size_t>(axis)];
        letters += cosine[axis] > 0 ? positive : negative;
    }
    return letters;
}

/// The letters towards the right edge and towards the bottom of the image as stored.
std::pair<std::string, std::string> storedDirections(const std::optional<std::array<double, 6>>& cosines,
                                                     std::string_view patientOrientation) {
    if (cosines) {
        auto row = directionLetters(cosines->data());
        auto column = directionLetters(cosines->data() + 3);
        if (!row.empty() && !column.empty()) return {std::move(row), std::move(column)};
    }
    const auto separator = patientOrientation.find('\\');
    if (separator == std::string_view::npos) return {};
    const auto trimmed = [](std::string_view text) {
        while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
        while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
        return text;
    };
    const auto row = trimmed(patientOrientation.substr(0, separator));
    const auto column = trimmed(patientOrientation.substr(separator + 1));
    return {isDirection(row) ? std::string(row) : std::string(),
            isDirection(column) ? std::string(column) : std::string()};
}

}  // namespace

SideMarkers sideMarkers(const std::optional<std::array<double, 6>>& cosines,
                        const std::string& patientOrientation, ViewOrientation view) {
    const auto [row, column] = storedDirections(cosines, patientOrientation);
    // Clockwise from the top, so that a clockwise turn moves each marker one place on.
    std::array<std::string, 4> edges{opposite(column), row, column, opposite(row)};
    if (view.mirrored) std::swap(edges[1], edges[3]);
    const int turns = ((view.quarterTurns % 4) + 4) % 4;
    std::rotate(edges.begin(), edges.end() - turns, edges.end());
    return {.left = edges[3], .right = edges[1], .top = edges[0], .bottom = edges[2]};
}

}  // namespace residua
