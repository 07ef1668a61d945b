#pragma once
// FileSending: a file of leads on its way: batches in flight, their answers put down in the order
// of the rows, the progress bar.  At most `in_flight` batches are in memory.  Loop thread only.

#include <map>
#include <memory>

#include "common/coro/scope.h"
#include "common/coro/signal.h"
#include "tools/leadctl/batch_sender.h"
#include "tools/leadctl/send_journal.h"

namespace leadrelay::leadctl {

class FileSending {
 public:
  FileSending(Context& context,
              BatchSender& sender,
              SendJournal& journal,
              Rows& rows,
              size_t bytes,
              const SendOptions& options);

  // To the end of the file, or to the first failure.
  coro::Task<std::optional<Failure>> Run();
  int64_t replayed() const { return replayed_; }

 private:
  struct Batch {
    std::vector<Row> rows;
    size_t end = 0;  // Offset in the file.
  };
  Batch Read();
  coro::Task<void> SendOne(int64_t number, Batch batch, std::stop_token stop);
  void PutDown(int64_t number, size_t end, BatchResult result);
  void Draw();

  Context& context_;
  BatchSender& sender_;
  SendJournal& journal_;
  Rows& rows_;
  size_t bytes_;
  const SendOptions& options_;
  coro::Signal changed_;
  struct Answered {
    size_t end = 0;
    RowCounts counts;
  };
  std::map<int64_t, Answered> answered_;  // Not yet their turn.
  int64_t started_ = 0;                   // Batches.
  int64_t put_down_ = 0;
  size_t offset_ = 0;  // Of what has been put down.
  double begun_ = 0;
  int64_t rows_before_ = 0;
  int64_t replayed_ = 0;
  absl::Duration begun_at_;
  std::optional<Failure> failure_;
};

}  // namespace leadrelay::leadctl
