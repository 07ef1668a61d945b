#pragma once
// SmtpSink: an SMTP server of a test's own, on loopback, that keeps what it takes.  A thread for
// each connection; AUTH PLAIN with kUsername and kPassword when it wants a login.

#include <atomic>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace leadrelay::e2e {

class SmtpSink {
 public:
  struct Mail {
    std::vector<std::string> to;
    std::string message;  // As it came, dots doubled.
    friend bool operator==(const Mail&, const Mail&) = default;
  };

  static constexpr std::string_view kPassword = "smtp-sandbox-password";
  static constexpr std::string_view kUsername = "relay";

  SmtpSink() {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    listen(listener_, 64);
    acceptor_ = std::thread([this] { Accept(); });
  }
  ~SmtpSink() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    close(listener_);
    {
      const std::lock_guard lock(mutex_);
      for (const int fd : open_) shutdown(fd, SHUT_RDWR);
    }
    for (std::thread& thread : serving_) thread.join();
  }
  SmtpSink(const SmtpSink&) = delete;
  SmtpSink& operator=(const SmtpSink&) = delete;

  int port() const { return port_; }

  // Answers `answer` to the next `times` lines that begin with `line`; "." is the end of a message.
  // "take it and hang up" and "hang up" are done.
  void Fault(std::string line, std::string answer, int times = 1) {
    const std::lock_guard lock(mutex_);
    faults_.push_back({std::move(line), std::move(answer), times});
  }
  std::vector<Mail> Taken() const {
    const std::lock_guard lock(mutex_);
    return taken_;
  }
  int logins() const { return logins_; }

 private:
  struct FaultRule {
    std::string line;
    std::string answer;
    int times;
  };

  void Accept() {
    for (;;) {
      const int fd = accept(listener_, nullptr, nullptr);
      if (fd < 0) return;
      const std::lock_guard lock(mutex_);
      open_.push_back(fd);
      serving_.emplace_back([this, fd] { Serve(fd); });
    }
  }

  std::string FaultFor(const std::string& line) {
    const std::lock_guard lock(mutex_);
    for (FaultRule& fault : faults_) {
      if (fault.times > 0 && line.starts_with(fault.line)) {
        --fault.times;
        return fault.answer;
      }
    }
    return "";
  }

  // The next line without its end.
  static bool ReadLine(int fd, std::string& kept, std::string& line) {
    for (;;) {
      const size_t end = kept.find("\r\n");
      if (end != std::string::npos) {
        line = kept.substr(0, end);
        kept.erase(0, end + 2);
        return true;
      }
      char buffer[4096];
      const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
      if (got <= 0) return false;
      kept.append(buffer, static_cast<size_t>(got));
    }
  }

  static void Say(int fd, const std::string& text) {
    send(fd, (text + "\r\n").data(), text.size() + 2, MSG_NOSIGNAL);
  }

  void Serve(int fd) {
    Converse(fd);
    const std::lock_guard lock(mutex_);
    std::erase(open_, fd);
    close(fd);
  }

  void Converse(int fd) {
    Say(fd, "220 sink ESMTP");
    Mail mail;
    std::string kept;
    std::string line;
    bool in_message = false;
    while (ReadLine(fd, kept, line)) {
      if (in_message && line != ".") {
        mail.message += line + "\r\n";
        continue;
      }
      const std::string fault = FaultFor(line);
      if (fault == "hang up") return;
      if (line == "." && (fault.empty() || fault == "take it and hang up")) Take(mail);
      if (fault == "take it and hang up") return;
      if (line == ".") mail = {};
      in_message = line == "DATA" && fault.empty();
      if (line.starts_with("RCPT TO:<") && fault.empty()) {
        mail.to.push_back(line.substr(9, line.size() - 10));
      }
      Say(fd, fault.empty() ? AnswerTo(line) : fault);
      if (line == "QUIT") return;
    }
  }

  void Take(const Mail& mail) {
    const std::lock_guard lock(mutex_);
    taken_.push_back(mail);
  }

  std::string AnswerTo(const std::string& line) {
    if (line.starts_with("EHLO")) return "250-sink\r\n250 AUTH PLAIN";
    if (line == "AUTH PLAIN") return "334 ";
    if (line == kGoodLogin) return ++logins_, "235 2.7.0 welcome";
    if (line == "DATA") return "354 go on";
    if (line == "QUIT") return "221 bye";
    if (line.find(' ') == std::string::npos && line.size() > 8) return "535 5.7.8 no such login";
    return "250 2.0.0 ok";
  }

  // "\0relay\0smtp-sandbox-password"
  static constexpr std::string_view kGoodLogin = "AHJlbGF5AHNtdHAtc2FuZGJveC1wYXNzd29yZA==";

  mutable std::mutex mutex_;
  std::vector<Mail> taken_;
  std::list<FaultRule> faults_;
  std::vector<int> open_;
  std::list<std::thread> serving_;
  std::atomic<int> logins_ = 0;
  int listener_;
  int port_ = 0;
  std::thread acceptor_;
};

}  // namespace leadrelay::e2e
