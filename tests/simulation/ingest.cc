#include "tests/simulation/ingest.h"

#include <vector>

#include "common/lead/envelope.h"
#include "common/lead/events.h"
#include "common/lead/topology.h"

namespace leadrelay::simulation {
namespace {

std::string LeadId(int number) {
  return absl::StrCat("lead-", number);
}

}  // namespace

void Ingest::Accept(int number) {
  accepted_.insert(LeadId(number));
  Publish(number, around_.agenda.wall());
}

void Ingest::Publish(int number, absl::Time accepted_at) {
  Random& random = around_.random;
  amqp::Message message;
  message.exchange = std::string(lead::kExchange);
  message.routing_key = std::string(lead::kLedgerQueue);
  for (const std::string& each : around_.destinations) {
    message.cc.push_back(lead::DeliverQueue(each));
  }
  message.type = std::string(lead::kAcceptedType);
  message.content_type = "application/json";
  message.message_id = LeadId(number);
  message.body = EnvelopeOf(number, accepted_at);
  std::vector<std::string> queues = around_.broker.Route(message);
  if (random.Chance(around_.faults.publish_is_refused)) {
    std::erase_if(queues, [&random](const std::string&) { return random.Chance(0.5); });
    around_.agenda.After(random.Between(absl::Milliseconds(1), absl::Seconds(5)),
                         [this, number, accepted_at] { Publish(number, accepted_at); });
  } else if (random.Chance(around_.faults.accepted_twice)) {
    around_.agenda.After(random.Between(absl::Milliseconds(1), absl::Minutes(2)), [this, number] {
      if (!loss_is_unnoticed_) Accept(number);
    });
  }
  around_.journal.Say("ingest publishes ", message.message_id, " to ", queues.size(), " queues");
  around_.broker.Store(message, queues);
}

std::string Ingest::EnvelopeOf(int number, absl::Time accepted_at) const {
  lead::Envelope envelope;
  envelope.lead_id = LeadId(number);
  envelope.publisher = "shop";
  envelope.accepted_at = accepted_at;
  envelope.destinations = around_.destinations;
  return envelope.ToJson(absl::StrCat(R"({"email":"person)",
                                      number,
                                      R"(@example.com","name":"Ada P)",
                                      number,
                                      R"(","consent_given":true,"deal":{"title":"Deal )",
                                      number,
                                      R"(","value":500,"currency":"EUR"},"note":"Call )",
                                      number,
                                      R"("})"));
}

void Ingest::PublishNoLead() {
  amqp::Message message;
  message.exchange = std::string(lead::kExchange);
  message.routing_key = lead::DeliverQueue(around_.destinations.front());
  message.message_id = "unreadable";
  message.body = "no lead";
  around_.broker.Store(message, around_.broker.Route(message));
}

}  // namespace leadrelay::simulation
