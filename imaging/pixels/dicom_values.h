// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "imaging/pixels/image.h"

class DcmElement;
class DcmItem;
class DcmTagKey;

namespace residua {

/// Values of a parsed dataset, for .cpp files that include DCMTK. Text is trimmed; numbers are read the same
/// way in every locale; what is absent or unreadable is none.
std::string textValue(DcmItem& item, const DcmTagKey& tag, unsigned long index = 0);
std::optional<double> decimalValue(DcmItem& item, const DcmTagKey& tag, unsigned long index = 0);
std::optional<int> unsignedValue(DcmItem& item, const DcmTagKey& tag, unsigned long index = 0);
/// US or SS read as 16 bits and taken as signed or unsigned, whatever its VR claims.
enum class Sign { Unsigned, Signed };
std::optional<int> wordValue(DcmItem& item, const DcmTagKey& tag, Sign sign, unsigned long index = 0);

/// Null where it is not there.
DcmElement* elementOf(DcmItem& item, const DcmTagKey& tag);
/// All numbers of a DS or IS.
std::vector<double> decimalValues(DcmItem& item, const DcmTagKey& tag);
/// Where a value is looked for: the frame's own functional groups, the shared ones, then the dataset.
std::vector<DcmItem*> placesOf(DcmItem& dataset, const DcmTagKey& macro);

/// A LUT of three values' descriptor and 8- or 16-bit data (PS3.3 C.11.1.1, C.7.6.3.1.5); none if
/// contradictory.
std::optional<LookupTable> readLookupTable(DcmItem& item, const DcmTagKey& descriptor, const DcmTagKey& data,
                                           Sign firstInput);

/// What the grey pipeline needs, read into `image`: rescale or modality LUT, windows and VOI LUTs, padding,
/// spacing. Each is looked for in the frame's functional groups (of which the
/// dataset holds no other frame's), the shared ones, then the dataset.
void readDisplayValues(DcmItem& dataset, Sign stored, Image& image);

}  // namespace residua
