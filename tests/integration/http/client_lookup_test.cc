// The HTTP client while the resolver hangs.  This program has a getaddrinfo() of its own, which
// curl calls from a thread of its own: it returns when the test says so.

#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>
#include <netdb.h>

#include "common/http/client.h"
#include "tests/support/run_on_loop.h"

namespace {

std::mutex mutex;
std::condition_variable changed;
bool released = false;
int waiting = 0;

}  // namespace

extern "C" int getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**) {
  std::unique_lock<std::mutex> lock(mutex);
  ++waiting;
  changed.notify_all();
  changed.wait(lock, [] { return released; });
  --waiting;
  changed.notify_all();
  return EAI_FAIL;
}

namespace leadrelay::http {
namespace {

using coro::Task;
using test::OnLoop;

Task<void> HangBody(OnLoop& on) {
  Client client(on.loop, on.timers);
  SendOptions options;
  options.timeout = absl::Milliseconds(50);
  Request request;
  request.url = "http://crm.example.com/";
  const SendResult result = co_await client.Send(request, options, std::stop_token());
  TransportFailure expected;
  expected.kind = TransportFailure::Kind::kNotSent;
  expected.reason = "could not begin to send within 50ms";
  EXPECT_EQ(std::get<TransportFailure>(result), expected);
  client.Close();
}

// Were the look-up's thread waited for, this would not end.
TEST(ClientLookupTest, ALookUpThatHangsHoldsUpNeitherTheLoopNorTheEnd) {
  test::RunOnLoop(HangBody);
  std::unique_lock<std::mutex> lock(mutex);
  changed.wait(lock, [] { return waiting == 1; });
  released = true;
  changed.notify_all();
  changed.wait(lock, [] { return waiting == 0; });
}

}  // namespace
}  // namespace leadrelay::http
