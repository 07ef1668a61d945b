#pragma once
// ConsumeSide: what the consumer's thread does: assembles deliveries, gathers acknowledgements,
// and asks for the depth of queues on a channel of its own.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/amqp/ack_gatherer.h"
#include "common/amqp/consumer.h"
#include "common/amqp/content_assembler.h"
#include "common/amqp/link.h"
#include "common/amqp/loop_port.h"

namespace leadrelay::amqp {

class ConsumeSide final : public Link::Side {
 public:
  // Called on the loop.
  struct Callbacks {
    std::function<void(std::vector<Delivery>)> on_deliveries;
    std::function<void(uint64_t id, absl::StatusOr<int64_t> depth)> on_depth;
    std::function<void()> on_cancelled;  // The broker has acknowledged StopConsuming().
  };

  ConsumeSide(Topology topology,
              std::vector<Subscription> subscriptions,
              std::shared_ptr<LoopPort> port,
              Callbacks callbacks);

  // From the loop.  True: wake the link.
  bool Settle(const DeliveryTag& tag, Verdict verdict);
  bool AskDepth(uint64_t id, std::string queue);
  bool StopConsuming();  // For good: later sessions do not subscribe.

  absl::Status Begin(Session& session, uint64_t connection) override;
  absl::Status OnFrame(Session& session, const amqp_frame_t& frame) override;
  absl::StatusOr<Next> Turn(Session& session, bool blocked) override;
  void Finish(Session& session) override;
  void End(const absl::Status& why) override;

 private:
  struct Settlement {
    DeliveryTag tag;
    Verdict verdict = Verdict::kAck;
  };
  struct DepthQuestion {
    uint64_t id = 0;
    std::string queue;
  };
  struct Inbox {
    std::vector<Settlement> settlements;
    std::vector<DepthQuestion> questions;
    bool stop_consuming = false;
    bool empty() const { return settlements.empty() && questions.empty(); }
  };
  struct Channel {
    AckGatherer acks;
    ContentAssembler content;
    uint64_t tag = 0;  // Of the delivery that is being assembled.
    bool redelivered = false;
    bool cancelled = false;
  };

  Channel* FindChannel(amqp_channel_t number);
  absl::Status OnChannelMethod(amqp_channel_t number,
                               Channel& channel,
                               const amqp_method_t& method);
  void Complete(amqp_channel_t number, Channel& channel);
  absl::Status OnDepthMethod(Session& session, const amqp_method_t& method);
  void TakeSettlements(const std::vector<Settlement>& settlements);
  absl::Status SendSettlements(Session& session);
  absl::Status SendCancels(Session& session);
  absl::Status SendQuestion(Session& session);
  void AnswerQuestion(absl::StatusOr<int64_t> depth);
  void PostDeliveries();
  void PostCancelledIfAll();

  const Topology topology_;
  const std::vector<Subscription> subscriptions_;
  const std::shared_ptr<LoopPort> port_;
  const Callbacks callbacks_;

  std::mutex mutex_;
  Inbox inbox_;  // Guarded by mutex_.

  // The thread's own.
  enum class DepthChannel { kReady, kAsked, kReopening };
  uint64_t connection_ = 0;
  std::deque<Channel> channels_;  // One per subscription.
  std::vector<Delivery> deliveries_;
  DepthChannel depth_channel_ = DepthChannel::kReady;
  std::deque<DepthQuestion> questions_;
  bool stopped_ = false;
};

}  // namespace leadrelay::amqp
