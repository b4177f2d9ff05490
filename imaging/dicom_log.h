// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace residua {

/// DCMTK prints what it notices while it reads. This silences it for the whole program, once; call it before
/// the first use of DCMTK. Thread-safe.
void silenceDicomLog();

/// Collects what DCMTK notices on this thread while it lives (warnings and errors, at most 50 lines), in
/// place of printing it. Scopes may nest; a line goes to the innermost. The lines may hold patient data: they
/// are for a Problem's detail at most, never for a log.
class DicomLogScope {
public:
    DicomLogScope();
    ~DicomLogScope();
    DicomLogScope(const DicomLogScope&) = delete;
    DicomLogScope& operator=(const DicomLogScope&) = delete;

    const std::vector<std::string>& lines() const { return lines_; }

private:
    std::vector<std::string> lines_;
    std::vector<std::string>* outer_;
};

}  // namespace residua
