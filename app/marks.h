// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QBitArray>
#include <QLineF>
#include <QList>
#include <QObject>
#include <QUndoStack>
#include <map>
#include <string>
#include <vector>

#include "app/analysis.h"
#include "app/study_collection.h"

namespace residua {

class LibraryThread;

/// What the reader marks on images, key images and lengths: kept in the library the moment they change,
/// undone with Ctrl+Z.
class Marks : public QObject {
    Q_OBJECT

public:
    Marks(LibraryThread& library, QUndoStack& undo, QObject* parent = nullptr);

    void load(const std::string& studyUid);
    void toggleKeyImage(const StackRef& stack, std::size_t slice);
    bool isKeyImage(const StackRef& stack, std::size_t slice) const;
    QBitArray keyImages(const StackRef& stack) const;  ///< one bit a slice
    std::vector<Analysis::KeyImage> keyImages(const std::string& studyUid) const;

    void setLengths(const StackRef& stack, std::size_t slice, const QList<QLineF>& lengths);
    QList<QLineF> lengths(const StackRef& stack, std::size_t slice) const;
    /// All lengths of a study, measured, in the order of its images.
    std::vector<Analysis::DrawnLength> lengths(const Study& study) const;

Q_SIGNALS:
    void changed(const std::string& studyUid);

private:
    using ImageKey = std::pair<std::string, int>;  ///< SOP Instance UID and frame
    static ImageKey keyOf(const StackRef& stack, std::size_t slice);
    void setKeyImages(const std::string& studyUid, const std::vector<Analysis::KeyImage>& images);
    void applyLengths(const std::string& studyUid, const ImageKey& key, const QList<QLineF>& lengths);

    LibraryThread& library_;
    QUndoStack& undo_;
    std::map<std::string, std::vector<Analysis::KeyImage>> keyImages_;  ///< by study
    std::map<std::string, std::map<ImageKey, QList<QLineF>>> lengths_;  ///< by study, then image
    int changes_ = 0;  ///< by the reader: an answer of the library that is older than one is not taken
};

}  // namespace residua
