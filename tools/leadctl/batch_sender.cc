#include "tools/leadctl/batch_sender.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "tools/leadctl/operators.h"

namespace leadrelay::leadctl {
namespace {

using Next = OpenRows::Next;

constexpr absl::Duration kFirstPause = absl::Milliseconds(250);
constexpr absl::Duration kLongestPause = absl::Seconds(10);

absl::Duration RetryAfter(const http::Response& answer) {
  const double seconds = http::RetryAfterSeconds(answer.headers, absl::ToUnixSeconds(absl::Now()));
  return absl::Seconds(std::max(seconds, 0.0));
}

}  // namespace

BatchSender::BatchSender(Context& context, Endpoint endpoint, absl::Duration patience)
    : context_(context),
      endpoint_(std::move(endpoint)),
      patience_(patience),
      last_answer_(context.timers.clock().Monotonic()) {}

coro::Task<http::SendResult> BatchSender::Post(std::string body, std::stop_token stop) {
  http::Request request;
  request.method = "POST";
  request.url = endpoint_.url + "/v1/leads:batch";
  request.headers.Add("content-type", "application/x-ndjson");
  request.headers.Add("x-api-key", endpoint_.token);
  request.body = std::move(body);
  http::SendOptions options;
  options.allow_private_addresses = true;
  return context_.http.Send(std::move(request), options, std::move(stop));
}

Failure BatchSender::Refused(const std::string& why, int status) const {
  const bool key = status == 401 || status == 403;
  return {kUsage,
          absl::StrCat("leadrelay-ingest at ", endpoint_.url, " refuses: ", why),
          key ? "LEADRELAY_API_KEY or --api-key-file must have a live key."
              : "--url says where leadrelay-ingest is."};
}

bool BatchSender::OutOfPatience() const {
  return context_.timers.clock().Monotonic() - last_answer_ > patience_;
}

coro::Task<BatchResult> BatchSender::Send(std::vector<Row> rows, std::stop_token stop) {
  using Kind = http::TransportFailure::Kind;
  OpenRows open(std::move(rows));
  std::optional<Failure> failure;
  absl::Duration pause = kFirstPause;
  while (!open.empty()) {
    const http::SendResult sent = co_await Post(open.Body(), stop);
    if (stop.stop_requested()) {
      failure = Failure{kPartly, "stopped", ""};
      break;
    }
    std::string why;
    absl::Duration asked = absl::ZeroDuration();
    if (const auto* lost = std::get_if<http::TransportFailure>(&sent)) {
      why = lost->reason;
      if (lost->kind == Kind::kBadRequest) {
        failure = Refused(why, 0);
        break;
      }
    } else {
      const auto& answer = std::get<http::Response>(sent);
      const OpenRows::Step step = open.Take(answer);
      if (step.settled) last_answer_ = context_.timers.clock().Monotonic();
      if (step.next == Next::kSend) {
        pause = kFirstPause;
        continue;
      }
      why = ProblemText(answer);
      asked = RetryAfter(answer);
      if (step.next == Next::kRefused) {
        failure = Refused(why, answer.status);
        break;
      }
      if (step.next == Next::kNotIngest) {
        failure =
            Failure{kUnreachable,
                    absl::StrCat("what answers at ", endpoint_.url, " is not leadrelay-ingest"),
                    "--url says where it is."};
        break;
      }
    }
    if (OutOfPatience()) {
      failure = Failure{kUnreachable,
                        absl::StrCat("no leads were taken at ", endpoint_.url, ": ", why),
                        "Is leadrelay-ingest running?  --url says where it is."};
      break;
    }
    (void)co_await context_.timers.Sleep(std::max(pause, asked), stop);
    pause = std::min(pause * 2, kLongestPause);
  }
  co_return BatchResult{std::move(open.counts), std::move(failure)};
}

}  // namespace leadrelay::leadctl
