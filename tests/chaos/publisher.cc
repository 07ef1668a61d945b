#include "tests/chaos/publisher.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace leadrelay::chaos {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kPause(100);  // After a broken connection.

struct Answer {
  int status = 0;
  milliseconds retry_after{0};
};

// The number behind `name` in the head of an answer, or 0.
int64_t HeaderNumber(const std::string& head, const char* name) {
  const size_t at = head.find(name);
  return at == std::string::npos ? 0 : std::atoll(head.c_str() + at + std::string(name).size());
}

// The complete answer at the front of `text`.
std::optional<Answer> ReadAnswer(const std::string& text) {
  const size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos) return std::nullopt;
  const std::string head = text.substr(0, end);
  const auto length = static_cast<size_t>(HeaderNumber(head, "\r\nContent-Length: "));
  if (text.size() < end + 4 + length) return std::nullopt;
  Answer answer;
  answer.status = std::atoi(head.c_str() + 9);
  answer.retry_after = std::chrono::seconds(HeaderNumber(head, "\r\nRetry-After: "));
  return answer;
}

bool IsPassing(int status) {
  return status == 408 || status == 409 || status == 429 || status >= 500;
}

}  // namespace

// Leads that are to be sent again, and when.
class Publisher::Aside {
 public:
  void Add(int64_t number, Clock::time_point when) { numbers_.emplace(when, number); }
  std::optional<int64_t> TakeDue(Clock::time_point now) {
    if (numbers_.empty() || numbers_.begin()->first > now) return std::nullopt;
    return numbers_.extract(numbers_.begin()).mapped();
  }
  Clock::time_point next() const {
    return numbers_.empty() ? Clock::time_point::max() : numbers_.begin()->first;
  }

 private:
  std::multimap<Clock::time_point, int64_t> numbers_;
};

// One connection and the lead that it carries.
class Publisher::Line {
 public:
  Line(Publisher& publisher, Aside& aside) : publisher_(publisher), aside_(aside) {}
  ~Line() { Close(); }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  int socket() const { return socket_; }
  bool waiting() const { return socket_ >= 0 && sent_; }

  // Begins a lead when there is one.  Returns until when there is nothing to do.
  Clock::time_point Step(Clock::time_point now) {
    if (sent_ && now >= deadline_) Again();  // The answer takes too long.
    if (!sent_ && now >= not_before_ && TakeNext(now)) Send(now);
    return sent_ ? deadline_ : std::max(not_before_, aside_.next());
  }

  void OnReadable() {
    char buffer[8192];
    const ssize_t got = recv(socket_, buffer, sizeof buffer, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return Again();
    text_.append(buffer, static_cast<size_t>(got));
    const std::optional<Answer> answer = ReadAnswer(text_);
    if (!answer.has_value()) return;
    text_.clear();
    sent_ = false;
    if (answer->status == 202) {
      ++publisher_.accepted_;
      if (IsFull()) ++publisher_.accepted_full_;
    } else if (IsPassing(answer->status)) {
      SetAside(std::max(answer->retry_after, kPause));
    } else {
      ++publisher_.refused_;
    }
  }

 private:
  bool IsFull() const { return number_ % publisher_.options_.full_every == 0; }

  bool TakeNext(Clock::time_point now) {
    if (const std::optional<int64_t> again = aside_.TakeDue(now)) {
      number_ = *again;
      return true;
    }
    const int64_t next = publisher_.begun_;
    if (next >= std::min<int64_t>(publisher_.allowed_, publisher_.options_.leads)) return false;
    publisher_.begun_ = next + 1;
    number_ = next;
    return true;
  }

  void Send(Clock::time_point now) {
    if (socket_ < 0 && !Connect()) return Again();
    const std::string body = ChaosLead(number_, IsFull());
    const std::string request =
        absl::StrCat("POST /v1/leads HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: ",
                     publisher_.options_.api_key,
                     "\r\nContent-Type: application/json\r\nIdempotency-Key: chaos-",
                     number_,
                     "\r\nContent-Length: ",
                     body.size(),
                     "\r\n\r\n",
                     body);
    const ssize_t sent = send(socket_, request.data(), request.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(request.size())) return Again();
    sent_ = true;
    deadline_ = now + publisher_.options_.answer_timeout;
  }

  bool Connect() {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(publisher_.options_.port));
    const int one = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }

  void Again() {
    Close();
    SetAside(kPause);
    not_before_ = Clock::now() + kPause;
  }
  void SetAside(milliseconds pause) {
    sent_ = false;
    ++publisher_.repetitions_;
    aside_.Add(number_, Clock::now() + pause);
  }
  void Close() {
    if (socket_ >= 0) close(socket_);
    socket_ = -1;
    text_.clear();
  }

  Publisher& publisher_;
  Aside& aside_;
  int socket_ = -1;
  int64_t number_ = 0;
  bool sent_ = false;
  std::string text_;
  Clock::time_point deadline_;
  Clock::time_point not_before_;
};

Publisher::Publisher(PublisherOptions options)
    : options_(std::move(options)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { Run(); }) {}

Publisher::~Publisher() {
  stop_ = true;
  Allow(0);
  thread_.join();
  close(wake_);
}

void Publisher::Allow(int64_t leads) {
  allowed_ = leads;
  const uint64_t one = 1;
  (void)!write(wake_, &one, sizeof one);
}

int64_t Publisher::begun_full() const {
  return (begun_ + options_.full_every - 1) / options_.full_every;
}

void Publisher::Run() {
  Aside aside;
  std::vector<std::unique_ptr<Line>> lines;
  for (int i = 0; i < options_.connections; ++i) {
    lines.push_back(std::make_unique<Line>(*this, aside));
  }
  std::vector<pollfd> watched;
  std::vector<Line*> readers;
  while (!stop_) {
    const Clock::time_point now = Clock::now();
    Clock::time_point next = Clock::time_point::max();
    watched.assign(1, {wake_, POLLIN, 0});
    readers.assign(1, nullptr);
    for (const std::unique_ptr<Line>& line : lines) {
      next = std::min(next, line->Step(now));
      if (!line->waiting()) continue;
      watched.push_back({line->socket(), POLLIN, 0});
      readers.push_back(line.get());
    }
    int patience = -1;
    if (next != Clock::time_point::max()) {
      patience = static_cast<int>(
          std::max<int64_t>(0, std::chrono::ceil<milliseconds>(next - Clock::now()).count()));
    }
    (void)poll(watched.data(), watched.size(), patience);
    uint64_t ignored = 0;
    (void)!read(wake_, &ignored, sizeof ignored);
    for (size_t i = 1; i < watched.size(); ++i) {
      if (watched[i].revents != 0) readers[i]->OnReadable();
    }
  }
}

std::string ChaosLead(int64_t number, bool full) {
  static const std::string message(300, 'x');
  return absl::StrCat(
      R"({"email":"chaos)",
      number,
      R"(@example.com","name":"Chaos Person )",
      number,
      R"(","source":{"url":"https://www.example.com/pricing","utm_source":"chaos"},"form_name":")",
      full ? "full" : "contact",
      R"(","consent_given":true,"form_data":{"message":")",
      message,
      R"("})",
      full ? R"(,"deal":{"title":"Website","value":700,"stage":"qualified"},"note":"Call me")" : "",
      "}");
}

}  // namespace leadrelay::chaos
