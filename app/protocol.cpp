// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/protocol.h"

#include <istream>
#include <nlohmann/json.hpp>
#include <streambuf>

#include "app/image_result_json.h"
#include "app/json_field.h"

namespace residua {

using nlohmann::json;

namespace {

constexpr int kServerError = -32000;  // JSON-RPC 2.0, 5.1: -32000 to -32099 are the implementation's

json notification(const char* method, json params) {
    return {{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}};
}

json toJson(const HelloMessage& hello) {
    return notification("hello", {{"protocol", hello.protocol}, {"build", hello.build}});
}

json toJson(const PredictMessage& message) {
    json images = json::array();
    for (const auto& image : message.request.images)
        images.push_back({{"path", pathToJson(image.path)},
                          {"frame", image.frame},
                          {"sop_instance_uid", image.sopInstanceUid}});
    json passwords = json::array();
    for (const auto& [archive, password] : message.request.passwords)
        passwords.push_back({{"archive", pathToJson(archive)}, {"password", password}});
    json request = notification("predict", {{"bundle", pathToJson(message.request.bundle)},
                                            {"images", std::move(images)},
                                            {"picture_modality", message.request.pictureModality},
                                            {"archive_passwords", std::move(passwords)}});
    request["id"] = message.id;
    return request;
}

json toJson(const CancelMessage& message) {
    return notification("cancel", {{"id", message.id}});
}

json toJson(const LeaveCoreMessage& message) {
    return notification("leave_core", {{"leave", message.leave}});
}

json toJson(const ResultMessage& message) {
    return notification("result", {{"id", message.id}, {"image", imageResultToJson(message.result)}});
}

json toJson(const ProgressMessage& message) {
    return notification("progress", {{"id", message.id}, {"done", message.done}, {"total", message.total}});
}

json toJson(const EndMessage& message) {
    json reply = {{"jsonrpc", "2.0"}, {"id", message.id}};
    if (message.end == PredictEnd::Failed)
        reply["error"] = {{"code", kServerError},
                          {"message", kindName(message.problem.kind)},
                          {"data", problemToJson(message.problem)}};
    else
        reply["result"] = {{"end", message.end == PredictEnd::Done ? "done" : "cancelled"}};
    return reply;
}

PredictMessage predictFromJson(const json& source, const json& params) {
    PredictMessage message{jsonField<int>(source, "id"), {}};
    message.request.bundle = pathFromJson(jsonField<json>(params, "bundle"));
    message.request.pictureModality = jsonTextOr(params, "picture_modality");
    if (params.contains("archive_passwords"))
        for (const auto& entry : jsonArray(params, "archive_passwords"))
            message.request.passwords[pathFromJson(jsonField<json>(entry, "archive"))] =
                jsonField<std::string>(entry, "password");
    for (const auto& image : jsonArray(params, "images"))
        message.request.images.push_back({pathFromJson(jsonField<json>(image, "path")),
                                          jsonField<int>(image, "frame"),
                                          jsonTextOr(image, "sop_instance_uid")});
    return message;
}

EndMessage endFromJson(const json& source) {
    EndMessage message{jsonField<int>(source, "id"), PredictEnd::Failed, {}};
    if (source.contains("error")) {
        message.problem = problemFromJson(jsonField<json>(source.at("error"), "data"));
        return message;
    }
    const auto end = jsonField<std::string>(jsonField<json>(source, "result"), "end");
    if (end != "done" && end != "cancelled")
        throw Error(ProblemKind::UsageInvalid, {}, "field end is unknown");
    message.end = end == "done" ? PredictEnd::Done : PredictEnd::Cancelled;
    return message;
}

Message messageFromJson(const json& source) {
    if (jsonField<std::string>(source, "jsonrpc") != "2.0")
        throw Error(ProblemKind::UsageInvalid, {}, "field jsonrpc is not 2.0");
    if (!source.contains("method")) return endFromJson(source);
    const auto method = jsonField<std::string>(source, "method");
    const auto params = jsonField<json>(source, "params");
    if (method == "hello")
        return HelloMessage{jsonField<int>(params, "protocol"), jsonField<std::string>(params, "build")};
    if (method == "predict") return predictFromJson(source, params);
    if (method == "cancel") return CancelMessage{jsonField<int>(params, "id")};
    if (method == "leave_core") return LeaveCoreMessage{jsonField<bool>(params, "leave")};
    if (method == "result")
        return ResultMessage{jsonField<int>(params, "id"),
                             imageResultFromJson(jsonField<json>(params, "image"))};
    if (method == "progress")
        return ProgressMessage{jsonField<int>(params, "id"), jsonField<std::size_t>(params, "done"),
                               jsonField<std::size_t>(params, "total")};
    throw Error(ProblemKind::UsageInvalid, {}, "field method is unknown");
}

void refuseLonger(std::size_t bytes) {
    if (bytes > kLongestLine)
        throw Error(ProblemKind::EngineProtocol, {},
                    "a line of more than " + std::to_string(kLongestLine) + " bytes");
}

}  // namespace

std::string encode(const Message& message) {
    std::string line = jsonLine(std::visit([](const auto& one) { return toJson(one); }, message));
    refuseLonger(line.size());
    return line;
}

Message decode(std::string_view line) {
    try {
        return messageFromJson(json::parse(line));
    } catch (const json::exception&) {
        // Not the parser's words: they quote the line, which may hold a patient's name.
        throw Error(ProblemKind::EngineProtocol, {}, "a line that is not JSON");
    } catch (const Error& error) {
        throw Error(ProblemKind::EngineProtocol, {}, error.problem().detail);
    }
}

std::optional<std::string> readLine(std::istream& input) {
    std::string line;
    for (auto* buffer = input.rdbuf();;) {
        const int next = buffer->sbumpc();
        if (next == std::char_traits<char>::eof()) {
            input.setstate(std::ios::eofbit);
            return std::nullopt;  // a last line without its line feed was cut off
        }
        if (next == '\n') return line;
        line += static_cast<char>(next);
        refuseLonger(line.size());
    }
}

}  // namespace residua
