// leadrelay-ingest: takes leads over HTTP and AMQP, and answers for them once the broker has them.

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "common/amqp/publisher.h"
#include "common/coro/scope.h"
#include "common/observe/log.h"
#include "common/redis/redis.h"
#include "common/service/operations.h"
#include "common/service/service.h"
#include "services/ingest/part_options.h"
#include "services/ingest/publish/lead_publisher.h"
#include "services/ingest/publish/queue_watch.h"
#include "services/ingest/receive/acceptor.h"
#include "services/ingest/receive/http_endpoints.h"
#include "services/ingest/receive/inbound.h"
#include "services/ingest/receive/standstill.h"
#include "services/ingest/spool/spooling.h"
#include "services/ingest/validate/lead_schema.h"

namespace leadrelay::ingest {
namespace {

// Bodies in hand; parsed, normalised and queued for the broker they take about six times as much.
constexpr int64_t kMaxBytes = 32 << 20;
// A claim outlives the publish it stands for, and what Redis and the loop may add to that.
constexpr absl::Duration kClaimMargin = absl::Seconds(2);
constexpr absl::Duration kBrokerPatience = absl::Seconds(10);
// Out of the ten seconds that a process has to end; the rest is for closing connections to a broker
// that may hang.
constexpr absl::Duration kDrainGrace = absl::Seconds(5);

IdempotencyOptions IdempotencyOptionsOf(const config::Config& config) {
  IdempotencyOptions options;
  options.in_flight_ttl = config.ingest.publish_timeout + kClaimMargin;
  if (!config.ingest.spool.directory.empty()) options.in_flight_ttl += Acceptor::kSpoolPatience;
  options.done_ttl = config.ingest.idempotency_ttl;
  return options;
}

// The parts, in the order in which they are built on each other.
struct Ingest {
  // `spool_files`: nothing when there is no spool.
  Ingest(service::ServiceContext& context,
         const Validator& validator,
         std::optional<SpoolFiles> spool_files)
      : router(context.config.routes, context.config.destinations),
        preparer(validator, router, context.config.ingest.max_lead_bytes),
        publishers(context.config.publishers),
        meters(context.metrics),
        broker(context.loop, context.timers, PublisherOptionsOf(context.config)),
        redis(context.loop, context.timers, context.config.redis),
        publisher(context.timers, broker, context.metrics, context.config.ingest.publish_timeout),
        idempotency(context.timers, redis, context.metrics, IdempotencyOptionsOf(context.config)),
        spooling(MakeSpooling(context, std::move(spool_files))),
        acceptor({context.loop,
                  context.timers,
                  preparer,
                  idempotency,
                  publisher,
                  meters,
                  spooling == nullptr ? nullptr : &spooling->spool()},
                 AcceptorOptionsOf(context.config)),
        // What came over AMQP is with the broker already, and stays there.
        inbound_acceptor({context.loop, context.timers, preparer, idempotency, publisher, meters},
                         AcceptorOptionsOf(context.config)),
        inbound({context.loop,
                 context.timers,
                 publishers,
                 inbound_acceptor,
                 publisher,
                 meters,
                 context.health},
                InboundOptionsOf(context.config),
                context.config.ingest.publish_timeout),
        endpoints({context.config, context.timers, publishers, acceptor, meters}, kMaxBytes),
        server(context.loop,
               context.timers,
               ServerOptionsOf(context.config),
               service::WithOperations(context.health,
                                       context.metrics,
                                       [this](http::ServerRequest request, std::stop_token stop) {
                                         return endpoints.Handle(std::move(request),
                                                                 std::move(stop));
                                       })),
        queue_watch(
            {context.loop, context.timers, inbound.consumer(), context.metrics, context.health},
            WatchedQueues(context.config),
            PublisherOptionsOf(context.config)),
        standstill(context.timers, inbound, context.health),
        background(context.loop),
        draining(context.loop) {}

  std::unique_ptr<Spooling> MakeSpooling(service::ServiceContext& context,
                                         std::optional<SpoolFiles> files) {
    if (!files.has_value()) return nullptr;
    const Spooling::Parts parts{context.loop, context.timers, context.metrics, publisher};
    return std::make_unique<Spooling>(parts, *std::move(files), SpoolingOptionsOf(context.config));
  }

  // Leads are kept, whatever the broker does.
  bool SpoolTakes() const {
    return spooling != nullptr && !spooling->spool().Trouble().has_value();
  }

