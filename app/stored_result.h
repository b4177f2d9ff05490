// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include "app/analysis.h"

namespace residua {

/// One image's result with its class maps as the library stores it: CBOR (RFC 8949), map values as
/// little-endian float32. Version 1 in the field "v".
QByteArray packResult(const ImageResult& result);

/// Throws Error LibraryUnusable for bytes that packResult did not write.
ImageResult unpackResult(const QByteArray& bytes);

}  // namespace residua
