// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/study_library_schema.h"

namespace residua {

const std::vector<QStringList>& libraryMigrations() {
    static const std::vector<QStringList> steps = {
        {
            "CREATE TABLE study (uid TEXT PRIMARY KEY, patient_name TEXT NOT NULL, patient_id TEXT NOT NULL, "
            "date TEXT NOT NULL, description TEXT NOT NULL, state INTEGER NOT NULL DEFAULT 0, opened TEXT "
            "NOT NULL)",
            "CREATE TABLE folder (study_uid TEXT NOT NULL, path BLOB NOT NULL, PRIMARY KEY (study_uid, "
            "path))",
            // Answers are only ever added: who said what, when, about which weights stays to be seen.
            "CREATE TABLE verdict (id INTEGER PRIMARY KEY, study_uid TEXT NOT NULL, finding TEXT NOT NULL, "
            "answer INTEGER NOT NULL, note TEXT NOT NULL, reader TEXT NOT NULL, time TEXT NOT NULL, "
            "model_sha256 TEXT NOT NULL)",
            "CREATE INDEX verdict_study ON verdict (study_uid, model_sha256)",
        },
        {
            "CREATE TABLE result (sop_uid TEXT NOT NULL, frame INTEGER NOT NULL, model_sha256 TEXT NOT NULL, "
            "study_uid TEXT NOT NULL, packed BLOB NOT NULL, PRIMARY KEY (sop_uid, frame, model_sha256))",
            "CREATE INDEX result_study ON result (study_uid, model_sha256)",
            "CREATE TABLE key_image (study_uid TEXT NOT NULL, sop_uid TEXT NOT NULL, frame INTEGER NOT NULL, "
            "path BLOB NOT NULL, PRIMARY KEY (study_uid, sop_uid, frame))",
        },
        {
            // Ends in pixels, (0, 0) at the centre of the first one: no spacing is baked in.
            "CREATE TABLE length (study_uid TEXT NOT NULL, sop_uid TEXT NOT NULL, frame INTEGER NOT NULL, "
            "x1 REAL NOT NULL, y1 REAL NOT NULL, x2 REAL NOT NULL, y2 REAL NOT NULL)",
            "CREATE INDEX length_image ON length (study_uid, sop_uid, frame)",
        },
        {
            // What the list of all studies shows and finds. images 0, flagged NULL: not known yet.
            "ALTER TABLE study ADD COLUMN other_names TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE study ADD COLUMN accession TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE study ADD COLUMN modalities TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE study ADD COLUMN images INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE study ADD COLUMN flagged TEXT",
            // One of the study's files in the folder: a folder may outlive what it held.
            "ALTER TABLE folder ADD COLUMN file BLOB NOT NULL DEFAULT x''",
        },
    };
    return steps;
}

}  // namespace residua
