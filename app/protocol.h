// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "app/engine.h"

namespace residua {

/// What window and engine say to each other: JSON-RPC 2.0, one message a line, over the engine's standard
/// input and output. Paths, frame numbers and a bundle go in; scores and class maps at network resolution
/// come out.
///
///   both ways first  {"jsonrpc":"2.0","method":"hello","params":{"protocol":1,"build":"0.1.0"}}
///   to the engine
///   {"id":7,"method":"predict","params":{"bundle":P,"images":[{"path":P,"frame":0,"sop_instance_uid":U}],
///                     "picture_modality":"","archive_passwords":[{"archive":P,"password":T}]}}
///                    {"method":"cancel","params":{"id":7}}
///                    {"method":"leave_core","params":{"leave":true}}
///   to the window    {"method":"result","params":{"id":7,"image":RESULT}}    see image_result_json.h
///                    {"method":"progress","params":{"id":7,"done":1,"total":384}}
///                    {"id":7,"result":{"end":"done"}} or "cancelled"
///                    {"id":7,"error":{"code":-32000,"message":KIND,"data":PROBLEM}}
///
/// Everything but predict is a notification. A new field needs a new golden line in
/// tests/app/tst_protocol.cpp; a change that an older side cannot ignore needs a new version.
inline constexpr int kProtocolVersion = 1;
inline constexpr std::size_t kLongestLine = std::size_t{1} << 20;  ///< bytes, the line feed not counted

struct HelloMessage {
    int protocol = kProtocolVersion;
    std::string build = RESIDUA_VERSION;
};
struct PredictMessage {
    int id = 0;
    PredictRequest request;
};
struct CancelMessage {
    int id = 0;
};
/// While the reader's hand is active the engine leaves one core to the window.
struct LeaveCoreMessage {
    bool leave = false;
};
struct ResultMessage {
    int id = 0;
    ImageResult result;
};
struct ProgressMessage {
    int id = 0;
    std::size_t done = 0;
    std::size_t total = 0;
};
struct EndMessage {
    int id = 0;
    PredictEnd end = PredictEnd::Done;
    Problem problem;  ///< of Failed
};
using Message = std::variant<HelloMessage, PredictMessage, CancelMessage, LeaveCoreMessage, ResultMessage,
                             ProgressMessage, EndMessage>;

/// One line without its line feed. Throws Error EngineProtocol for a message longer than kLongestLine.
std::string encode(const Message& message);

/// Throws Error EngineProtocol for a line that is not ours, its detail naming the field.
Message decode(std::string_view line);

/// The next line without its line feed; none at the end of the input. Throws Error EngineProtocol for a line
/// longer than kLongestLine, without reading on.
std::optional<std::string> readLine(std::istream& input);

}  // namespace residua
