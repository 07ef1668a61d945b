#include "tests/integration/dlq/harness.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "common/coro/scope.h"
#include "common/lead/topology.h"
#include "tests/unit/dlq/facts.h"

namespace leadrelay::dlq {
namespace {

using std::chrono::seconds;

std::unique_ptr<test::Broker>& BrokerSlot() {
  static std::unique_ptr<test::Broker> broker;
  return broker;
}

std::unique_ptr<test::RedisServer>& RedisSlot() {
  static std::unique_ptr<test::RedisServer> redis;
  return redis;
}

coro::Task<void> PublishInto(amqp::Publisher& publisher,
                             amqp::Message message,
                             absl::Status& result) {
  absl::Status sent =
      co_await publisher.Publish(std::move(message), true, absl::Seconds(30), std::stop_token());
  if (!sent.ok()) result = std::move(sent);
}

coro::Task<void> PublishAll(test::OnLoop& on,
                            amqp::PublisherOptions options,
                            std::vector<amqp::Message> messages) {
  coro::Signal changed(on.timers);
  amqp::Publisher publisher(on.loop, on.timers, std::move(options));
  publisher.OnStateChange([&changed] { changed.NotifyAll(); });
  publisher.Start();
  while (!publisher.connected()) {
    absl::Status woken = co_await changed.Wait(absl::Seconds(30), std::stop_token());
    if (!woken.ok()) ADD_FAILURE() << "the test's publisher cannot connect";
    if (!woken.ok()) break;
  }
  absl::Status result;
  coro::Scope scope(on.loop);
  for (amqp::Message& message : messages) {
    scope.Spawn(PublishInto(publisher, std::move(message), result));
  }
  co_await scope.Join();
  EXPECT_TRUE(result.ok()) << result;
  co_await publisher.Close();
}

coro::Task<void> TakeInto(test::OnLoop& on,
                          amqp::ConsumerOptions options,
                          size_t count,
                          std::vector<amqp::Message>& taken) {
  coro::Signal changed(on.timers);
  std::vector<amqp::DeliveryTag> tags;
  amqp::Consumer consumer(on.loop, on.timers, std::move(options), [&](amqp::Delivery delivery) {
    if (taken.size() >= count) return;
    tags.push_back(delivery.tag);
    taken.push_back(std::move(delivery.message));
    changed.NotifyAll();
  });
  consumer.Start();
  while (taken.size() < count) {
    absl::Status woken = co_await changed.Wait(absl::Seconds(30), std::stop_token());
    if (!woken.ok()) ADD_FAILURE() << "only " << taken.size() << " of " << count << " messages";
    if (!woken.ok()) break;
  }
  for (const amqp::DeliveryTag& tag : tags) consumer.Ack(tag);
  co_await consumer.Close();
}

coro::Task<void> DepthInto(test::OnLoop& on,
                           amqp::ConsumerOptions options,
                           std::string queue,
                           int64_t& depth) {
  coro::Signal changed(on.timers);
  amqp::Consumer consumer(on.loop, on.timers, std::move(options), [](amqp::Delivery) {});
  consumer.OnStateChange([&changed] { changed.NotifyAll(); });
  consumer.Start();
  while (!consumer.connected()) {
    absl::Status woken = co_await changed.Wait(absl::Seconds(30), std::stop_token());
    if (!woken.ok()) break;
  }
  absl::StatusOr<int64_t> ready = co_await consumer.Depth(std::move(queue), absl::Seconds(30));
  EXPECT_TRUE(ready.ok()) << ready.status();
  depth = ready.value_or(-1);
  co_await consumer.Close();
}

}  // namespace

test::Broker& TheBroker() {
  if (BrokerSlot() == nullptr) {
    test::BrokerOptions options;
    options.management = true;
    BrokerSlot() = std::make_unique<test::Broker>(options);
  }
  return *BrokerSlot();
}

test::RedisServer& TheRedis() {
  if (RedisSlot() == nullptr) RedisSlot() = std::make_unique<test::RedisServer>();
  return *RedisSlot();
}

void StopServers() {
  BrokerSlot().reset();
  RedisSlot().reset();
}

Dlq::Dlq(const std::string& more) {
  static int count = 0;
  vhost_ = absl::StrCat("dlq-", ++count);
  absl::Status created = TheBroker().CreateVhost(vhost_);
  EXPECT_TRUE(created.ok()) << created;
  std::string pattern = (std::filesystem::temp_directory_path() / "leadrelay-dlq-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  config_ = folder_ + "/leadrelay.yaml";
  port_ = test::FreePort();
  std::ofstream file(config_);
  file << "broker:\n  addresses: [127.0.0.1:" << TheBroker().port()
       << "]\n  virtual_host: " << vhost_ << "\n  username: guest\n  password: ${RABBIT_PASSWORD}\n"
       << "redis:\n  address: 127.0.0.1:" << TheRedis().port() << "\n  database: " << count % 16
       << "\nlog:\n  level: debug\n"
       << "dlq:\n  listen: 127.0.0.1:" << port_ << "\n  database: " << database() << "\n"
       << "destinations:\n";
  for (const char* name : {"crm-a", "crm-b"}) {
    file << "  " << name << ":\n    connector: webhook\n    settings:\n"
         << "      url: https://crm.example.com/\n";
  }
  file << more;
  file.close();
  Start();
}

Dlq::~Dlq() {
  process_.reset();
  EXPECT_TRUE(TheBroker().DeleteVhost(vhost_).ok());
  std::filesystem::remove_all(folder_);
}

void Dlq::Start() {
  const std::vector<std::string> arguments = {
      LEADRELAY_BINARY_DIR "/bin/leadrelay-dlq", "--config", config_};
  const std::map<std::string, std::string> environment = {{"RABBIT_PASSWORD", "guest"}};
  process_ = std::make_unique<test::Process>(arguments, environment, folder_ + "/dlq.log");
  WaitFor("ready", [this] { return Get("/readyz").status == 200; });
}

e2e::Reply Dlq::Get(const std::string& path) {
  return e2e::Call("GET", absl::StrCat("http://127.0.0.1:", port_, path));
}

e2e::Reply Dlq::Post(const std::string& path, const std::string& body) {
  return e2e::Call("POST",
                   absl::StrCat("http://127.0.0.1:", port_, path),
                   body,
                   {"Content-Type: application/json"});
}

int64_t Dlq::Book(const std::string& destination, const std::string& state) {
  const json::Document books = Json("/v1/books");
  for (const json::Value& row : books.root().Find("destinations").Elements()) {
    if (row.Find("destination").AsString() == destination) return row.Find(state).Int64Or(-1);
  }
  return -1;
}

std::string Dlq::Replay(const std::string& body) {
  const e2e::Reply reply = Post("/v1/replays", body);
  EXPECT_EQ(reply.status, 202) << reply.body;
  return reply.Json().root().Find("id").StringOr("");
}

int64_t Dlq::Items(const std::string& replay_id, const std::string& state) {
  return Json("/v1/replays/" + replay_id).root().Find("items").Find(state).Int64Or(-1);
}

std::string Dlq::Log() const {
  return test::ReadWholeFile(folder_ + "/dlq.log");
}

void Dlq::WaitFor(const std::string& what,
                  const std::function<bool()>& condition,
                  std::chrono::milliseconds timeout) {
  if (test::Eventually(condition, timeout)) return;
  const std::string log = Log();
  ADD_FAILURE() << "did not happen: " << what << "\n"
                << log.substr(log.size() > 4000 ? log.size() - 4000 : 0);
}

amqp::ConnectionOptions Dlq::connection() const {
  amqp::ConnectionOptions options;
  options.addresses = {amqp::BrokerAddress{"127.0.0.1", TheBroker().port()}};
  options.virtual_host = vhost_;
  options.name = "test";
  return options;
}

amqp::Topology Dlq::topology() const {
  return lead::BuildTopology({"crm-a", "crm-b"}, lead::DefaultRungs());
}

void Dlq::Publish(std::vector<amqp::Message> messages) {
  amqp::PublisherOptions options;
  options.connection = connection();
  options.topology = topology();
  options.max_unconfirmed = messages.size() + 1;
  test::RunOnLoop([&](test::OnLoop& on) { return PublishAll(on, options, std::move(messages)); });
}

std::vector<amqp::Message> Dlq::Take(const std::string& destination, size_t count) {
  amqp::ConsumerOptions options;
  options.connection = connection();
  options.topology = topology();
  options.subscriptions = {{lead::DeliverQueue(destination), static_cast<uint16_t>(count)}};
  std::vector<amqp::Message> taken;
  test::RunOnLoop([&](test::OnLoop& on) { return TakeInto(on, options, count, taken); });
  return taken;
}

int64_t Dlq::Ready(const std::string& queue) {
  amqp::ConsumerOptions options;
  options.connection = connection();
  options.topology = topology();
  int64_t depth = -1;
  test::RunOnLoop([&](test::OnLoop& on) { return DepthInto(on, options, queue, depth); });
  return depth;
}

amqp::Message AcceptedMessage(const std::string& lead_id,
                              const std::vector<std::string>& destinations,
                              bool to_destinations) {
  lead::Envelope envelope;
  envelope.lead_id = lead_id;
  envelope.publisher = "shop";
  envelope.accepted_at = test::At(0);
  envelope.destinations = destinations;
  envelope.lead = *json::Document::Parse(R"({"email":"jane@example.com"})");
  amqp::Message message;
  message.exchange = std::string(lead::kExchange);
  message.routing_key = std::string(lead::kLedgerQueue);
  if (to_destinations) {
    for (const std::string& name : destinations) message.cc.push_back(lead::DeliverQueue(name));
  }
  message.type = std::string(lead::kAcceptedType);
  message.message_id = lead_id;
  message.body = envelope.ToJson();
  return message;
}

amqp::Message OutcomesMessage(const std::vector<lead::OutcomeEvent>& events) {
  amqp::Message message;
  message.exchange = std::string(lead::kExchange);
  message.routing_key = std::string(lead::kLedgerQueue);
  message.type = std::string(lead::kOutcomesType);
  message.body = lead::ToJson(events);
  return message;
}

amqp::Message DeadMessage(const lead::DeadLetter& letter) {
  amqp::Message message;
  message.exchange = std::string(lead::kExchange);
  message.routing_key = std::string(lead::kDeadQueue);
  message.type = std::string(lead::kDeadLetterType);
  message.body = letter.ToJson();
  return message;
}

std::vector<amqp::Message> Deaths(const std::string& prefix,
                                  int count,
                                  const std::string& destination) {
  std::vector<amqp::Message> messages;
  for (int i = 0; i < count; ++i) {
    const std::string lead_id = absl::StrCat(prefix, i);
    amqp::Message accepted = AcceptedMessage(lead_id, {destination});
    lead::DeadLetter letter = test::Dead(lead_id, destination);
    letter.body = accepted.body;
    messages.push_back(std::move(accepted));
    messages.push_back(DeadMessage(letter));
  }
  return messages;
}

}  // namespace leadrelay::dlq
