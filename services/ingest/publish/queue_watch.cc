#include "services/ingest/publish/queue_watch.h"

#include <optional>
#include <utility>

#include "common/coro/signal.h"
#include "common/observe/log.h"

namespace leadrelay::ingest {
namespace {

constexpr absl::Duration kAnswerTimeout = absl::Seconds(2);
constexpr absl::Duration kDeclareTimeout = absl::Seconds(5);

}  // namespace

QueueWatch::QueueWatch(Parts parts,
                       std::vector<std::string> queues,
                       amqp::PublisherOptions publisher)
    : parts_(parts),
      queues_(std::move(queues)),
      publisher_(std::move(publisher)),
      found_missing_(
          parts.metrics.Counter("leadrelay_ingest_missing_queues_total",
                                "Queues that had been deleted, and were declared again.")) {
  parts_.health.Add("queues", [this]() -> std::optional<std::string> {
    if (missing_.empty()) return std::nullopt;
    return "the queue " + missing_.front() + " was deleted and cannot be declared again";
  });
}

coro::Task<void> QueueWatch::Run(std::stop_token stop) {
  while (true) {
    absl::Status slept = co_await parts_.timers.Sleep(kInterval, stop);
    if (!slept.ok()) co_return;
    if (!parts_.consumer.connected()) continue;  // Declares everything when it is connected again.
    std::vector<std::string> missing = co_await FindMissing();
    if (!missing.empty()) {
      for (const std::string& queue : missing) {
        observe::Error("a queue was deleted; leads that were accepted meanwhile are not in it")
            .Text("queue", queue);
      }
      absl::Status declared = co_await DeclareAgain(stop);
      if (declared.ok()) {
        found_missing_.Add(static_cast<double>(missing.size()));
        missing = co_await FindMissing();
      } else {
        observe::Error("cannot declare the queues again").Error(declared);
      }
    }
    missing_ = std::move(missing);
  }
}

coro::Task<std::vector<std::string>> QueueWatch::FindMissing() {
  std::vector<std::string> missing;
  for (const std::string& queue : queues_) {
    absl::StatusOr<int64_t> depth = co_await parts_.consumer.Depth(queue, kAnswerTimeout);
    if (absl::IsNotFound(depth.status())) missing.push_back(queue);
  }
  co_return missing;
}

coro::Task<absl::Status> QueueWatch::DeclareAgain(std::stop_token stop) {
  coro::Signal changed(parts_.timers);
  amqp::Publisher declaring(parts_.loop, parts_.timers, publisher_);
  declaring.OnStateChange([&changed] { changed.NotifyAll(); });
  declaring.Start();
  absl::Status waited;
  while (waited.ok() && !declaring.connected()) {
    waited = co_await changed.Wait(kDeclareTimeout, stop);
  }
  co_await declaring.Close();
  co_return waited;
}

}  // namespace leadrelay::ingest
