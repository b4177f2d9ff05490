// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inference/findings/model_card.h"

namespace residua {

/// The tags of an image that a scope is checked against; empty = the file does not say.
struct ScopeTags {
    std::string modality;
    std::string bodyPart;
    std::string view;
    std::string photometric;
    std::optional<double> age;  ///< years
    std::string qualityControlImage;
    bool hasDicomTags = true;  ///< false for JPEG and PNG pictures
    std::string plane = {};
    std::string sequence = {};  ///< of MR (LOCALIZER of all), and by which attribute it was told
    std::string sequenceSource = {};
    std::string contrast = {};  ///< "YES", "NO", and by which attribute it was told
    std::string contrastSource = {};
};

enum class ScopeState {
    Inside,
    NotChecked,  ///< nothing speaks against it, but a tag that the card asks for is missing: scored, and
                 ///< marked
    Outside,     ///< not scored
};

struct ScopeCheck {
    ScopeState state = ScopeState::Inside;
    /// Outside: "Modality (0008,0060) is CT, the network is for DX, CR". NotChecked: the missing tags.
    std::string reason;
    /// Why a score is to be read with care: "unlike the training images: read with care". Empty where there
    /// is nothing to say, and outside the scope.
    std::string caution = {};
    bool operator==(const ScopeCheck&) const = default;
};

ScopeCheck checkScope(const ModelScope& scope, const ScopeTags& tags);

/// What the image's pixels add to what its tags said: an image that lies otherwise than those of the
/// training, or that is unlike all of them, is outside ("looks upside down"; "unlike the images the network
/// was trained on"); one that is rather unlike them gets a caution. What an image looks like is said first,
/// as that can be put right.
ScopeCheck checkLikeness(const GateCard& gate, const Likeness& likeness, ScopeCheck tags);

/// Whether a finding is looked for in an image of this modality (FindingCard::modality).
bool appliesTo(const FindingCard& finding, const ScopeTags& tags);

}  // namespace residua
