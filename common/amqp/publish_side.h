#pragma once
// PublishSide: what the publisher's thread does: writes what the loop hands over in bursts, and
// matches the broker's answers to it.
//
// A burst costs the broker little more than a single message does, so bursts are worth a moment's
// wait, but only under load.  The rule is Nagle's, with the confirm for the acknowledgement: with
// nothing unconfirmed a message goes out at once; otherwise with the next confirm, with a full
// burst, or after kGather, whichever comes first.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/amqp/confirm_window.h"
#include "common/amqp/content_assembler.h"
#include "common/amqp/link.h"
#include "common/amqp/loop_port.h"
#include "common/amqp/message.h"

namespace leadrelay::amqp {

class PublishSide final : public Link::Side {
 public:
  struct Item {
    uint64_t id = 0;
    bool mandatory = false;
    absl::Duration deadline;  // By Clock::System().Monotonic(): not written after that.
    Message message;
  };
  struct Answer {
    uint64_t id = 0;
    absl::Status status;
  };

  // `on_answers` is called on the loop; every item that Offer() has taken is answered once.
  PublishSide(Topology topology,
              std::shared_ptr<LoopPort> port,
              std::function<void(std::vector<Answer>)> on_answers);

  enum class Taken { kNo, kWakeTheLink, kYes };
  Taken Offer(Item item);  // kNo while there is no session.  Loop thread.

  absl::Status Begin(Session& session, uint64_t connection) override;
  absl::Status OnFrame(Session& session, const amqp_frame_t& frame) override;
  absl::StatusOr<Next> Turn(Session& session, bool blocked) override;
  void Finish(Session& /*session*/) override {}  // What is unsent has no caller any more.
  void End(const absl::Status& why) override;

 private:
  void TakeInbox(bool at_once, Next& next);
  absl::Status WriteBursts(Session& session);
  absl::Status WriteBurst(Session& session);
  absl::Status OnMethod(const amqp_method_t& method);
  void AnswerConfirm(uint64_t number, bool multiple, bool stored);
  void Post();

  const Topology topology_;
  const std::shared_ptr<LoopPort> port_;
  const std::function<void(std::vector<Answer>)> on_answers_;

  std::mutex mutex_;
  bool open_ = false;        // Guarded by mutex_.
  std::vector<Item> inbox_;  // Guarded by mutex_.
  size_t inbox_bytes_ = 0;   // Guarded by mutex_.

  // The thread's own.
  absl::Duration held_since_ = absl::InfiniteDuration();  // Since when the inbox waits.
  bool confirmed_ = false;                                // Since the last Turn().
  std::deque<Item> to_write_;
  ConfirmWindow window_;
  ContentAssembler returned_;
  std::string return_words_;
  std::vector<Answer> answers_;
};

}  // namespace leadrelay::amqp
