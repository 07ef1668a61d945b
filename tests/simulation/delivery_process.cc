#include "tests/simulation/delivery_process.h"

#include <utility>

#include "common/lead/topology.h"

namespace leadrelay::simulation {
namespace {

constexpr size_t kPrefetch = 4;
// What main.cc has still to do after the process has drained: a connection that is closed.
constexpr absl::Duration kGraceForTheRest = absl::Milliseconds(1);
constexpr absl::Duration kStoringAToken = absl::Seconds(4);

std::vector<std::string> QueuesOf(const std::vector<std::string>& destinations) {
  std::vector<std::string> queues;
  queues.reserve(destinations.size());
  for (const std::string& each : destinations) queues.push_back(lead::DeliverQueue(each));
  return queues;
}

}  // namespace

DeliveryProcess::DeliveryProcess(Surroundings around, std::string name)
    : around_(around),
      host_(around.agenda, around.journal, std::move(name)),
      redis_(around.redis, host_),
      inlet_(around.broker,
             host_,
             around.random,
             around.faults,
             QueuesOf(around.destinations),
             kPrefetch,
             [this](amqp::Delivery delivery) {
               around_.invariants.Received(host_, delivery);
               process_->Receive(std::move(delivery));
             }),
      outlet_(around.broker, host_, around.random, around.faults),
      health_(host_.clock()),
      main_(host_.loop()) {
  inlet_.OnAck(
      [this](const amqp::Delivery& delivery) { around_.invariants.Acknowledged(delivery); });
  process_ = std::make_unique<delivery::Process>(PortsOf(),
                                                 around_.stage.config().delivery,
                                                 host_.name(),
                                                 around_.stage.Lend(around_.destinations));
  around_.journal.Say(host_.name(), " starts");
  host_.Happen([this] { main_.Spawn(Main()); });
  inlet_.Start();
}

DeliveryProcess::~DeliveryProcess() = default;

delivery::ProcessPorts DeliveryProcess::PortsOf() {
  return delivery::ProcessPorts{
      host_.timers(),
      redis_,
      outlet_,
      inlet_,
      [this](const config::Destination& destination, const delivery::Connector&) {
        return OpenHttp(destination.name);
      },
      [this] { return around_.random.Unit(); },
      metrics_,
      health_};
}

std::unique_ptr<http::Sender> DeliveryProcess::OpenHttp(const std::string& destination) {
  auto port =
      std::make_unique<HttpPort>(*around_.crms.at(destination),
                                 host_,
                                 around_.random,
                                 around_.faults,
                                 [this, destination](const std::string& delivery_ids) {
                                   around_.invariants.Leaves(host_, destination, delivery_ids);
                                 });
  http_.push_back(port.get());
  return port;
}

coro::Task<void> DeliveryProcess::Main() {
  co_await process_->Run(stop_.get_token());
  ended_ = true;
  if (!host_.alive()) co_return;
  const absl::Duration took = host_.agenda().now() - told_to_stop_;
  around_.journal.Say(host_.name(), " has ended after ", absl::FormatDuration(took));
  // A token that has just been fetched is stored in any case, however slow Redis is.
  const bool may_store = around_.faults.redis_is_slow > 0;
  const absl::Duration most = around_.stage.config().delivery.grace + kGraceForTheRest +
                              (may_store ? kStoringAToken : absl::ZeroDuration());
  if (took > most) {
    around_.journal.Violate(host_.name(), " took ", absl::FormatDuration(took), " to end");
  }
  inlet_.Close(true);
}

void DeliveryProcess::Terminate() {
  if (!host_.alive() || terminating()) return;
  around_.journal.Say(host_.name(), " is told to stop");
  host_.Happen([this] {
    told_to_stop_ = host_.agenda().now();
    stop_.request_stop();
  });
}

void DeliveryProcess::Kill() {
  if (!host_.alive()) return;
  around_.journal.Say(host_.name(), " is killed");
  host_.CutOff();
  inlet_.Close(false);
  redis_.CutOff();
  outlet_.CutOff();
  for (HttpPort* port : http_) port->CutOff();
  stop_.request_stop();
  if (!host_.WindDown([this] { return ended_ && main_.live() == 0; })) {
    around_.journal.Violate(host_.name(), " leaves coroutines behind: it never ends");
    std::abort();
  }
  if (host_.timers().pending() > 0) around_.journal.Violate(host_.name(), " leaves alarms behind");
}

}  // namespace leadrelay::simulation
