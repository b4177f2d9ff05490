// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/study/known_file.h"

#include "imaging/error.h"

namespace residua {

void requireKnown(const KnownFile& known, const std::filesystem::path& path, std::string_view ownUid,
                  const FileStamp& stamp) {
    if (known.sopInstanceUid.empty() || ownUid == known.sopInstanceUid) return;
    if (!ownUid.empty())
        throw Error(ProblemKind::FileChanged, path,
                    "it holds the image " + std::string(ownUid) + ", not " + known.sopInstanceUid);
    if (known.stamp != FileStamp() && stamp != known.stamp)
        throw Error(ProblemKind::FileChanged, path,
                    "its size or time is not what it was: " + std::to_string(known.stamp.size) +
                        " bytes then, " + std::to_string(stamp.size) + " now");
}

}  // namespace residua
