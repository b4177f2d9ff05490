// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/prediction_job.h"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "app/model_library.h"
#include "imaging/pixels/frame_decoder.h"
#include "imaging/pixels/pixel_decoder.h"
#include "imaging/preprocess/preprocess.h"
#include "imaging/study/file_gate.h"
#include "imaging/study/study_scanner.h"

namespace residua {

namespace {

/// What was thrown, as a problem of one image.
Problem currentProblem(const std::filesystem::path& path) {
    try {
        throw;
    } catch (const Error& error) {
        Problem problem = error.problem();
        if (problem.path.empty()) problem.path = path;
        return problem;
    } catch (const std::bad_alloc&) {
        return {ProblemKind::OutOfMemory, path, {}};
    } catch (const std::exception& error) {
        return {ProblemKind::Unexpected, path, error.what()};
    }
}

/// An image on its way to the network.
struct Prepared {
    ImageResult result;
    std::optional<NetworkInput> input;  ///< none: the result is final
    ScopeTags tags;
};

/// Reads images of one request. Keeps the last file, so that the frames of a multi-frame file share one
/// reading.
class Reader {
public:
    Reader(const ModelCard& card, const PredictRequest& request, FrameDecoder& decoder)
        : card_(card), request_(request), decoder_(decoder) {}

    Prepared prepare(const PredictImage& image) {
        Prepared prepared;
        prepared.result.path = image.path;
        prepared.result.frame = image.frame;
        prepared.result.modelSha256 = card_.weightsSha256;
        try {
            open(image.path);
            name(prepared, image);
            if (!admits(prepared)) return prepared;
            const auto decoded = decode(image.frame);
            if (prepared.tags.photometric.empty()) prepared.tags.photometric = photometricOf(*decoded);
            if (isBlank(*decoded))
                prepared.result.scope = {ScopeState::Outside, "all its pixels have the same value"};
            else if (admits(prepared))
                prepared.input = preprocess(*decoded, card_.input);
        } catch (...) {
            prepared.result.problem = currentProblem(image.path);
        }
        return prepared;
    }

private:
    void open(const std::filesystem::path& path) {
        if (study_ && path_ == path) return;
        study_.reset();
        file_.reset();
        study_ = readStudyOfFile(path, request_.pictureModality, request_.passwords);
        path_ = path;
    }

    /// The image as the file names it; throws where that is not the one that was asked for.
    void name(Prepared& prepared, const PredictImage& image) const {
        const auto& series = study_->series.at(0);
        prepared.result.studyUid = study_->uid;
        prepared.result.seriesUid = series.uid;
        const auto& found = series.instances.at(0).sopInstanceUid;
        prepared.result.sopInstanceUid = image.sopInstanceUid.empty() ? found : image.sopInstanceUid;
        if (prepared.result.sopInstanceUid != found)
            throw Error(ProblemKind::FileChanged, path_, "it holds the image " + found);
        prepared.tags = scopeTags(*study_, series, series.instances.at(0));
    }

    /// Of an image that is stored in colour: what its pixels show.
    std::string photometricOf(const Image& image) const {
        if (!showsColour(image)) return "MONOCHROME2";
        const auto& instance = study_->series.at(0).instances.at(0);
        return instance.fileKind == FileKind::Dicom && !instance.photometric.empty() ? instance.photometric
                                                                                     : "RGB";
    }

    bool admits(Prepared& prepared) const {
        ScopeCheck& scope = prepared.result.scope;
        scope = checkScope(card_.scope, prepared.tags);
        const bool looksForOne = std::ranges::any_of(
            card_.findings, [&](const FindingCard& finding) { return appliesTo(finding, prepared.tags); });
        if (scope.state != ScopeState::Outside && !looksForOne)
            scope = {ScopeState::Outside,
                     "the network has no finding for modality " + prepared.tags.modality};
        return scope.state != ScopeState::Outside;
    }

    std::shared_ptr<const Image> decode(int frame) {
        // It may have been replaced since its header was read.
        const auto known = knownFile(study_->series.at(0).instances.at(0));
        if (study_->series.at(0).instances.at(0).fileKind != FileKind::Dicom)
            return decoder_.decode(path_, frame, request_.passwords, known);
        if (!file_) file_ = readGatedFile(path_, request_.passwords);
        requireKnown(known, path_, file_->report.sopInstanceUid, known.stamp);
        return decodeFrame(*file_, frame);
    }

    const ModelCard& card_;
    const PredictRequest& request_;
    FrameDecoder& decoder_;
    std::filesystem::path path_;
    std::optional<Study> study_;
    std::optional<GatedFile> file_;
};

/// Prepared images in the request's order, made by several threads, at most `ahead` before the one taken
/// last.
class Queue {
public:
    Queue(const ModelCard& card, const PredictRequest& request, unsigned threads, std::size_t ahead)
        : card_(card), request_(request), ahead_(ahead), slots_(request.images.size()) {
        for (unsigned i = 0; i < threads; ++i)
            threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
    }

    ~Queue() {
        for (auto& thread : threads_) thread.request_stop();
        room_.notify_all();
    }

