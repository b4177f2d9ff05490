// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/mount.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

namespace residua::test {

/// A disk of its own (tmpfs) that can be filled: for libraries that write by themselves, where failingFile
/// cannot stand in between. Only root may mount one; see RESIDUA_NEEDS_SMALL_DISK.
class SmallDisk {
public:
    explicit SmallDisk(int kibibytes) {
        const std::string size = "mode=0700,size=" + std::to_string(kibibytes) + "k";
        isMounted_ = ::mount("residua-test", folder().c_str(), "tmpfs", 0, size.c_str()) == 0;
        if (!isMounted_) reason_ = std::strerror(errno);
    }
    ~SmallDisk() {
        if (isMounted_) ::umount2(folder().c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    bool isMounted() const { return isMounted_; }
    const std::string& reason() const { return reason_; }
    std::filesystem::path folder() const { return folder_.path().toStdString(); }

    /// Takes all room that is left.
    void fill() const {
        std::ofstream file(filler(), std::ios::binary);
        const std::string block(4096, 'x');
        while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
        }
    }
    void makeRoom() const { std::filesystem::remove(filler()); }

private:
    std::filesystem::path filler() const { return folder() / "filler"; }

    QTemporaryDir folder_;
    bool isMounted_ = false;
    std::string reason_;
};

}  // namespace residua::test

/// Skips a test, saying why, where no small disk could be mounted.
#define RESIDUA_NEEDS_SMALL_DISK(disk)                                                                  \
    do {                                                                                                \
        if (!(disk).isMounted())                                                                        \
            QSKIP(("needs a small disk of its own, which root may mount: " + (disk).reason()).c_str()); \
    } while (false)
