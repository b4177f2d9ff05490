// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/phantom/phantom_identity.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "imaging/phantom/random.h"

namespace residua::phantom {
namespace {

std::string padded(std::uint64_t number, std::size_t digits) {
    std::string text = std::to_string(number);
    if (text.size() < digits) text.insert(0, digits - text.size(), '0');
    return text;
}

/// The number of a 128-bit value given as two halves, in decimal.
std::string decimal(std::uint64_t high, std::uint64_t low) {
    std::array<std::uint32_t, 4> words{
        static_cast<std::uint32_t>(high >> 32), static_cast<std::uint32_t>(high),
        static_cast<std::uint32_t>(low >> 32), static_cast<std::uint32_t>(low)};
    std::string digits;
    while (std::any_of(words.begin(), words.end(), [](std::uint32_t word) { return word != 0; })) {
        std::uint64_t rest = 0;
        for (auto& word : words) {
            const std::uint64_t value = (rest << 32) | word;
            word = static_cast<std::uint32_t>(value / 10);
            rest = value % 10;
        }
        digits.push_back(static_cast<char>('0' + rest));
    }
    std::reverse(digits.begin(), digits.end());
    return digits.empty() ? "0" : digits;
}

/// All that makes two phantoms different, and what the UID is of.
std::uint64_t keyOf(const Phantom& phantom, std::uint64_t purpose) {
    const auto& options = phantom.options;
    std::uint64_t key = options.seed;
    for (const auto part :
         {static_cast<std::uint64_t>(options.kind), static_cast<std::uint64_t>(options.lesion),
          static_cast<std::uint64_t>(phantom.slices.empty() ? 0 : phantom.slices[0].width),
          static_cast<std::uint64_t>(phantom.slices.size()), purpose})
        key = (key ^ (key >> 31)) * 0xBF58476D1CE4E5B9ULL + part;
    return key;
}

/// A UID made from a UUID (PS3.5 B.2), version and variant bits as for random ones (RFC 4122, 4.4).
std::string uid(std::uint64_t key) {
    Random random(key);
    const std::uint64_t high = (random.bits() & ~0xF000ULL) | 0x4000ULL;
    const std::uint64_t low = (random.bits() & ~(3ULL << 62)) | (1ULL << 63);
    return "2.25." + decimal(high, low);
}

std::string dicomDate(std::chrono::sys_days day) {
    const std::chrono::year_month_day date(day);
    return padded(static_cast<std::uint64_t>(static_cast<int>(date.year())), 4) +
           padded(static_cast<unsigned>(date.month()), 2) + padded(static_cast<unsigned>(date.day()), 2);
}

}  // namespace

Identity identityOf(const Phantom& phantom) {
    const bool chest = phantom.options.kind == PhantomKind::ChestRadiograph;
    const bool lesion = phantom.options.lesion == PhantomLesion::Present;
    const std::string number = padded(phantom.options.seed, 2);
    Random random(keyOf(phantom, 1));
    using namespace std::chrono;
    const sys_days study = sys_days(year(2021) / January / 4) + days(random.integer(0, 1400));
    const sys_days birth =
        study - days(static_cast<int>(365.2425 * phantom.patientAge) + random.integer(2, 360));
    Identity identity;
    identity.patientName = std::string("Simulated^") + (chest ? "Chest " : "Brain ") + number;
    identity.patientId =
        std::string("SIM-") + (chest ? "C" : "B") + padded(phantom.options.seed, 4) + (lesion ? "-1" : "-0");
    identity.birthDate = dicomDate(birth);
    identity.age = padded(static_cast<std::uint64_t>(phantom.patientAge), 3) + "Y";
    identity.studyDate = dicomDate(study);
    identity.studyTime = padded(static_cast<std::uint64_t>(random.integer(7, 18)), 2) +
                         padded(static_cast<std::uint64_t>(random.integer(0, 59)), 2) +
                         padded(static_cast<std::uint64_t>(random.integer(0, 59)), 2);
    identity.accessionNumber = "SIM" + padded(keyOf(phantom, 2) % 1000000, 6);
    identity.studyUid = uid(keyOf(phantom, 3));
    identity.seriesUid = uid(keyOf(phantom, 4));
    identity.frameOfReferenceUid = uid(keyOf(phantom, 5));
    identity.fileStem = std::string(chest ? "chest-" : "brain-") + padded(phantom.options.seed, 4);
    if (lesion) identity.fileStem += chest ? "-opacity" : "-lesion";
    return identity;
}

std::string instanceUid(const Phantom& phantom, std::size_t slice) {
    return uid(keyOf(phantom, 100 + slice));
}

}  // namespace residua::phantom
