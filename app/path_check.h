// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace residua {

/// Whether a path is there; one inside an archive is there with the archive.
struct FoundPath {
    std::filesystem::path path;
    bool isThere = false;
};

/// Looks whether paths are still there. A share that went away may hold up a look for minutes, and such a
/// look cannot be stopped: so each mounted file system has a thread of its own that nobody ever waits for,
/// neither the other file systems nor the program's end. What does not answer stays unknown.
class PathCheck : public QObject {
    Q_OBJECT

public:
    using Look = std::function<bool(const std::filesystem::path& path)>;

    explicit PathCheck(QObject* parent = nullptr);
    /// @param look called on other threads, perhaps after this object's end (tests)
    explicit PathCheck(Look look, QObject* parent = nullptr);
    ~PathCheck() override;  ///< waits for nobody

    /// found() follows, in parts. A path that waits twice is looked at once.
    void look(const std::vector<std::filesystem::path>& paths);

Q_SIGNALS:
    void found(const std::vector<residua::FoundPath>& paths);

private:
    struct Shared;
    void take();
    static void work(const std::shared_ptr<Shared>& shared, const std::filesystem::path& mount);
    std::shared_ptr<Shared> shared_;
};

/// The mount point that a path lies below, by the kernel's table, which touches no file system.
std::filesystem::path mountOf(const std::filesystem::path& path,
                              const std::vector<std::filesystem::path>& mounts);

}  // namespace residua
