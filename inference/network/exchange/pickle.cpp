// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/network/exchange/pickle.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <map>

#include "imaging/error.h"

namespace residua {

namespace {

constexpr std::size_t kLargestPickle = std::size_t{16} << 20;
constexpr std::size_t kMostValues = std::size_t{1}
                                    << 18;  // a ResNet-152 with its optimiser's state has 40,000
constexpr std::size_t kMostDimensions = 8;
constexpr std::size_t kLongestQuote = 100;
constexpr char kHighestProtocol = 2;

// Text of the file that goes into a problem.
std::string excerpt(std::string_view text) {
    return "'" + std::string(text.substr(0, kLongestQuote)) + "'";
}

/// A rule broken; the constructor adds the path.
struct Refusal {
    ProblemKind kind;
    std::string detail;
};

void require(bool holds, const std::string& detail) {
    if (!holds) throw Refusal{ProblemKind::WeightsFormatInvalid, detail};
}

[[noreturn]] void refuse(const std::string& what) {
    throw Refusal{ProblemKind::WeightsContentRefused, what};
}

constexpr std::string_view kOrderedDict = "collections.OrderedDict";
constexpr std::string_view kRebuildTensor = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view kRebuildParameter = "torch._utils._rebuild_parameter";
constexpr std::array<std::string_view, 13> kGlobals{
    kOrderedDict,          kRebuildTensor,       kRebuildParameter,       "torch.FloatStorage",
    "torch.DoubleStorage", "torch.HalfStorage",  "torch.BFloat16Storage", "torch.LongStorage",
    "torch.IntStorage",    "torch.ShortStorage", "torch.CharStorage",     "torch.ByteStorage",
    "torch.BoolStorage"};

using Value = PickleValue;
using Items = std::vector<const PickleValue*>;

/// The unpickler's stack machine (Python's Lib/pickletools.py tells what each opcode does).
class Machine {
public:
    Machine(std::string_view bytes, std::deque<Value>& values) : bytes_(bytes), values_(values) {}

    const Value* run();

    // One for each opcode that is understood.
    void protocol();
    void stop() { stopped_ = true; }
    void mark() { marks_.push_back(stack_.size()); }
    void global();
    void reduce();
    void build();
    void persistentId();
    void text(std::size_t lengthBytes) { push({std::string(take(number(lengthBytes)))}); }
    void integer(std::size_t bytes) { push({static_cast<std::int64_t>(number(bytes))}); }
    void signedInteger() { push({std::int64_t{static_cast<std::int32_t>(number(4))}}); }
    void longInteger();
    void real();
    void tuple(std::size_t count) { push({Value::Tuple{pop(count)}}); }
    void tupleToMark() { push({Value::Tuple{popToMark()}}); }
    void append() { appendAll(pop(1)); }
    void appendsToMark() { appendAll(popToMark()); }
    void setItem() { setAll(pop(2)); }
    void setItemsToMark() { setAll(popToMark()); }
    void remember(std::size_t bytes) { memo_[number(bytes)] = top(); }
    void recall(std::size_t bytes);
    void push(Value value);

private:
    std::string_view take(std::uint64_t count);
    std::uint64_t number(std::size_t bytes);
    std::string_view line();
    Value* top();
    Items pop(std::size_t count);
    Items popToMark();
    void appendAll(const Items& items);
    void setAll(const Items& items);
    void rebuildTensor(const Items& arguments);

