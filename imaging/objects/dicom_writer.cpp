// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/objects/dicom_writer.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmdata/dcwcache.h>

#include <cstddef>
#include <span>
#include <vector>

#include "imaging/error.h"

namespace residua {
namespace {

/// Hands over what the stream has buffered and empties it.
void flushInto(AtomicFile& file, DcmOutputBufferStream& stream) {
    void* bytes = nullptr;
    offile_off_t count = 0;
    stream.flushBuffer(bytes, count);
    file.write(std::span(static_cast<const std::byte*>(bytes), static_cast<std::size_t>(count)));
}

}  // namespace

void writeDicom(DcmFileFormat& object, const std::filesystem::path& target, const WriteCall& write) {
    constexpr auto syntax = EXS_LittleEndianExplicit;
    if (const auto status = object.chooseRepresentation(syntax, nullptr); status.bad())
        throw Error(ProblemKind::WriteFailed, target, status.text());
    AtomicFile file(target, write);
    std::vector<char> buffer(std::size_t{1} << 18);
    DcmOutputBufferStream stream(buffer.data(), static_cast<offile_off_t>(buffer.size()));
    DcmWriteCache cache;
    OFCondition status = EC_StreamNotifyClient;
    object.transferInit();
    while (status == EC_StreamNotifyClient) {  // the buffer is full: take it and go on
        status = object.write(stream, syntax, EET_UndefinedLength, &cache);
        flushInto(file, stream);
    }
    object.transferEnd();
    if (status.bad()) throw Error(ProblemKind::WriteFailed, target, status.text());
    file.commit();
}

}  // namespace residua
