// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace residua {

/// While it lives, convolutions and the like of this thread compute in bf16 where `enabled`; weights stay
/// fp32.
class Autocast {
public:
    Autocast(bool enabled, bool cuda);
    ~Autocast();
    Autocast(const Autocast&) = delete;
    Autocast& operator=(const Autocast&) = delete;

private:
    void set(bool on) const;

    bool enabled_;
    bool cuda_;
};

}  // namespace residua
