#pragma once
// LineSink: where spdlog's thread writes our lines.
//
// Lines are written together while more are queued, and at once when none are.  A reader that does
// not read is waited for on this thread alone; after GiveUpAfter() no longer.  When the queue has
// dropped lines, a line of ours says so.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

namespace leadrelay::observe {

class LineSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit LineSink(int fd) : fd_(fd) {}
  ~LineSink() override { Write(); }  // What the queue's end cut off from its flush.

  struct Queue {
    std::function<size_t()> waiting;                       // Lines.
    std::function<int64_t()> dropped;                      // Since the start.
    std::function<std::string(int64_t dropped)> announce;  // The line that says so.
  };
  // Before the first line.
  void SetQueue(Queue queue) { queue_ = std::move(queue); }

  // Any thread: from then on nothing is waited for, and what cannot be written is lost.
  void GiveUpAfter(std::chrono::milliseconds time);

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override { Write(); }

 private:
  void Write();
  bool WaitUntilWritable() const;

  int fd_;
  Queue queue_;
  int64_t announced_ = 0;
  std::string buffer_;
  // Milliseconds of the steady clock; the largest number: never.
  std::atomic<int64_t> give_up_at_{INT64_MAX};
};

}  // namespace leadrelay::observe
