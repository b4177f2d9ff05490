// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QStringList>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <vector>

#include "app/archive_keyring.h"
#include "app/study_collection.h"
#include "imaging/error.h"
#include "imaging/study/medium_turns.h"

namespace residua {

/// Turns paths into open studies. The first readable file is shown while the scan of the rest goes on.
class Opening : public QObject {
    Q_OBJECT

public:
    /// @param keys where the passwords of archives are kept
    /// @param turns the scan makes way for images in view of others who share them
    explicit Opening(std::shared_ptr<ArchiveKeyring> keys = std::make_shared<ArchiveKeyring>(),
                     std::shared_ptr<MediumTurns> turns = std::make_shared<MediumTurns>(),
                     QObject* parent = nullptr);
    ~Opening() override;  ///< stops what is under way

    /// Scans the paths on a worker and adds what is found; what was under way is finished first by being
    /// stopped.
    /// @param only the studies to be opened; those beside them in the folders are passed over; empty = all
    void open(const std::vector<std::filesystem::path>& paths, const std::vector<std::string>& only = {});
    /// Writes the sample studies where they are missing and opens them.
    void openSamples(const std::filesystem::path& folder);
    void stop();
    /// The answer to passwordWished(): the locked archives are opened with it.
    void unlock(const std::string& password);
    /// The other answer: they stay closed, which becomes a problem.
    void leaveLocked();
    void remove(const std::string& studyUid) { studies_.remove(studyUid); }
    void clear() { studies_.clear(); }

    const StudyCollection& studies() const { return studies_; }
    bool busy() const { return busy_; }
    bool wasStopped() const { return stop_.stop_requested(); }

Q_SIGNALS:
    /// The first image of what is being opened, before the scan is through.
    void firstImage(const residua::StackRef& image);
    /// Studies were added. @param first the stack to show: the first one found; empty if there was none
    void opened(const residua::StackRef& first, const std::vector<std::string>& studyUids);
    void problem(const residua::Problem& problem);
    /// Encrypted archives were left out. @param problem the first one: ArchivePasswordNeeded or -Wrong
    void passwordWished(const residua::Problem& problem);
    /// @param total 0 = not known yet
    void progress(const QString& what, int done, int total);
    void finished(const QString& summary);

private:
    struct Found;
    void start();
    void readFirst(const std::vector<std::filesystem::path>& paths, int job);
    void take(const Found& found, int job);

    std::shared_ptr<ArchiveKeyring> keys_;
    std::shared_ptr<MediumTurns> turns_;
    std::vector<std::string> only_;  ///< of what was opened last
    std::vector<Problem> locked_;    ///< archives that wait for a password
    StudyCollection studies_;
    std::stop_source stop_;
    int job_ = 0;  ///< replies of older jobs are late and dropped
    bool busy_ = false;
};

}  // namespace residua
