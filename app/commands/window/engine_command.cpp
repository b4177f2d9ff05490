// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/window/engine_command.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <utility>

#include "app/model_library.h"
#include "imaging/error.h"

namespace residua {

namespace {

constexpr std::size_t kErrorLinesKept = 50;

/// A descriptor, closed with its owner.
class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() { close(); }
    int number() const { return number_; }
    void close() {
        if (number_ >= 0) ::close(std::exchange(number_, -1));
    }

private:
    int number_;
};

struct Pipe {
    Descriptor read, write;
    Pipe() {
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC) != 0)
            throw Error(ProblemKind::EngineMissing, {}, std::strerror(errno));
        read = Descriptor(ends[0]);
        write = Descriptor(ends[1]);
    }
};

/// Bytes of a pipe as lines; a last line without its end counts too.
class Lines {
public:
    explicit Lines(std::function<void(const std::string&)> line) : line_(std::move(line)) {}
    /// @return false at the end of the pipe
    bool readFrom(int descriptor) {
        std::array<char, 65536> bytes{};
        const auto count = ::read(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) return true;
        if (count <= 0) {
            if (!rest_.empty()) line_(std::exchange(rest_, {}));
            return false;
        }
        for (const char c : std::string_view(bytes.data(), static_cast<std::size_t>(count))) {
            if (c != '\n')
                rest_ += c;
            else
                line_(std::exchange(rest_, {}));
        }
        return true;
    }

private:
    std::function<void(const std::string&)> line_;
    std::string rest_;
};

sigset_t interruptions() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

/// In a process group of its own: Ctrl+C reaches it through us, once.
pid_t spawn(const std::filesystem::path& program, const std::vector<std::string>& arguments,
            const Pipe& output, const Pipe& errors, const sigset_t& mask) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output.write.number(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, errors.write.number(), STDERR_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &mask);
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    setenv("OMP_WAIT_POLICY", "PASSIVE", 0);  // as engine_client does, and why
    pid_t child = 0;
    const int error = posix_spawn(&child, program.c_str(), &actions, &attributes, argv.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw Error(ProblemKind::EngineMissing, program, std::strerror(error));
    return child;
}

void handOn(int signals, pid_t child) {
    signalfd_siginfo info{};
    if (::read(signals, &info, sizeof info) == sizeof info) ::kill(child, static_cast<int>(info.ssi_signo));
}

}  // namespace

EngineCommandEnd runEngineCommand(const std::vector<std::string>& arguments,
                                  const std::function<void(const std::string&)>& line) {
    const auto set = interruptions();
    sigset_t before;
    pthread_sigmask(SIG_BLOCK, &set, &before);
    const Descriptor signals(signalfd(-1, &set, SFD_CLOEXEC));
    Pipe output, errors;
    const auto child = spawn(programFolder() / "residua-engine", arguments, output, errors, before);
    output.write.close();
    errors.write.close();

    std::deque<std::string> last;
    Lines outputLines(line);
    Lines errorLines([&](const std::string& text) {
        last.push_back(text);
        if (last.size() > kErrorLinesKept) last.pop_front();
    });
    std::array<pollfd, 3> watched{{{output.read.number(), POLLIN, 0},
                                   {errors.read.number(), POLLIN, 0},
                                   {signals.number(), POLLIN, 0}}};
    while (watched[0].fd >= 0 || watched[1].fd >= 0) {
        if (poll(watched.data(), watched.size(), -1) < 0) continue;  // EINTR
        if (watched[0].revents && !outputLines.readFrom(watched[0].fd)) watched[0].fd = -1;
        if (watched[1].revents && !errorLines.readFrom(watched[1].fd)) watched[1].fd = -1;
        if (watched[2].revents) handOn(watched[2].fd, child);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    EngineCommandEnd end{0, {}, {last.begin(), last.end()}};
    if (WIFEXITED(status))
        end.exitCode = WEXITSTATUS(status);
    else
        end.death = "signal " + std::to_string(WTERMSIG(status));
    return end;
}

}  // namespace residua
