#include "tests/bench/load.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <deque>

#include "absl/strings/str_cat.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace leadrelay::bench {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsBetween(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

struct Connection {
  int socket = -1;
  std::string answer;
  Clock::time_point sent;
  bool busy = false;
};

int Connect(int port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    close(fd);
    return -1;
  }
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

std::string RequestFor(int64_t number, const LoadOptions& options) {
  std::string body = BenchLead(number, options.forms);
  return absl::StrCat("POST /v1/leads HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: ",
                      options.api_key,
                      "\r\nContent-Type: application/json\r\nIdempotency-Key: bench-",
                      number,
                      "\r\nContent-Length: ",
                      body.size(),
                      "\r\n\r\n",
                      body);
}

// The status of a complete answer at the front of `text`, or 0 when it is not complete.
int CompleteStatus(const std::string& text) {
  size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos) return 0;
  size_t length_at = text.find("Content-Length: ");
  size_t length = length_at < end ? std::strtoul(text.c_str() + length_at + 16, nullptr, 10) : 0;
  if (text.size() < end + 4 + length) return 0;
  return std::atoi(text.c_str() + 9);
}

}  // namespace

int64_t MonotonicMicros() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000 + now.tv_nsec / 1000;
}

std::string BenchLead(int64_t number, int forms) {
  static const std::string message(560, 'x');
  return absl::StrCat(
      R"({"email":"bench)",
      number,
      R"(@example.com","name":"Bench Person )",
      number,
      R"(","company":"Example Works","source":{"url":"https://www.example.com/pricing",)",
      R"("referrer":"https://search.example.com/","utm_source":"bench","utm_medium":"cpc",)",
      R"("utm_campaign":"spring"},"form_name":"form-)",
      number % forms,
      R"(","consent_given":true,)",
      R"("consent_timestamp":"2026-09-01T10:00:00Z","form_data":{"message":")",
      message,
      R"(","sent_at":)",
      MonotonicMicros(),
      R"(}})");
}

double LoadResult::Percentile(double share) const {
  if (latencies.empty()) return 0;
  size_t index = static_cast<size_t>(share * static_cast<double>(latencies.size() - 1));
  return latencies[index];
}

LoadResult SendLeads(const LoadOptions& options) {
  LoadResult result;
  std::vector<Connection> connections(static_cast<size_t>(options.connections));
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  std::deque<size_t> idle;
  for (size_t i = 0; i < connections.size(); ++i) {
    connections[i].socket = Connect(options.port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    epoll_ctl(epoll, EPOLL_CTL_ADD, connections[i].socket, &event);
    idle.push_back(i);
  }
  const Clock::time_point started = Clock::now();
  const Clock::time_point until = started + options.limit;
  int64_t sent = 0;
  int64_t answered = 0;
  result.latencies.reserve(static_cast<size_t>(options.leads));

  while (answered < options.leads && Clock::now() < until) {
    while (sent < options.leads && !idle.empty()) {
      if (options.per_second > 0 &&
          static_cast<double>(sent) > SecondsBetween(started, Clock::now()) * options.per_second) {
        break;
      }
      Connection& connection = connections[idle.front()];
      idle.pop_front();
      std::string request = RequestFor(options.first + sent, options);
      ++sent;
      connection.sent = Clock::now();
      connection.busy = true;
      connection.answer.clear();
      if (write(connection.socket, request.data(), request.size()) !=
          static_cast<ssize_t>(request.size())) {
        ++answered;
        ++result.refused;
      }
    }
    epoll_event events[256];
    int count = epoll_wait(epoll, events, 256, options.per_second > 0 ? 1 : 100);
    for (int i = 0; i < count; ++i) {
      size_t index = events[i].data.u64;
      Connection& connection = connections[index];
      char buffer[8192];
      ssize_t got = read(connection.socket, buffer, sizeof buffer);
      if (got <= 0) {  // Closed by the server: what was under way counts as refused.
        if (connection.busy) {
          ++answered;
          ++result.refused;
          connection.busy = false;
        }
        epoll_ctl(epoll, EPOLL_CTL_DEL, connection.socket, nullptr);
        close(connection.socket);
        continue;
      }
      connection.answer.append(buffer, static_cast<size_t>(got));
      int status = CompleteStatus(connection.answer);
      if (status == 0) continue;
      connection.busy = false;
      ++answered;
      (status == 202 ? result.accepted : result.refused) += 1;
      result.latencies.push_back(SecondsBetween(connection.sent, Clock::now()));
      idle.push_back(index);
    }
  }
  result.seconds = SecondsBetween(started, Clock::now());
  for (Connection& connection : connections) close(connection.socket);
  close(epoll);
  std::sort(result.latencies.begin(), result.latencies.end());
  return result;
}

}  // namespace leadrelay::bench
