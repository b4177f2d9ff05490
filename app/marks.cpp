// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/marks.h"

#include <algorithm>

#include "app/library_thread.h"
#include "app/undo_step.h"

namespace residua {

Marks::Marks(LibraryThread& library, QUndoStack& undo, QObject* parent)
    : QObject(parent), library_(library), undo_(undo) {}

Marks::ImageKey Marks::keyOf(const StackRef& stack, std::size_t slice) {
    return {stack.instance(slice).sopInstanceUid, stack.frame(slice)};
}

void Marks::load(const std::string& studyUid) {
    struct Kept {
        std::vector<Analysis::KeyImage> keyImages;
        std::vector<ImageLengths> lengths;
    };
    library_.ask(
        this,
        [studyUid](StudyLibrary& library) {
            return Kept{library.keyImages(studyUid), library.lengths(studyUid)};
        },
        [this, studyUid, asked = changes_](Kept kept) {
            if (asked != changes_) return load(studyUid);  // the reader was quicker than the answer
            keyImages_[studyUid] = std::move(kept.keyImages);
            auto& lengths = lengths_[studyUid];
            lengths.clear();
            for (auto& image : kept.lengths)
                lengths[{image.sopInstanceUid, image.frame}] = std::move(image.lengths);
            Q_EMIT changed(studyUid);
        });
}

void Marks::toggleKeyImage(const StackRef& stack, std::size_t slice) {
    const auto uid = stack.study->study.uid;
    const auto before = keyImages(uid);
    auto after = before;
    const auto [sop, frame] = keyOf(stack, slice);
    const auto erased = std::erase_if(after, [&, sop = sop, frame = frame](const auto& image) {
        return image.sopInstanceUid == sop && image.frame == frame;
    });
    if (erased == 0) after.push_back({stack.instance(slice).path, frame, sop});
    undo_.push(new UndoStep(
        tr("key image"), [=, this] { setKeyImages(uid, after); }, [=, this] { setKeyImages(uid, before); }));
}

void Marks::setKeyImages(const std::string& studyUid, const std::vector<Analysis::KeyImage>& images) {
    ++changes_;
    keyImages_[studyUid] = images;
    library_.tell([=](StudyLibrary& library) { library.setKeyImages(studyUid, images); });
    Q_EMIT changed(studyUid);
}

bool Marks::isKeyImage(const StackRef& stack, std::size_t slice) const {
    const auto [sop, frame] = keyOf(stack, slice);
    const auto found = keyImages_.find(stack.study->study.uid);
    return found != keyImages_.end() && std::any_of(found->second.begin(), found->second.end(),
                                                    [&, sop = sop, frame = frame](const auto& image) {
                                                        return image.sopInstanceUid == sop &&
                                                               image.frame == frame;
                                                    });
}

QBitArray Marks::keyImages(const StackRef& stack) const {
    QBitArray bits(static_cast<qsizetype>(stack.count()));
    const auto found = keyImages_.find(stack.study->study.uid);
    if (found == keyImages_.end() || found->second.empty()) return bits;
    for (std::size_t i = 0; i < stack.count(); ++i)
        bits.setBit(static_cast<qsizetype>(i), isKeyImage(stack, i));
    return bits;
}

std::vector<Analysis::KeyImage> Marks::keyImages(const std::string& studyUid) const {
    const auto found = keyImages_.find(studyUid);
    return found == keyImages_.end() ? std::vector<Analysis::KeyImage>() : found->second;
}

void Marks::setLengths(const StackRef& stack, std::size_t slice, const QList<QLineF>& after) {
    const auto before = lengths(stack, slice);
    if (before == after) return;
    const auto uid = stack.study->study.uid;
    const auto key = keyOf(stack, slice);
    undo_.push(new UndoStep(
        tr("length"), [=, this] { applyLengths(uid, key, after); },
        [=, this] { applyLengths(uid, key, before); }));
}

void Marks::applyLengths(const std::string& studyUid, const ImageKey& key, const QList<QLineF>& lengths) {
    ++changes_;
    lengths_[studyUid][key] = lengths;
    library_.tell([=](StudyLibrary& library) {
        library.setLengths(studyUid, {key.first, key.second, lengths});
    });
    Q_EMIT changed(studyUid);
}

QList<QLineF> Marks::lengths(const StackRef& stack, std::size_t slice) const {
    const auto study = lengths_.find(stack.study->study.uid);
    if (study == lengths_.end()) return {};
    const auto found = study->second.find(keyOf(stack, slice));
    return found == study->second.end() ? QList<QLineF>() : found->second;
}

std::vector<Analysis::DrawnLength> Marks::lengths(const Study& study) const {
    std::vector<Analysis::DrawnLength> drawn;
    const auto found = lengths_.find(study.uid);
    if (found == lengths_.end()) return drawn;
    for (const auto& series : study.series) {
        for (const auto& instance : series.instances) {
            auto image = found->second.lower_bound({instance.sopInstanceUid, 0});
            for (; image != found->second.end() && image->first.first == instance.sopInstanceUid; ++image) {
                for (const auto& line : image->second) {
                    const Point from{line.x1(), line.y1()}, to{line.x2(), line.y2()};
                    drawn.push_back({{instance.path, image->first.second, instance.sopInstanceUid},
                                     from,
                                     to,
                                     measureLength(from, to, instance.spacing)});
                }
            }
        }
    }
    return drawn;
}

}  // namespace residua