  const Router router;
  const Preparer preparer;
  const Publishers publishers;
  Meters meters;
  amqp::Publisher broker;
  redis::Client redis;
  LeadPublisher publisher;
  Idempotency idempotency;
  std::unique_ptr<Spooling> spooling;  // Null when there is no spool.
  Acceptor acceptor;
  Acceptor inbound_acceptor;
  Inbound inbound;
  HttpEndpoints endpoints;
  http::Server server;
  QueueWatch queue_watch;
  Standstill standstill;
  coro::Scope background;
  coro::Scope draining;
};

std::string WhyNoLeads(const Ingest& ingest) {
  std::string why = ingest.publisher.Trouble().value_or("");
  if (ingest.spooling != nullptr) why += "; " + ingest.spooling->spool().Trouble().value_or("");
  return why;
}

// A process whose spool takes leads is ready, with or without the broker: that is what it is for.
void AddChecks(service::ServiceContext& context, const Ingest& ingest) {
  coro::Clock& clock = context.timers.clock();
  const auto publishes = [&ingest] {
    return !ingest.publisher.Trouble().has_value() || ingest.SpoolTakes();
  };
  const auto consumes = [&ingest] { return ingest.inbound.connected() || ingest.SpoolTakes(); };
  context.health.Add("broker, publishing",
                     observe::FailsAfter(clock, kBrokerPatience, publishes, [&ingest] {
                       return WhyNoLeads(ingest);
                     }));
  context.health.Add("broker, inbound",
                     observe::FailsAfter(clock, kBrokerPatience, consumes, [&ingest] {
                       return ingest.inbound.last_error();
                     }));
}

// Nobody waits for the broker here: until it is there, leads are kept in the spool, or answered
// 503.
coro::Task<absl::Status> Serve(service::ServiceContext& context, Ingest& ingest) {
  absl::Status listening = ingest.server.Listen();
  if (!listening.ok()) co_return listening;
  if (ingest.spooling != nullptr) {
    ingest.broker.OnStateChange([&ingest] { ingest.spooling->BrokerChanged(); });
    ingest.spooling->Start();
  }
  ingest.broker.Start();
  ingest.redis.Start();
  ingest.inbound.Start();
  ingest.background.Spawn(ingest.queue_watch.Run(ingest.background.stop_token()));
  ingest.background.Spawn(ingest.standstill.Run(ingest.background.stop_token()));
  observe::Info("ready for leads")
      .Text("host", context.config.ingest.listen.host)
      .Number("port", ingest.server.port());
  (void)co_await context.timers.Sleep(absl::InfiniteDuration(), context.stop);
  co_return absl::OkStatus();
}

coro::Task<void> Drain(Ingest& ingest) {
  ingest.background.RequestStop();
  ingest.draining.Spawn(ingest.inbound.Close(kDrainGrace));
  ingest.draining.Spawn(ingest.server.Drain(kDrainGrace));
  if (ingest.spooling != nullptr) co_await ingest.spooling->StopDraining();
  co_await ingest.draining.Join();
  co_await ingest.background.Join();
  if (ingest.spooling != nullptr) co_await ingest.spooling->Close();
  co_await ingest.publisher.Close();
  co_await ingest.idempotency.Close();
  co_await ingest.broker.Close();
  co_await ingest.redis.Close();
}

coro::Task<absl::Status> RunIngest(service::ServiceContext& context) {
  absl::StatusOr<Validator> validator =
      Validator::Create(LeadSchemaText(), context.config.ingest.ip_hash_key);
  if (!validator.ok()) co_return validator.status();
  std::optional<SpoolFiles> spool_files;
  if (const std::string& folder = context.config.ingest.spool.directory; !folder.empty()) {
    absl::StatusOr<SpoolFiles> opened = OpenSpool(folder);
    if (!opened.ok()) co_return opened.status();
    spool_files = *std::move(opened);
  }
  Ingest ingest(context, *validator, std::move(spool_files));
  AddChecks(context, ingest);
  absl::Status served = co_await Serve(context, ingest);
  co_await Drain(ingest);
  co_return served;
}

}  // namespace
}  // namespace leadrelay::ingest

int main(int argc, char** argv) {
  leadrelay::service::ServiceOptions options;
  options.name = "ingest";
  options.reader = leadrelay::config::Reader::kIngest;
  options.summary = "Takes leads over HTTP and AMQP and hands them to the broker.";
  return leadrelay::service::RunService(argc, argv, options, leadrelay::ingest::RunIngest);
}
