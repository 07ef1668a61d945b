#include "tests/bench/bare_path.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include <amqp.h>

#include "tests/support/broker/channel.h"

namespace leadrelay::bench {
namespace {

using Clock = std::chrono::steady_clock;

double Now() {
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

[[noreturn]] void Fail(const char* what) {
  std::fprintf(stderr, "bare path: %s\n", what);
  std::abort();
}

using test::Channel;

std::string QueueName(int index) {
  return absl::StrCat("bare.", index);
}

void Declare(Channel& channel, int queues) {
  amqp_exchange_declare(channel.get(),
                        1,
                        amqp_cstring_bytes("bare"),
                        amqp_cstring_bytes("fanout"),
                        0,
                        1,
                        0,
                        0,
                        amqp_empty_table);
  channel.Check("exchange.declare");
  for (int i = 0; i < queues; ++i) {
    amqp_table_entry_t entry{};
    entry.key = amqp_cstring_bytes("x-queue-type");
    entry.value.kind = AMQP_FIELD_KIND_UTF8;
    entry.value.value.bytes = amqp_cstring_bytes("quorum");
    amqp_table_t arguments{1, &entry};
    std::string name = QueueName(i);
    amqp_queue_declare(channel.get(), 1, amqp_cstring_bytes(name.c_str()), 0, 1, 0, 0, arguments);
    channel.Check("queue.declare");
    amqp_queue_bind(channel.get(),
                    1,
                    amqp_cstring_bytes(name.c_str()),
                    amqp_cstring_bytes("bare"),
                    amqp_empty_bytes,
                    amqp_empty_table);
    channel.Check("queue.bind");
  }
}

void Delete(Channel& channel, int queues) {
  for (int i = 0; i < queues; ++i) {
    std::string name = QueueName(i);
    amqp_queue_delete(channel.get(), 1, amqp_cstring_bytes(name.c_str()), 0, 0);
  }
}

// Publishes with at most `window` unconfirmed; at `per_second` when that is not 0.
double Publish(
    Channel& channel, int64_t messages, std::string body, int window, double per_second) {
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG;
  properties.delivery_mode = 2;
  const double started = Now();
  int64_t sent = 0;
  int64_t confirmed = 0;
  std::vector<bool> done(static_cast<size_t>(messages) + 1);
  uint64_t lowest_open = 1;
  while (confirmed < messages) {
    while (sent < messages && sent - confirmed < window) {
      if (per_second > 0 && static_cast<double>(sent) > (Now() - started) * per_second) break;
      double stamp = Now();
      std::memcpy(body.data(), &stamp, sizeof stamp);
      amqp_bytes_t bytes{body.size(), body.data()};
      if (amqp_basic_publish(channel.get(),
                             1,
                             amqp_cstring_bytes("bare"),
                             amqp_empty_bytes,
                             1,
                             0,
                             &properties,
                             bytes) != 0) {
        Fail("basic.publish");
      }
      ++sent;
    }
    amqp_frame_t frame;
    timeval wait{0, per_second > 0 ? 500 : 100'000};
    amqp_maybe_release_buffers(channel.get());
    int got = amqp_simple_wait_frame_noblock(channel.get(), &frame, &wait);
    if (got == AMQP_STATUS_TIMEOUT) continue;
    if (got != AMQP_STATUS_OK) Fail("waiting for confirms");
    if (frame.frame_type == AMQP_FRAME_METHOD && frame.payload.method.id == AMQP_BASIC_ACK_METHOD) {
      auto* ack = static_cast<amqp_basic_ack_t*>(frame.payload.method.decoded);
      // Single confirms may come out of order.
      const uint64_t from = ack->multiple ? lowest_open : ack->delivery_tag;
      for (uint64_t tag = from; tag <= ack->delivery_tag; ++tag) {
        if (done[tag]) continue;
        done[tag] = true;
        ++confirmed;
      }
      while (lowest_open < done.size() && done[lowest_open]) ++lowest_open;
    }
  }
  return Now() - started;
}

std::vector<double> Consume(
    int port, const std::string& vhost, int queue, int64_t messages, int window) {
  Channel channel(port, vhost);
  amqp_basic_qos(channel.get(), 1, 0, static_cast<uint16_t>(window), 0);
  channel.Check("basic.qos");
  std::string name = QueueName(queue);
  amqp_basic_consume(channel.get(),
                     1,
                     amqp_cstring_bytes(name.c_str()),
                     amqp_empty_bytes,
                     0,
                     0,
                     0,
                     amqp_empty_table);
  channel.Check("basic.consume");
  std::vector<double> latencies;
  latencies.reserve(static_cast<size_t>(messages));
  for (int64_t got = 0; got < messages; ++got) {
    amqp_envelope_t envelope;
    amqp_maybe_release_buffers(channel.get());
    timeval wait{30, 0};
    if (amqp_consume_message(channel.get(), &envelope, &wait, 0).reply_type !=
        AMQP_RESPONSE_NORMAL) {
      Fail("waiting for a message");
    }
    double stamp = 0;
    std::memcpy(&stamp, envelope.message.body.bytes, sizeof stamp);
    latencies.push_back(Now() - stamp);
    const bool last_of_many = (got + 1) % 100 == 0 || got + 1 == messages;
    if (last_of_many || window == 1) amqp_basic_ack(channel.get(), 1, envelope.delivery_tag, 1);
    amqp_destroy_envelope(&envelope);
  }
  std::sort(latencies.begin(), latencies.end());
  return latencies;
}

double Percentile(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<size_t>(share * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

BareResult RunBarePath(const BareOptions& options) {
  BareResult result;
  Channel channel(options.port, options.vhost);
  amqp_confirm_select(channel.get(), 1);
  channel.Check("confirm.select");
  std::string body(options.bytes, 'x');

  Declare(channel, options.queues);
  double seconds = Publish(channel, options.messages, body, options.window, 0);
  result.publish_per_second = static_cast<double>(options.messages) / seconds;
  Delete(channel, options.queues);

  auto with_consumers = [&](int64_t messages, double per_second) {
    Channel publishing(options.port, options.vhost);
    amqp_confirm_select(publishing.get(), 1);
    publishing.Check("confirm.select");
    Declare(publishing, options.queues);
    std::vector<std::thread> threads;
    std::vector<std::vector<double>> latencies(static_cast<size_t>(options.queues));
    const double started = Now();
    for (int i = 0; i < options.queues; ++i) {
      threads.emplace_back([&, i] {
        latencies[static_cast<size_t>(i)] =
            Consume(options.port, options.vhost, i, messages, options.window);
      });
    }
    Publish(publishing, messages, body, options.window, per_second);
    for (std::thread& thread : threads) thread.join();
    const double took = Now() - started;
    Delete(publishing, options.queues);
    return std::make_pair(took, latencies.front());
  };
  result.hop_per_second =
      static_cast<double>(options.messages) / with_consumers(options.messages, 0).first;
  if (!options.paced) return result;
  std::vector<double> paced = with_consumers(1000, 200).second;
  result.latency_p50 = Percentile(paced, 0.50);
  result.latency_p99 = Percentile(paced, 0.99);
  return result;
}

}  // namespace leadrelay::bench
