// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/phantom/phantom.h"

#include <algorithm>

#include "imaging/error.h"
#include "imaging/phantom/brain_phantom.h"
#include "imaging/phantom/chest_phantom.h"

namespace residua {

bool PhantomImage::hasLesion() const {
    return std::any_of(lesion.begin(), lesion.end(), [](std::uint8_t value) { return value != 0; });
}

Phantom simulatePhantom(const PhantomOptions& options) {
    if (options.size < 0 || options.size > 4096 || options.slices < 0 || options.slices > 1024)
        throw Error(ProblemKind::UsageInvalid, {},
                    "a phantom has at most 4096 pixels a side and 1024 slices");
    return options.kind == PhantomKind::ChestRadiograph ? phantom::simulateChest(options)
                                                        : phantom::simulateBrain(options);
}

}  // namespace residua
