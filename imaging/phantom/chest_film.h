// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/phantom/chest_volume.h"

namespace residua::phantom {

/// How a film is exposed and processed.
struct FilmSettings {
    double exposure = 4e4;       ///< quanta a mm² that reach the detector beside the body
    double scatter = 1.2;        ///< scattered to primary radiation behind the body
    double equalisation = 0.3;   ///< how much of the coarse contrast is taken away, 0 to 1
    double sharpening = 0.4;     ///< unsharp mask
    double contrast = 1;         ///< steepness of the tone curve
    double brightness = 0;       ///< shift of the tone curve, in its own units
    double detectorBlur = 0.02;  ///< cm, sigma
    std::uint64_t noiseSeed = 0;
};

/// Attenuation (natural logarithm, from path lengths) → 12-bit values as a processed film has them: bright is
/// dense. `lesion` is the attenuation that a lesion adds; scatter, equalisation and the tone curve's ends are
/// taken without it, so that it changes nothing far from itself.
std::vector<std::uint16_t> exposeFilm(const Plane& attenuation, const Plane& lesion, const Plane& body,
                                      const FilmSettings& settings);

}  // namespace residua::phantom
