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
    std::string sequence = {};  ///< of MR, and by which attribute it was told
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
    bool operator==(const ScopeCheck&) const = default;
};

ScopeCheck checkScope(const ModelScope& scope, const ScopeTags& tags);

/// Whether a finding is looked for in an image of this modality (FindingCard::modality).
bool appliesTo(const FindingCard& finding, const ScopeTags& tags);

}  // namespace residua
