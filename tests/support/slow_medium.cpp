// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/slow_medium.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdarg>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string_view>
#include <thread>

namespace residua::test {

namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kPages = std::size_t{1} << 23;  // bits; two pages of a small folder seldom share one
constexpr std::size_t kDescriptors = 4096;

/// All zero at first; shared by processes, so without pointers.
struct State {
    std::array<char, 4096> folder;
    std::atomic<std::int64_t> bytesPerSecond, openNanoseconds, busyUntil;
    std::atomic<int> failure;
    std::array<std::atomic<std::uint64_t>, kPages / 64> known;  ///< pages in the system's memory
};

State* mapState() {
    int descriptor = -1;
    if (const char* file = std::getenv("RESIDUA_MEDIUM_STATE")) {
        descriptor =
            static_cast<int>(::syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CREAT | O_CLOEXEC, 0600));
        if (descriptor < 0 || ::ftruncate(descriptor, sizeof(State)) != 0) std::abort();
    }
    const int flags = descriptor < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
    void* memory = ::mmap(nullptr, sizeof(State), PROT_READ | PROT_WRITE, flags, descriptor, 0);
    if (memory == MAP_FAILED) std::abort();
    return static_cast<State*>(memory);
}

void set(State& state, const char* folder, const Medium& medium) {
    std::strncpy(state.folder.data(), folder, state.folder.size() - 1);
    state.bytesPerSecond = static_cast<std::int64_t>(medium.bytesPerSecond);
    state.openNanoseconds = static_cast<std::int64_t>(medium.openMilliseconds * 1e6);
    state.failure = medium.failure;
}

double numberFrom(const char* variable) {
    const char* text = std::getenv(variable);
    return text ? std::atof(text) : 0;
}

State& state() {
    static State* const mapped = [] {
        auto* made = mapState();
        if (const char* folder = std::getenv("RESIDUA_MEDIUM_FOLDER"))
            set(*made, folder, {numberFrom("RESIDUA_MEDIUM_SPEED"), numberFrom("RESIDUA_MEDIUM_OPEN_MS"), 0});
        return made;
    }();
    return *mapped;
}

/// The file behind a descriptor as a number; 0 = not of the medium.
std::array<std::atomic<std::uint64_t>, kDescriptors> files;

bool isOfMedium(const char* path) {
    const std::string_view folder = state().folder.data();
    return !folder.empty() && std::string_view(path).starts_with(folder);
}

/// Waits as long as the medium is busy with others and then with this.
void spend(std::int64_t nanoseconds) {
    if (nanoseconds <= 0) return;
    const auto now = std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
    auto& busy = state().busyUntil;
    auto before = busy.load();
    std::int64_t end = 0;
    do {
        end = std::max<std::int64_t>(before, now) + nanoseconds;
    } while (!busy.compare_exchange_weak(before, end));
    std::this_thread::sleep_for(std::chrono::nanoseconds(end - now));
}

/// The bytes of a range that the system does not hold yet; from now on it does.
std::int64_t newBytes(std::uint64_t file, std::size_t offset, std::size_t count) {
    std::int64_t bytes = 0;
    for (auto page = offset / kPage; count > 0 && page <= (offset + count - 1) / kPage; ++page) {
        const auto bit =
            std::hash<std::uint64_t>()(file * 0x9E3779B97F4A7C15u + page * 0xC2B2AE3D27D4EB4Fu) % kPages;
        const auto mask = std::uint64_t{1} << bit % 64;
        if ((state().known[bit / 64].fetch_or(mask) & mask) == 0) bytes += kPage;
    }
    return bytes;
}

int openFile(int folder, const char* path, int flags, mode_t mode) {
    const bool isMedium = isOfMedium(path);
    if (isMedium) {
        spend(state().openNanoseconds);
        if (const int failure = state().failure) {
            errno = failure;
            return -1;
        }
    }
    const int descriptor = static_cast<int>(::syscall(SYS_openat, folder, path, flags, mode));
    if (descriptor >= 0 && static_cast<std::size_t>(descriptor) < kDescriptors)
        files[static_cast<std::size_t>(descriptor)] = isMedium ? std::hash<std::string_view>()(path) | 1 : 0;
    return descriptor;
}

ssize_t readFile(int descriptor, void* target, std::size_t count, off_t offset) {
    const auto index = static_cast<std::size_t>(descriptor);
    const auto file = descriptor >= 0 && index < kDescriptors ? files[index].load() : 0;
    if (file == 0) return ::syscall(SYS_pread64, descriptor, target, count, offset);
    if (const int failure = state().failure) {
        errno = failure;
        return -1;
    }
    const auto got = ::syscall(SYS_pread64, descriptor, target, count, offset);
    const std::int64_t speed = state().bytesPerSecond;
    if (got > 0 && speed > 0) {
        const auto bytes = newBytes(file, static_cast<std::size_t>(offset), static_cast<std::size_t>(got));
        spend(bytes * 1'000'000'000 / speed);
    }
    return got;
}

/// What follows the flags of open(2) where a file may be made.
mode_t modeOf(int flags, va_list& arguments) {
    return (flags & O_CREAT) != 0 ? static_cast<mode_t>(va_arg(arguments, int)) : 0;
}

}  // namespace

void setMedium(const std::filesystem::path& folder, const Medium& medium) {
    set(state(), folder.c_str(), medium);
}

}  // namespace residua::test

extern "C" {

int open(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const auto mode = residua::test::modeOf(flags, arguments);
    va_end(arguments);
    return residua::test::openFile(AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const auto mode = residua::test::modeOf(flags, arguments);
    va_end(arguments);
    return residua::test::openFile(AT_FDCWD, path, flags, mode);
}

ssize_t pread(int descriptor, void* target, size_t count, off_t offset) {
    return residua::test::readFile(descriptor, target, count, offset);
}

ssize_t pread64(int descriptor, void* target, size_t count, off_t offset) {
    return residua::test::readFile(descriptor, target, count, offset);
}

/// How std::thread counts the cores.
int get_nprocs() {
    static const char* const cores = std::getenv("RESIDUA_MEDIUM_CORES");
    return cores ? std::max(1, std::atoi(cores)) : static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
}
}
