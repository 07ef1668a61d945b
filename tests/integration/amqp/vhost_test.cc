// A virtual host of its own, made and taken away over the broker's HTTP API.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/amqp/harness.h"

namespace leadrelay::amqp {
namespace {

using coro::Task;
using test::OnLoop;
using test::RunOnLoop;
using testing::HasSubstr;

Task<void> LivesAndDiesWithItsVhost(OnLoop& on, test::Broker& broker) {
  PublisherOptions options;
  options.connection.addresses = {BrokerAddress{"127.0.0.1", broker.port()}};
  options.connection.virtual_host = "tenant";
  options.topology.queues = {QuorumQueue("leads")};
  Sender sender(on, options);
  if (co_await sender.Connected()) {
    EXPECT_EQ(co_await sender.Publish(To("leads", "x")), absl::OkStatus());
    absl::Status deleted = broker.DeleteVhost("tenant");
    EXPECT_TRUE(deleted.ok()) << deleted;
    EXPECT_TRUE(co_await Until(
        sender.changed(), [&sender] { return !sender->connected(); }, "the cut"));
    EXPECT_THAT(sender->last_error(), HasSubstr("tenant"));
    absl::Status made = broker.CreateVhost("tenant");
    EXPECT_TRUE(made.ok()) << made;
    EXPECT_TRUE(co_await sender.Connected());
    EXPECT_EQ(co_await sender.Publish(To("leads", "x")), absl::OkStatus());
  }
  co_await sender->Close();
}

TEST(VhostTest, APublisherLivesAndDiesWithItsVhostAndComesBackWithIt) {
  test::BrokerOptions options;
  options.management = true;
  test::Broker broker(options);
  absl::Status made = broker.CreateVhost("tenant");
  ASSERT_TRUE(made.ok()) << made;
  RunOnLoop([&broker](OnLoop& on) { return LivesAndDiesWithItsVhost(on, broker); });
}

}  // namespace
}  // namespace leadrelay::amqp
