// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/study.h"

#include <charconv>

namespace residua {

namespace {

std::optional<int> number(std::string_view digits) {
    int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

/// Whole days since an epoch of our own, good enough for differences in years.
std::optional<double> days(std::string_view date) {
    if (date.size() != 8) return std::nullopt;
    const auto year = number(date.substr(0, 4)), month = number(date.substr(4, 2)),
               day = number(date.substr(6, 2));
    if (!year || !month || !day) return std::nullopt;
    return *year * 365.25 + (*month - 1) * 30.44 + *day;
}

}  // namespace

Frame frameOf(const Instance& instance, int frame) {
    if (static_cast<std::size_t>(frame) < instance.frameGroups.size())
        return instance.frameGroups[static_cast<std::size_t>(frame)];
    return {.position = instance.position,
            .orientation = instance.orientation,
            .echoTime = instance.echoTime,
            .bValue = instance.bValue,
            .temporalPosition = instance.temporalPosition,
            .type = instance.imageType,
            .stackId = {},
            .indices = {}};
}

KnownFile knownFile(const Instance& instance) {
    return {instance.sopInstanceUid, instance.stamp};
}

std::size_t imageCount(const Study& study) {
    std::size_t count = 0;
    for (const auto& series : study.series)
        for (const auto& instance : series.instances)
            if (instance.hasPixels) count += static_cast<std::size_t>(instance.frames);
    return count;
}

std::optional<double> ageInYears(const Study& study) {
    const std::string_view age = study.patientAge;
    if (age.size() == 4) {
        // PS3.5 6.2, AS: three digits and D, W, M or Y.
        if (const auto value = number(age.substr(0, 3))) {
            switch (age[3]) {
                case 'D':
                    return *value / 365.25;
                case 'W':
                    return *value / 52.18;
                case 'M':
                    return *value / 12.0;
                case 'Y':
                    return *value;
                default:
                    break;
            }
        }
    }
    const auto born = days(study.patient.birthDate), taken = days(study.date);
    if (!born || !taken || *taken < *born) return std::nullopt;
    return (*taken - *born) / 365.25;
}

}  // namespace residua
