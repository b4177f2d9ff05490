// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QBitArray>
#include <QObject>
#include <QTimer>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/archive_keyring.h"
#include "app/study_collection.h"
#include "imaging/pixels/frame_cache.h"
#include "imaging/pixels/grey_pipeline.h"
#include "ui/view_state.h"

namespace residua {

/// The image in view: stack, slice, window and polarity; decoded through the frame cache, which reads ahead
/// in the direction of scrolling. One look for a whole stack, which comes back with it while the program
/// runs.
class Viewing : public QObject {
    Q_OBJECT

public:
    /// @param keys to archives that hold images
    /// @param turns the image in view is read before what others read who share them
    explicit Viewing(std::shared_ptr<const ArchiveKeyring> keys = std::make_shared<const ArchiveKeyring>(),
                     std::shared_ptr<MediumTurns> turns = std::make_shared<MediumTurns>(),
                     QObject* parent = nullptr);
    /// With another way to decode than from files, for tests.
    explicit Viewing(FrameCache::Decode decode, QObject* parent = nullptr);
    ~Viewing() override;

    /// What is to be painted.
    struct Shown {
        std::shared_ptr<const Image> image;
        std::shared_ptr<const DisplayImage> display;
        Voi voi;
    };
    /// A window that the reader can choose: the file's own, then presets.
    struct Choice {
        QString name;
        Voi voi;
    };

    /// The stack as it was left: slice, window, polarity and view.
    void show(const StackRef& stack);
    void clear();
    void goTo(long slice);  ///< clamped to the stack
    void scroll(int slices);
    /// What is read ahead: the surroundings of the slice in view, or what is played next.
    enum class ReadAhead { Around, Playing };
    void setReadAhead(ReadAhead readAhead);
    /// Whether the slice can be shown at once: decoded and in memory, or known to be broken.
    bool isReady(std::size_t slice) const;

    const StackRef& stack() const { return stack_; }
    std::size_t slice() const { return slice_; }
    /// The image in view once it is decoded.
    std::shared_ptr<const Image> image() const { return shownImage_; }
    std::optional<Voi> voi() const;
    Polarity polarity() const;
    /// The window that a drag starts from and how far the values reach.
    Window windowToDrag() const;
    double valueRange() const;

    ViewState view() const;
    void setView(const ViewState& view);

    void setVoi(const Voi& voi);
    void invert();
    /// Whether the file's overlays and shutters are painted, of all images.
    void setCovers(Covers covers);
    Covers covers() const { return covers_; }
    void autoWindow();   ///< 0.5 to 99.5 percentile of the image in view
    void resetWindow();  ///< the file's default
    void setPresets(std::vector<Window> presets);
    std::vector<Choice> choices() const;

    QBitArray cached() const;  ///< one bit a slice: decoded and in memory
    std::optional<double> valueAt(int x, int y) const;

Q_SIGNALS:
    void stackChanged();
    void sliceChanged();  ///< texts and marks; the pixels follow with shown() or failed()
    void shown(const residua::Viewing::Shown& shown);
    void loading();  ///< the image takes longer than a moment
    void failed(const residua::Problem& problem);
    void frameCached(int slice);
    void presetsChanged();

private:
    /// How a stack is looked at.
    struct Look {
        std::optional<std::size_t> slice;  ///< empty = the reader has not scrolled yet
        ViewState view;
        std::optional<Voi> voi;
        std::optional<Voi> usual;  ///< what a reset brings back
        Polarity polarity = Polarity::AsStored;
        double range = 256;  ///< extent of the values of the image that chose the window
    };
    FrameKey keyOf(std::size_t slice) const;
    Look& look();
    const Look* knownLook() const;  ///< null if there is none yet
    void request();
    std::vector<FrameKey> wanted() const;  ///< in the order in which it is to be decoded
    void ready(const FrameResult& result);
    void render();
    void chooseWindow();

    StackRef stack_;
    std::size_t slice_ = 0;
    int direction_ = 0;
    ReadAhead readAhead_ = ReadAhead::Around;
    Covers covers_ = Covers::Shown;
    std::set<std::size_t> broken_;  ///< slices of the stack that could not be decoded
    std::map<std::pair<std::string, std::size_t>, Look> looks_;  ///< by series and its stack
    std::vector<Window> presets_;
    std::shared_ptr<const Image> shownImage_;
    std::map<std::pair<std::string, int>, std::size_t> sliceOf_;  ///< path and frame → slice of the stack
    QTimer loadingTimer_;
    QTimer renderTimer_;  ///< several changes within one turn of the event loop are rendered once
    std::size_t byteLimit_;
    std::unique_ptr<FrameCache> cache_;  ///< last: its threads end before the rest goes
};

}  // namespace residua
