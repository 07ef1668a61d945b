// Names that answer one thing first and another later.  This program has a getaddrinfo() and a
// connect() of its own, which curl calls: no packet leaves the machine, and what would have gone to
// the public internet arrives at a listener of the test.

#include <atomic>
#include <cstring>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include <arpa/inet.h>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <netinet/in.h>

#include "common/http/client.h"
#include "tests/integration/http/raw_listener.h"
#include "tests/support/run_on_loop.h"

namespace {

// What each look-up answers, one after the other; the last one stays.
std::mutex mutex;
std::vector<std::vector<std::string>> answers;
size_t lookups = 0;
std::vector<std::string> asked;
std::atomic<int> public_port = 0;  // Where connections to public addresses really go.
std::atomic<int> public_connects = 0;

addrinfo* Link(const std::string& address, int port, addrinfo* next) {
  auto* v6 = new sockaddr_in6{};
  auto* v4 = new sockaddr_in{};
  auto* info = new addrinfo{};
  if (inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(static_cast<uint16_t>(port));
    *info = {
        0, AF_INET, SOCK_STREAM, 0, sizeof *v4, reinterpret_cast<sockaddr*>(v4), nullptr, next};
    delete v6;
  } else {
    inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(static_cast<uint16_t>(port));
    *info = {
        0, AF_INET6, SOCK_STREAM, 0, sizeof *v6, reinterpret_cast<sockaddr*>(v6), nullptr, next};
    delete v4;
  }
  return info;
}

}  // namespace

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo*, addrinfo** out) {
  const std::lock_guard<std::mutex> lock(mutex);
  asked.emplace_back(node);
  if (answers.empty()) return EAI_FAIL;
  const std::vector<std::string>& answer = answers[std::min(lookups++, answers.size() - 1)];
  *out = nullptr;
  for (auto address = answer.rbegin(); address != answer.rend(); ++address) {
    *out = Link(*address, service == nullptr ? 0 : std::atoi(service), *out);
  }
  return 0;
}

extern "C" void freeaddrinfo(addrinfo* info) {
  while (info != nullptr) {
    addrinfo* const next = info->ai_next;
    if (info->ai_family == AF_INET) {
      delete reinterpret_cast<sockaddr_in*>(info->ai_addr);
    } else {
      delete reinterpret_cast<sockaddr_in6*>(info->ai_addr);
    }
    delete info;
    info = next;
  }
}

extern "C" int connect(int fd, const sockaddr* address, socklen_t size) {
  using Connect = int (*)(int, const sockaddr*, socklen_t);
  static const auto real = reinterpret_cast<Connect>(dlsym(RTLD_NEXT, "connect"));
  sockaddr_in to{};
  if (address->sa_family == AF_INET) {
    std::memcpy(&to, address, sizeof to);
    if (to.sin_addr.s_addr == inet_addr("198.41.0.4")) {  // A root server: public for sure.
      ++public_connects;
      to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      to.sin_port = htons(static_cast<uint16_t>(public_port));
      return real(fd, reinterpret_cast<sockaddr*>(&to), sizeof to);
    }
  }
  return real(fd, address, size);
}

namespace leadrelay::http {
namespace {

using coro::Task;
using test::OnLoop;
using test::Peer;
using test::RawListener;

constexpr char kPublic[] = "198.41.0.4";

std::string Describe(const SendResult& result) {
  if (const auto* response = std::get_if<Response>(&result)) return absl::StrCat(response->status);
  const auto& failure = std::get<TransportFailure>(result);
  return failure.kind == TransportFailure::Kind::kRefusedAddress ? "refused address"
                                                                 : failure.reason;
}

class RebindingTest : public testing::Test {
 protected:
  RebindingTest()
      : outside_([](Peer& peer, int) {
          (void)peer.ReadRequest();
          peer.Send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        }),
        inside_([](Peer& peer, int) {
          (void)peer.ReadRequest();
          peer.Answer("secret");
        }) {
    public_port = outside_.port();
    public_connects = 0;
    const std::lock_guard<std::mutex> lock(mutex);
    answers.clear();
    asked.clear();
    lookups = 0;
  }

  // `times` requests to a name, on the port of what is inside.
  std::vector<std::string> Send(std::vector<std::vector<std::string>> dns,
                                int times,
                                const std::string& host = "crm.example.com") {
    {
      const std::lock_guard<std::mutex> lock(mutex);
      answers = std::move(dns);
    }
    std::vector<std::string> outcomes;
    const std::string url = absl::StrCat("http://", host, ":", inside_.port(), "/");
    test::RunOnLoop([&](OnLoop& on) { return SendAll(on, url, times, outcomes); });
    return outcomes;
  }

  RawListener outside_;
  RawListener inside_;

 private:
  static Task<void> SendAll(OnLoop& on,
                            std::string url,
                            int times,
                            std::vector<std::string>& outcomes) {
    for (int i = 0; i < times; ++i) {
      Client client(on.loop, on.timers);  // One keeps for a minute what a look-up said.
      Request request;
      request.url = url;
      SendResult result = co_await client.Send(request, SendOptions(), std::stop_token());
      outcomes.push_back(Describe(result));
      client.Close();
    }
  }
};

using Outcomes = std::vector<std::string>;

TEST_F(RebindingTest, APublicAnswerFirstAndAPrivateOneLater) {
  EXPECT_EQ(Send({{kPublic}, {"127.0.0.1"}}, 2), (Outcomes{"200", "refused address"}));
  EXPECT_EQ(inside_.accepted(), 0);
}

TEST_F(RebindingTest, APrivateAddressAmongPublicOnesIsNotGoneTo) {
  EXPECT_EQ(Send({{"127.0.0.1", kPublic}}, 1), (Outcomes{"200"}));
  EXPECT_EQ(Send({{"::1", "10.0.0.1", "169.254.169.254", kPublic}}, 1), (Outcomes{"200"}));
  EXPECT_EQ(inside_.accepted(), 0);
}

TEST_F(RebindingTest, APublicAddressThatRefusesLeadsToNoPrivateOne) {
  public_port = test::UnusedPort();
  const Outcomes outcomes = Send({{kPublic, "127.0.0.1"}}, 1);
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_NE(outcomes[0], "200");
  EXPECT_EQ(inside_.accepted(), 0);
}

TEST_F(RebindingTest, OfThePrivateAloneNothingIsTried) {
  for (const char* address : {"127.0.0.1",
                              "::1",
                              "::ffff:127.0.0.1",
                              "64:ff9b::7f00:1",
                              "0.0.0.0",
                              "10.1.2.3",
                              "100.100.100.200",
                              "169.254.169.254",
                              "fd00:ec2::254",
                              "2002:7f00:1::",
                              "224.0.0.1",
                              "255.255.255.255"}) {
    EXPECT_EQ(Send({{address}}, 1), (Outcomes{"refused address"})) << address;
  }
  EXPECT_EQ(inside_.accepted(), 0);
}

// The check is on the address: how the name is written changes nothing.
TEST_F(RebindingTest, HoweverTheNameIsWritten) {
  for (const char* host : {"crm.example.com.",
                           "CRM.Example.COM",
                           "xn--crm-9na.example.com",
                           "127.0.0.1.nip.example",
                           "localhost.",
                           "a_b.example.com"}) {
    EXPECT_EQ(Send({{"127.0.0.1"}}, 1, host), (Outcomes{"refused address"})) << host;
  }
  EXPECT_EQ(inside_.accepted(), 0);
}

}  // namespace
}  // namespace leadrelay::http
