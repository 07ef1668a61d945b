#pragma once
// MailDialogue: what is said to an SMTP server once it is connected to and logged in to, from MAIL
// or NOOP to QUIT.  No socket: bytes in, bytes out.  Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/http/message.h"

namespace leadrelay::http {

class MailDialogue {
 public:
  // `request` is sendable (mail.h).
  explicit MailDialogue(const Request& request);

  // What is to be sent now; empty while an answer is due.  Valid until the next call.
  std::string_view outgoing() const { return std::string_view(outgoing_).substr(sent_); }
  void Sent(size_t count) { sent_ += count; }

  // What the server said.
  void Received(std::string_view bytes);

  // There is nothing left to say, but what outgoing() still has for politeness.
  bool finished() const { return response_.has_value() || !fault_.empty(); }
  // What the server is answerable for; empty when it does not speak SMTP: fault().
  const std::optional<Response>& response() const { return response_; }
  const std::string& fault() const { return fault_; }

  // The mark at the end of the message has been sent: it may be delivered, whatever comes.
  bool message_left() const { return step_ == Step::kMessage && outgoing().empty(); }

 private:
  enum class Step { kFrom, kTo, kData, kMessage, kNoop };

  // A whole reply: RFC 5321 4.2.
  struct Reply {
    int code = 0;
    std::string text;
  };

  void ReadLine(std::string_view line);
  void OnReply(const Reply& reply);
  void Say(Step step, std::string bytes);
  void Finish(const Reply& reply);

  const std::vector<std::string> recipients_;
  const std::string message_;  // As it goes over the wire.
  Step step_ = Step::kFrom;
  size_t asked_ = 0;  // Recipients, so far.
  std::string outgoing_;
  size_t sent_ = 0;
  std::string incoming_;  // An unfinished line.
  Reply reply_;           // An unfinished reply.
  size_t heard_ = 0;      // Bytes of it.
  std::optional<Response> response_;
  std::string fault_;
};

}  // namespace leadrelay::http