    std::string_view bytes_;
    std::size_t position_ = 0;
    std::deque<Value>& values_;
    std::vector<Value*> stack_;
    std::vector<std::size_t> marks_;
    std::map<std::uint64_t, Value*> memo_;
    bool stopped_ = false;
};

struct Opcode {
    unsigned char code;
    const char* name;
    void (*run)(Machine&);  ///< none: refused by its name
};

constexpr std::array<Opcode, 68> kOpcodes{{
    {'(', "MARK", [](Machine& m) { m.mark(); }},
    {'.', "STOP", [](Machine& m) { m.stop(); }},
    {'0', "POP", nullptr},
    {'1', "POP_MARK", nullptr},
    {'2', "DUP", nullptr},
    {'F', "FLOAT", nullptr},
    {'I', "INT", nullptr},
    {'J', "BININT", [](Machine& m) { m.signedInteger(); }},
    {'K', "BININT1", [](Machine& m) { m.integer(1); }},
    {'L', "LONG", nullptr},
    {'M', "BININT2", [](Machine& m) { m.integer(2); }},
    {'N', "NONE", [](Machine& m) { m.push({}); }},
    {'P', "PERSID", nullptr},
    {'Q', "BINPERSID", [](Machine& m) { m.persistentId(); }},
    {'R', "REDUCE", [](Machine& m) { m.reduce(); }},
    {'S', "STRING", nullptr},
    {'T', "BINSTRING", [](Machine& m) { m.text(4); }},
    {'U', "SHORT_BINSTRING", [](Machine& m) { m.text(1); }},
    {'V', "UNICODE", nullptr},
    {'X', "BINUNICODE", [](Machine& m) { m.text(4); }},
    {'a', "APPEND", [](Machine& m) { m.append(); }},
    {'b', "BUILD", [](Machine& m) { m.build(); }},
    {'c', "GLOBAL", [](Machine& m) { m.global(); }},
    {'d', "DICT", nullptr},
    {'}', "EMPTY_DICT", [](Machine& m) { m.push({Value::Dict{}}); }},
    {'e', "APPENDS", [](Machine& m) { m.appendsToMark(); }},
    {'g', "GET", nullptr},
    {'h', "BINGET", [](Machine& m) { m.recall(1); }},
    {'i', "INST", nullptr},
    {'j', "LONG_BINGET", [](Machine& m) { m.recall(4); }},
    {'l', "LIST", nullptr},
    {']', "EMPTY_LIST", [](Machine& m) { m.push({Value::List{}}); }},
    {'o', "OBJ", nullptr},
    {'p', "PUT", nullptr},
    {'q', "BINPUT", [](Machine& m) { m.remember(1); }},
    {'r', "LONG_BINPUT", [](Machine& m) { m.remember(4); }},
    {'s', "SETITEM", [](Machine& m) { m.setItem(); }},
    {'t', "TUPLE", [](Machine& m) { m.tupleToMark(); }},
    {')', "EMPTY_TUPLE", [](Machine& m) { m.tuple(0); }},
    {'u', "SETITEMS", [](Machine& m) { m.setItemsToMark(); }},
    {'G', "BINFLOAT", [](Machine& m) { m.real(); }},
    {'B', "BINBYTES", nullptr},
    {'C', "SHORT_BINBYTES", nullptr},
    {0x80, "PROTO", [](Machine& m) { m.protocol(); }},
    {0x81, "NEWOBJ", nullptr},
    {0x82, "EXT1", nullptr},
    {0x83, "EXT2", nullptr},
    {0x84, "EXT4", nullptr},
    {0x85, "TUPLE1", [](Machine& m) { m.tuple(1); }},
    {0x86, "TUPLE2", [](Machine& m) { m.tuple(2); }},
    {0x87, "TUPLE3", [](Machine& m) { m.tuple(3); }},
    {0x88, "NEWTRUE", [](Machine& m) { m.push({true}); }},
    {0x89, "NEWFALSE", [](Machine& m) { m.push({false}); }},
    {0x8a, "LONG1", [](Machine& m) { m.longInteger(); }},
    {0x8b, "LONG4", nullptr},
    {0x8c, "SHORT_BINUNICODE", nullptr},
    {0x8d, "BINUNICODE8", nullptr},
    {0x8e, "BINBYTES8", nullptr},
    {0x8f, "EMPTY_SET", nullptr},
    {0x90, "ADDITEMS", nullptr},
    {0x91, "FROZENSET", nullptr},
    {0x92, "NEWOBJ_EX", nullptr},
    {0x93, "STACK_GLOBAL", nullptr},
    {0x94, "MEMOIZE", nullptr},
    {0x95, "FRAME", nullptr},
    {0x96, "BYTEARRAY8", nullptr},
    {0x97, "NEXT_BUFFER", nullptr},
    {0x98, "READONLY_BUFFER", nullptr},
}};

const Value* Machine::run() {
    while (!stopped_) {
        const auto code = static_cast<unsigned char>(take(1)[0]);
        const auto row = std::ranges::find(kOpcodes, code, &Opcode::code);
        require(row != kOpcodes.end(), "byte " + std::to_string(code) + " at " +
                                           std::to_string(position_ - 1) + " of the pickle is no opcode");
        if (row->run == nullptr) refuse(std::string("opcode ") + row->name);
        row->run(*this);
    }
    return top();
}

std::string_view Machine::take(std::uint64_t count) {
    require(count <= bytes_.size() - position_, "the pickle ends in the middle");
    const auto result = bytes_.substr(position_, count);
    position_ += count;
    return result;
}

/// Little-endian, not negative.
std::uint64_t Machine::number(std::size_t bytes) {
    std::uint64_t result = 0;
    int shift = 0;
    for (const char byte : take(bytes)) {
        result |= std::uint64_t{static_cast<unsigned char>(byte)} << shift;
        shift += 8;
    }
    return result;
}

std::string_view Machine::line() {
    const auto end = bytes_.find('\n', position_);
    require(end != std::string_view::npos, "the pickle ends in the middle");
    const auto result = bytes_.substr(position_, end - position_);
    position_ = end + 1;
    return result;
}

void Machine::push(Value value) {
    require(values_.size() < kMostValues, "the pickle holds more values than any network");
    stack_.push_back(&values_.emplace_back(std::move(value)));
}

/// The stack's top above the last mark.
Value* Machine::top() {
    require(stack_.size() > (marks_.empty() ? 0 : marks_.back()), "the pickle takes what it never gave");
    return stack_.back();
}

Items Machine::pop(std::size_t count) {
    const std::size_t below = marks_.empty() ? 0 : marks_.back();
    require(stack_.size() - below >= count, "the pickle takes what it never gave");
    Items items(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    return items;
}

Items Machine::popToMark() {
    require(!marks_.empty(), "the pickle takes what it never gave");
    Items items = pop(stack_.size() - marks_.back());
    marks_.pop_back();
    return items;
}

void Machine::protocol() {
    const char version = take(1)[0];
    if (version > kHighestProtocol || version < 0)
        refuse("pickle protocol " + std::to_string(static_cast<unsigned char>(version)) +
               ", torch.save's is 2");
}

void Machine::recall(std::size_t bytes) {
    const auto found = memo_.find(number(bytes));
    require(found != memo_.end(), "the pickle takes what it never gave");
    stack_.push_back(found->second);
}

void Machine::longInteger() {
    const auto length = number(1);
    if (length > 8) refuse("a whole number of more than 64 bits");
    auto value = number(length);
    const auto unused = 64 - 8 * static_cast<int>(length);
    if (length > 0) value = static_cast<std::uint64_t>(static_cast<std::int64_t>(value << unused) >> unused);
    push({static_cast<std::int64_t>(value)});
}

void Machine::real() {  // the one number of a pickle that is big-endian
    std::uint64_t bits = 0;
    for (const char byte : take(8)) bits = bits << 8 | static_cast<unsigned char>(byte);
    push({std::bit_cast<double>(bits)});
}

void Machine::global() {
    std::string name(line());
    name += '.';
    name += line();
    if (std::ranges::find(kGlobals, name) == kGlobals.end()) refuse("class or function " + excerpt(name));
    push({Value::Global{std::move(name)}});
}

void Machine::appendAll(const Items& items) {
    auto* list = std::get_if<Value::List>(&top()->value);
    require(list != nullptr, "the pickle appends to what is no list");
    list->items.insert(list->items.end(), items.begin(), items.end());
}

void Machine::setAll(const Items& items) {
    auto* dict = std::get_if<Value::Dict>(&top()->value);
    require(dict != nullptr && items.size() % 2 == 0, "the pickle sets items of what is no dict");
    for (std::size_t i = 0; i < items.size(); i += 2) dict->items.emplace_back(items[i], items[i + 1]);
}

/// An OrderedDict's attributes: a module's state dict keeps versions there, which nothing here needs.
void Machine::build() {
    const auto state = pop(1);
    if (!state[0]->as<Value::Dict>() || !top()->as<Value::Dict>())
        refuse("BUILD of something other than a dict");
}

void Machine::persistentId() {
    const auto id = pop(1);
    const auto* parts = id[0]->as<Value::Tuple>();
    require(parts != nullptr && parts->items.size() == 5, "a storage is not described by five values");
    const auto* kind = parts->items[0]->as<std::string>();
    const auto* type = parts->items[1]->as<Value::Global>();
    const auto* key = parts->items[2]->as<std::string>();
    const auto* numbers = parts->items[4]->as<std::int64_t>();
    require(kind && *kind == "storage" && type && type->name.ends_with("Storage") && key && numbers &&
                *numbers >= 0,
            "a storage is not described by its class, key and size");
    push({Value::Storage{type->name, *key, static_cast<std::uint64_t>(*numbers)}});
}

void Machine::reduce() {
    const auto call = pop(2);
    const auto* function = call[0]->as<Value::Global>();
    const auto* arguments = call[1]->as<Value::Tuple>();
    require(function != nullptr && arguments != nullptr, "the pickle calls what is no function");
    if (function->name == kRebuildTensor) return rebuildTensor(arguments->items);
    if (function->name == kRebuildParameter) {
        require(arguments->items.size() == 3 && arguments->items[0]->as<Value::Tensor>(),
                "a parameter is no tensor");
        return push(*arguments->items[0]);
    }
    if (function->name == kOrderedDict && arguments->items.empty()) return push({Value::Dict{}});
    refuse("a call of " + excerpt(function->name) + " with " + std::to_string(arguments->items.size()) +
           " values");
}

std::vector<std::uint64_t> wholeNumbers(const Value* value, const std::string& what) {
    const auto* tuple = value->as<Value::Tuple>();
    require(tuple != nullptr && tuple->items.size() <= kMostDimensions, what + " is no short tuple");
    std::vector<std::uint64_t> result;
    for (const auto* item : tuple->items) {
        const auto* number = item->as<std::int64_t>();
        require(number != nullptr && *number >= 0, what + " holds something other than whole numbers");
        result.push_back(static_cast<std::uint64_t>(*number));
    }
    return result;
}

/// (storage, offset, shape, strides, requires_grad, hooks[, metadata])
void Machine::rebuildTensor(const Items& arguments) {
    require(arguments.size() == 6 || arguments.size() == 7, "a tensor is not described by six values");
    Value::Tensor tensor;
    tensor.storage = arguments[0]->as<Value::Storage>();
    const auto* offset = arguments[1]->as<std::int64_t>();
    require(tensor.storage != nullptr && offset != nullptr && *offset >= 0,
            "a tensor has no storage or offset");
    tensor.offset = static_cast<std::uint64_t>(*offset);
    tensor.shape = wholeNumbers(arguments[2], "a tensor's shape");
    tensor.strides = wholeNumbers(arguments[3], "a tensor's strides");
    require(tensor.shape.size() == tensor.strides.size(), "a tensor's shape and strides differ in length");
    push({std::move(tensor)});
}

}  // namespace

Pickle::Pickle(std::string_view bytes, const std::filesystem::path& path) {
    try {
        require(bytes.size() <= kLargestPickle,
                "the pickle has " + std::to_string(bytes.size()) + " bytes, limit 16 MiB");
        top_ = Machine(bytes, values_).run();
    } catch (const Refusal& refusal) {
        throw Error(refusal.kind, path, refusal.detail);
    }
}

}  // namespace residua
