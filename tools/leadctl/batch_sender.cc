#include "tools/leadctl/batch_sender.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/json/json.h"
#include "tools/leadctl/operators.h"

namespace leadrelay::leadctl {
namespace {

constexpr absl::Duration kFirstPause = absl::Milliseconds(250);
constexpr absl::Duration kLongestPause = absl::Seconds(10);

bool IsPassing(int status) {
  return status == 408 || status == 409 || status == 425 || status == 429 || status >= 500;
}

void WriteRejected(const Row& row, int status, const json::Value& problem, BatchResult& result) {
  json::Writer writer;
  writer.StartObject().Member("row", row.number);
  if (row.line > 0) writer.Member("line", row.line);
  writer.Member("idempotency_key", row.key).Member("status", status);
  if (row.fault.empty()) {
    writer.Member("title", problem.Find("title").StringOr(""));
    if (problem.Find("detail").exists()) writer.Member("detail", problem.Find("detail"));
    if (problem.Find("errors").exists()) writer.Member("errors", problem.Find("errors"));
  } else {
    writer.Member("title", "The row cannot be read").Member("detail", row.fault);
  }
  writer.EndObject();
  absl::StrAppend(&result.rejected_lines, writer.Take(), "\n");
  ++result.rejected;
}

// Sorts the answers; returns the rows that have to be sent again.
std::vector<Row> Settle(std::vector<Row> rows, const json::Value& items, BatchResult& result) {
  std::vector<Row> again;
  for (size_t i = 0; i < rows.size(); ++i) {
    const json::Value item = items.At(i);
    const auto status = static_cast<int>(item.Find("status").Int64Or(0));
    if (status == 202) {
      ++result.accepted;
      if (item.Find("replayed").BoolOr(false)) ++result.replayed;
    } else if (IsPassing(status) || status == 0) {
      again.push_back(std::move(rows[i]));
    } else {
      WriteRejected(rows[i], status, item.Find("problem"), result);
    }
  }
  return again;
}

}  // namespace

struct BatchSender::Attempt {
  std::optional<http::Response> response;
  std::string reason;        // Without a response: why.
  bool cannot_work = false;  // And trying again is no use.
};

BatchSender::BatchSender(Context& context, Endpoint endpoint, absl::Duration patience)
    : context_(context),
      endpoint_(std::move(endpoint)),
      patience_(patience),
      last_answer_(context.timers.clock().Monotonic()) {}

coro::Task<BatchSender::Attempt> BatchSender::Try(std::vector<Row> rows, std::stop_token stop) {
  http::Request request;
  request.method = "POST";
  request.url = endpoint_.url + "/v1/leads:batch";
  request.headers.Add("content-type", "application/x-ndjson");
  request.headers.Add("x-api-key", endpoint_.token);
  for (const Row& row : rows) absl::StrAppend(&request.body, row.item, "\n");
  http::SendOptions options;
  options.allow_private_addresses = true;
  http::SendResult sent = co_await context_.http.Send(std::move(request), options, stop);
  Attempt attempt;
  if (auto* failure = std::get_if<http::TransportFailure>(&sent)) {
    attempt.reason = failure->reason;
    attempt.cannot_work = failure->kind == http::TransportFailure::Kind::kBadRequest;
  } else {
    attempt.response = std::get<http::Response>(std::move(sent));
  }
  co_return attempt;
}

coro::Task<BatchResult> BatchSender::Send(std::vector<Row> rows, std::stop_token stop) {
  BatchResult result;
  std::vector<Row> open;
  for (Row& row : rows) {
    if (row.fault.empty()) {
      open.push_back(std::move(row));
    } else {
      WriteRejected(row, 0, json::Value(), result);
    }
  }
  size_t most = std::max<size_t>(open.size(), 1);
  absl::Duration pause = kFirstPause;
  while (!open.empty()) {
    const auto split = open.begin() + static_cast<ptrdiff_t>(std::min(most, open.size()));
    std::vector<Row> part(open.begin(), split);
    std::vector<Row> rest(split, open.end());
    Attempt attempt = co_await Try(part, stop);
    if (stop.stop_requested()) {
      result.failure = Failure{kPartly, "stopped", ""};
      co_return result;
    }
    const int status = attempt.response.has_value() ? attempt.response->status : 0;
    absl::Duration wait = absl::ZeroDuration();
    if (status == 200) {
      absl::StatusOr<json::Document> answer = json::Document::Parse(attempt.response->body);
      const json::Value items = answer.ok() ? answer->root().Find("items") : json::Value();
      if (items.size() != part.size()) {
        result.failure =
            Failure{kUnreachable,
                    absl::StrCat("what answers at ", endpoint_.url, " is not leadrelay-ingest"),
                    "--url says where it is."};
        co_return result;
      }
      const size_t asked = part.size();
      open = Settle(std::move(part), items, result);
      if (open.size() < asked) last_answer_ = context_.timers.clock().Monotonic();
      if (open.empty()) {
        pause = kFirstPause;
      } else {
        wait = pause;
      }
      open.insert(
          open.end(), std::make_move_iterator(rest.begin()), std::make_move_iterator(rest.end()));
    } else if (status == 413 && part.size() > 1) {
      most = (part.size() + 1) / 2;
    } else if (status == 413) {
      absl::StatusOr<json::Document> problem = json::Document::Parse(attempt.response->body);
      WriteRejected(part[0], 413, problem.ok() ? problem->root() : json::Value(), result);
      open = std::move(rest);
    } else if (attempt.cannot_work || (status != 0 && !IsPassing(status))) {
      const std::string why = status == 0 ? attempt.reason : ProblemText(*attempt.response);
      const bool key = status == 401 || status == 403;
      result.failure =
          Failure{kUsage,
                  absl::StrCat("leadrelay-ingest at ", endpoint_.url, " refuses: ", why),
                  key ? "LEADRELAY_API_KEY or --api-key-file must have a live key."
                      : "--url says where leadrelay-ingest is."};
      co_return result;
    } else {
      wait = pause;
    }
    if (wait == absl::ZeroDuration()) continue;
    if (status != 0) {
      const double seconds =
          http::RetryAfterSeconds(attempt.response->headers, absl::ToUnixSeconds(absl::Now()));
      if (seconds >= 0) wait = std::max(wait, absl::Seconds(seconds));
    }
    if (context_.timers.clock().Monotonic() - last_answer_ > patience_) {
      const std::string why = status == 0 ? attempt.reason : ProblemText(*attempt.response);
      result.failure = Failure{kUnreachable,
                               absl::StrCat("no leads were taken at ", endpoint_.url, ": ", why),
                               "Is leadrelay-ingest running?  --url says where it is."};
      co_return result;
    }
    (void)co_await context_.timers.Sleep(wait, stop);
    pause = std::min(pause * 2, kLongestPause);
  }
  co_return result;
}

}  // namespace leadrelay::leadctl
