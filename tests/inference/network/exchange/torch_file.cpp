// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/inference/network/exchange/torch_file.h"

#include <zip.h>

#include <stdexcept>

namespace residua::test {

namespace pickled {

namespace {
std::string little(std::uint32_t value) {
    std::string bytes;
    for (int i = 0; i < 4; ++i, value >>= 8) bytes += static_cast<char>(value & 0xFF);
    return bytes;
}
}  // namespace

std::string text(const std::string& value) {
    return "X" + little(static_cast<std::uint32_t>(value.size())) + value;
}

std::string number(std::uint32_t value) {
    return "J" + little(value);
}

std::string global(const std::string& module, const std::string& name) {
    return "c" + module + "\n" + name + "\n";
}

std::string tuple(const std::vector<std::string>& items) {
    std::string result = "(";
    for (const auto& item : items) result += item;
    return result + "t";
}

std::string dict(const std::vector<std::pair<std::string, std::string>>& items) {
    std::string result = global("collections", "OrderedDict") + ")R(";
    for (const auto& [key, value] : items) result += key + value;
    return result + "u";
}

std::string tensor(const std::string& key, std::uint32_t numbers, const std::vector<std::uint32_t>& shape,
                   const std::vector<std::uint32_t>& strides, std::uint32_t offset,
                   const std::string& storage) {
    std::vector<std::string> sides, steps;
    for (const auto side : shape) sides.push_back(number(side));
    for (const auto stride : strides) steps.push_back(number(stride));
    const auto id =
        tuple({text("storage"), global("torch", storage), text(key), text("cpu"), number(numbers)}) + "Q";
    return global("torch._utils", "_rebuild_tensor_v2") +
           tuple({id, number(offset), tuple(sides), tuple(steps), "\x89",
                  global("collections", "OrderedDict") + ")R"}) +
           "R";
}

std::string whole(const std::string& value) {
    return "\x80\x02" + value + ".";
}

}  // namespace pickled

void writeTorchFile(const std::filesystem::path& path, const std::string& pickle,
                    const std::map<std::string, std::string>& records, Stored stored) {
    zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    if (zip == nullptr) throw std::runtime_error("the test archive cannot be made");
    const auto add = [&](const std::string& name, const std::string& bytes) {
        auto* source = zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
        const auto index = zip_file_add(zip, ("archive/" + name).c_str(), source, 0);
        zip_set_file_compression(zip, static_cast<zip_uint64_t>(index),
                                 stored == Stored::Plain ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 0);
    };
    add("data.pkl", pickle);
    static const std::string version = "3\n";
    add("version", version);
    for (const auto& [name, bytes] : records) add(name, bytes);
    if (zip_close(zip) != 0) throw std::runtime_error("the test archive cannot be written");
}

}  // namespace residua::test
