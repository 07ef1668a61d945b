#pragma once
// Session: one SMTP connection, between the bytes of the client and the steps that Email answers
// (email.h).  No socket: bytes in, bytes out.  Pure.
//
//   The first step is Greeting().  Answer() it, ask for Next(), and so on; whenever there is none,
//   send TakeReplies(), and hang up if it is over(), or receive more.
//
// What belongs to the protocol alone it answers by itself: the order of commands (503), a login
// before anything is sent (530), AUTH's challenges, RSET, VRFY and QUIT, and what is no command.
// STARTTLS is not offered.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/http/message.h"

namespace leadrelay::sandbox::email {

class Session {
 public:
  // The first step: what the server says of itself.
  http::Request Greeting();

  void Received(std::string_view bytes);

  // The next step that the client has asked for; nothing when more has to arrive first, and when
  // the connection is over.  Not before the last one is answered.
  std::optional<http::Request> Next();
  // The system's answer to it; the status is the reply code, the body its text.
  void Answer(const http::Response& response);

  // What is to be sent now.
  std::string TakeReplies() { return std::exchange(replies_, {}); }
  // Nothing is read any more: hang up once the replies are sent.
  bool over() const { return over_; }

 private:
  enum class Step { kConnect, kHello, kLogin, kFrom, kTo, kData, kMessage, kNoop };
  enum class Expects { kCommand, kPlain, kUsername, kPassword, kMessage };

  http::Request Ask(Step step, std::string body);
  std::optional<http::Request> OnLine(std::string_view line);
  std::optional<http::Request> OnCommand(std::string_view line);
  std::optional<http::Request> OnAuth(std::string_view arguments);
  std::optional<http::Request> OnCredentials(std::string_view line);
  std::optional<http::Request> OnMail(std::string_view arguments);
  std::optional<http::Request> OnRecipient(std::string_view arguments);
  std::optional<http::Request> OnData();
  std::optional<http::Request> OnMessageLine(std::string_view line);
  http::Request AskToLogIn(std::string username, std::string password);
  // Says it, and has no step.
  std::optional<http::Request> Say(int code, std::string_view text);
  void ForgetMail();

  Expects expects_ = Expects::kCommand;
  Step asked_ = Step::kConnect;
  std::string asked_about_;  // The address of kFrom and kTo.
  bool greeted_ = false;     // EHLO or HELO.
  bool logged_in_ = false;
  bool over_ = false;
  std::string username_;  // AUTH LOGIN sends it first.
  std::optional<std::string> from_;
  std::vector<std::string> to_;
  std::string message_;
  std::string received_;
  size_t read_ = 0;  // Of received_.
  std::string replies_;
};

}  // namespace leadrelay::sandbox::email
