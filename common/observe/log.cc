#include "common/observe/log.h"

#include <atomic>

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>

#include "common/observe/line_sink.h"

namespace leadrelay::observe {
namespace {

constexpr size_t kLongestText = 500;
constexpr int kSilent = 100;  // Above every level.

// The pool goes first: its end joins the thread, which uses the others until then.
struct Running {
  std::string service;
  std::shared_ptr<LineSink> sink;
  std::shared_ptr<spdlog::async_logger> logger;
  std::shared_ptr<spdlog::details::thread_pool> pool;
};

// Lines below this level are not even built.
std::atomic<int> lowest_level{kSilent};

// Held while a line is queued too, which never waits: so that StopLog() takes the log away from
// between two lines and not from under one.
std::mutex mutex;
std::unique_ptr<Running>& Current() {
  static std::unique_ptr<Running> running;
  return running;
}

// JSON lets U+007F to U+009F stand in a text as they are, and a terminal that shows the log may
// obey them: they are written as escapes.  Outside of texts they do not occur.
std::string WithoutTerminalControls(std::string line) {
  const auto is_control = [&line](size_t i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    return byte == 0x7F || (byte == 0xC2 && static_cast<unsigned char>(line[i + 1]) < 0xA0);
  };
  size_t from = 0;
  while (from < line.size() && !is_control(from)) ++from;
  if (from == line.size()) return line;
  std::string clean = line.substr(0, from);
  for (size_t i = from; i < line.size(); ++i) {
    if (!is_control(i)) {
      clean.push_back(line[i]);
      continue;
    }
    if (line[i] != '\x7F') ++i;
    const auto code = static_cast<uint8_t>(line[i]);
    absl::StrAppend(&clean, "\\u00", absl::Hex(code, absl::kZeroPad2));
  }
  return clean;
}

std::string_view Name(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarning:
      return "warning";
    case Level::kError:
      return "error";
  }
  return "info";
}

std::string Timestamp(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
}

json::Writer Begin(Level level, std::string_view service, std::string_view message) {
  json::Writer writer;
  writer.StartObject()
      .Member("time", Timestamp(absl::Now()))
      .Member("level", Name(level))
      .Member("service", service)
      .Member("message", message);
  return writer;
}

// At the start of a character, so that no half of one is left.
std::string Cut(std::string_view text) {
  size_t end = kLongestText;
  while (end > kLongestText - 4 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

}  // namespace

void StartLog(std::string service, Level level, int fd) {
  StopLog();
  auto running = std::make_unique<Running>();
  running->service = service;
  running->sink = std::make_shared<LineSink>(fd);
  running->pool = std::make_shared<spdlog::details::thread_pool>(kLogQueue, 1);
  running->logger = std::make_shared<spdlog::async_logger>(
      "", running->sink, running->pool, spdlog::async_overflow_policy::overrun_oldest);
  spdlog::details::thread_pool* pool = running->pool.get();
  running->sink->SetQueue(
      {[pool] { return pool->queue_size(); },
       [pool] { return static_cast<int64_t>(pool->overrun_counter()); },
       [service = std::move(service)](int64_t dropped) {
         json::Writer line =
             Begin(Level::kWarning, service, "log lines dropped: nobody reads them fast enough");
         return line.Member("dropped", dropped).EndObject().Take();
       }});
  const std::lock_guard lock(mutex);
  Current() = std::move(running);
  lowest_level = static_cast<int>(level);
}

void StopLog(absl::Duration patience) {
  std::unique_ptr<Running> running;
  {
    const std::lock_guard lock(mutex);
    lowest_level = kSilent;
    running = std::move(Current());
  }
  if (running != nullptr) running->sink->GiveUpAfter(absl::ToChronoMilliseconds(patience));
  // With the pool ends its thread, which first writes what is queued.
}

int64_t LinesDropped() {
  const std::lock_guard lock(mutex);
  return Current() == nullptr ? 0 : static_cast<int64_t>(Current()->pool->overrun_counter());
}

Level ParseLevel(std::string_view name) {
  for (const Level level : {Level::kDebug, Level::kWarning, Level::kError}) {
    if (name == Name(level)) return level;
  }
  return Level::kInfo;
}

Line::Line(Level level, std::string_view message) {
  if (static_cast<int>(level) < lowest_level) return;
  const std::lock_guard lock(mutex);
  if (Current() != nullptr) writer_ = Begin(level, Current()->service, message);
}

Line::~Line() {
  if (!writer_.has_value()) return;
  const std::string line = WithoutTerminalControls(writer_->EndObject().Take());
  const std::lock_guard lock(mutex);
  if (Current() == nullptr) return;
  Current()->logger->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

Line& Line::Text(std::string_view field, std::string_view value) {
  if (!writer_.has_value()) return *this;
  if (value.size() > kLongestText) {
    writer_->Member(field, Cut(value));
  } else {
    writer_->Member(field, value);
  }
  return *this;
}

Line& Line::Number(std::string_view field, int64_t value) {
  if (writer_.has_value()) writer_->Member(field, value);
  return *this;
}

Line& Line::Real(std::string_view field, double value) {
  if (writer_.has_value()) writer_->Member(field, value);
  return *this;
}

Line& Line::Flag(std::string_view field, bool value) {
  if (writer_.has_value()) writer_->Member(field, value);
  return *this;
}

Line& Line::Time(std::string_view field, absl::Time value) {
  if (writer_.has_value()) writer_->Member(field, Timestamp(value));
  return *this;
}

Line& Line::Millis(std::string_view field, absl::Duration value) {
  return Number(field, absl::ToInt64Milliseconds(value));
}

Line& Line::Error(const absl::Status& status) {
  if (!writer_.has_value()) return *this;
  return Text("error",
              absl::StrCat(absl::StatusCodeToString(status.code()), ": ", status.message()));
}

}  // namespace leadrelay::observe
