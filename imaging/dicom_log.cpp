// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/dicom_log.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/oflog/appender.h>
#include <dcmtk/oflog/logger.h>
#include <dcmtk/oflog/oflog.h>
#include <dcmtk/oflog/spi/logevent.h>

#include <mutex>

namespace residua {

namespace {

constexpr std::size_t kMostLines = 50;

// Where this thread's lines go; null = nowhere. Set by DicomLogScope only.
thread_local std::vector<std::string>* collector = nullptr;

class CollectingAppender final : public dcmtk::log4cplus::Appender {
public:
    ~CollectingAppender() override { destructorImpl(); }
    void close() override {}

protected:
    void append(const dcmtk::log4cplus::spi::InternalLoggingEvent& event) override {
        if (collector && collector->size() < kMostLines) collector->emplace_back(event.getMessage().c_str());
    }
};

}  // namespace

void silenceDicomLog() {
    static std::once_flag once;
    std::call_once(once, [] {
        OFLog::configure(OFLogger::WARN_LOG_LEVEL);
        auto root = dcmtk::log4cplus::Logger::getRoot();
        root.removeAllAppenders();
        root.addAppender(dcmtk::log4cplus::SharedAppenderPtr(new CollectingAppender));  // log4cplus owns it
    });
}

DicomLogScope::DicomLogScope() : outer_(collector) {
    silenceDicomLog();
    collector = &lines_;
}

DicomLogScope::~DicomLogScope() {
    collector = outer_;
}

}  // namespace residua