    /// Waits for the next image, then takes up to `most` that are ready. Empty at the end or when stopped.
    std::vector<Prepared> take(std::size_t most, const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        if (taken_ == slots_.size()) return {};
        if (!ready_.wait(lock, stop, [this] { return slots_[taken_].has_value(); })) return {};
        std::vector<Prepared> batch;
        for (; batch.size() < most && taken_ < slots_.size() && slots_[taken_]; ++taken_) {
            batch.push_back(std::move(*slots_[taken_]));
            slots_[taken_].reset();
        }
        room_.notify_all();
        return batch;
    }

private:
    void work(const std::stop_token& stop) {
        Reader reader(card_, request_, decoder_);
        for (;;) {
            std::size_t index = 0;
            {
                std::unique_lock lock(mutex_);
                const auto mayGo = [this] { return next_ == slots_.size() || next_ < taken_ + ahead_; };
                if (!room_.wait(lock, stop, mayGo) || next_ == slots_.size()) return;
                index = next_++;
            }
            auto prepared = reader.prepare(request_.images[index]);
            const std::lock_guard lock(mutex_);
            slots_[index] = std::move(prepared);
            ready_.notify_one();
        }
    }

    const ModelCard& card_;
    const PredictRequest& request_;
    std::size_t ahead_;
    FrameDecoder decoder_;  ///< one for all threads: they share a volume
    std::mutex mutex_;
    std::condition_variable_any ready_, room_;
    std::size_t next_ = 0, taken_ = 0;
    std::vector<std::optional<Prepared>> slots_;
    std::vector<std::jthread> threads_;  // last: joined before what they use is gone
};

/// The network's part of a batch. One input that the network refuses must not take the others with it.
void predictBatch(Predictor& predictor, std::vector<Prepared>& batch, const std::stop_token& stop) {
    std::vector<NetworkInput> inputs;
    std::vector<Prepared*> owners;
    for (auto& prepared : batch) {
        if (!prepared.input) continue;
        inputs.push_back(std::move(*prepared.input));
        owners.push_back(&prepared);
    }
    if (inputs.empty()) return;
    try {
        auto predictions = predictor.predict(inputs, stop);
        for (std::size_t i = 0; i < owners.size(); ++i)
            owners[i]->result.prediction = std::move(predictions.at(i));
        return;
    } catch (const Error& error) {
        if (error.problem().kind == ProblemKind::Cancelled) throw;
        if (owners.size() == 1) owners[0]->result.problem = error.problem();
    } catch (const std::exception&) {
        if (owners.size() == 1) owners[0]->result.problem = currentProblem(owners[0]->result.path);
    }
    if (owners.size() == 1) return;
    for (std::size_t i = 0; i < owners.size(); ++i) {
        try {
            owners[i]->result.prediction = std::move(predictor.predict({inputs[i]}, stop).at(0));
        } catch (const Error& error) {
            if (error.problem().kind == ProblemKind::Cancelled) throw;
            owners[i]->result.problem = error.problem();
        } catch (const std::exception&) {
            owners[i]->result.problem = currentProblem(owners[i]->result.path);
        }
    }
}

/// What the network says of the image itself: one that is unlike those of its training has no scores.
void judgeLikeness(ImageResult& result, const ModelCard& card) {
    if (!card.gate || !result.prediction.likeness) return;
    result.scope = checkLikeness(*card.gate, *result.prediction.likeness, result.scope);
    if (result.scope.state == ScopeState::Outside) result.prediction.findings.clear();
}

/// Keeps the findings that are looked for in this kind of image.
void dropForeignFindings(Prepared& prepared, const ModelCard& card) {
    std::erase_if(prepared.result.prediction.findings, [&](const FindingScore& score) {
        const auto finding = std::ranges::find(card.findings, score.finding, &FindingCard::code);
        return finding == card.findings.end() || !appliesTo(*finding, prepared.tags);
    });
}

}  // namespace

bool predictImages(Predictor& predictor, const PredictRequest& request, const JobOptions& options,
                   std::stop_token stop, const std::function<void(ImageResult&&)>& result) {
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    const auto batchSize = static_cast<std::size_t>(std::max(1, options.batch));
    const auto threads =
        std::min<std::size_t>(options.decoders ? options.decoders : cores, request.images.size());
    Queue queue(predictor.card(), request, static_cast<unsigned>(threads), 2 * batchSize + threads);
    for (std::size_t done = 0; done < request.images.size();) {
        auto batch = queue.take(done == 0 ? 1 : batchSize, stop);
        if (batch.empty() || stop.stop_requested()) return false;
        try {
            predictBatch(predictor, batch, stop);
        } catch (const Error& error) {
            if (error.problem().kind == ProblemKind::Cancelled) return false;
            throw;
        }
        for (auto& prepared : batch) {
            judgeLikeness(prepared.result, predictor.card());
            dropForeignFindings(prepared, predictor.card());
            result(std::move(prepared.result));
        }
        done += batch.size();
    }
    return true;
}

}  // namespace residua
