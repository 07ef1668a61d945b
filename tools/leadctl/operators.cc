#include "tools/leadctl/operators.h"

#include "absl/strings/str_cat.h"

#include "tools/leadctl/table.h"

namespace leadrelay::leadctl {
namespace {

Failure OfStatus(const http::Response& response) {
  const std::string text = ProblemText(response);
  switch (response.status) {
    case 401:
      return {kUsage,
              text,
              "Set LEADRELAY_OPERATOR_TOKEN to dlq.operator_token, or point --config to the file "
              "with it."};
    case 403:
      return {kUsage, text, "Configure dlq.operator_token, or run this where leadrelay-dlq runs."};
    case 404:
      return {kBadNews,
              text,
              "`leadctl dlq list`, `replays list` and `destinations` show what there is."};
    case 400:
    case 422:
      return {kUsage, text, "Run the command with --help for what it takes."};
    case 429:
    case 503:
      return {kUnreachable, text, "Try again; `leadrelay-dlq` says on /readyz what it waits for."};
    default:
      return {kBadNews, text, ""};
  }
}

}  // namespace

std::string ProblemText(const http::Response& response) {
  absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  if (!document.ok() || !document->root().Find("title").exists()) {
    return absl::StrCat(
        "the answer was ", response.status, " ", std::string(http::ReasonPhrase(response.status)));
  }
  const json::Value root = document->root();
  std::string text = root.Find("title").StringOr("");
  const std::string detail = root.Find("detail").StringOr("");
  if (!detail.empty()) absl::StrAppend(&text, ": ", detail);
  for (const json::Value& error : root.Find("errors").Elements()) {
    const std::string where = error.Find("where").StringOr(error.Find("pointer").StringOr(""));
    absl::StrAppend(&text, "\n  ", where, " ", error.Find("detail").StringOr(""));
  }
  return text;
}

coro::Task<Operators::Result> Operators::Get(std::string path) {
  http::Request request;
  request.url = endpoint_.url + path;
  Result result = co_await Call(std::move(request));
  co_return result;
}

coro::Task<Operators::Result> Operators::Post(std::string path, std::string body) {
  http::Request request;
  request.method = "POST";
  request.url = endpoint_.url + path;
  request.headers.Add("content-type", "application/json");
  request.body = std::move(body);
  Result result = co_await Call(std::move(request));
  co_return result;
}

coro::Task<Operators::Result> Operators::Call(http::Request request) {
  if (!endpoint_.token.empty()) {
    request.headers.Add("authorization", "Bearer " + endpoint_.token);
  }
  http::SendOptions options;
  options.allow_private_addresses = true;
  options.max_response_bytes = 64 << 20;
  http::SendResult sent = co_await context_.http.Send(std::move(request), options, context_.stop);
  if (const auto* failure = std::get_if<http::TransportFailure>(&sent)) {
    co_return Failure{
        kUnreachable,
        absl::StrCat("no answer from leadrelay-dlq at ", endpoint_.url, ": ", failure->reason),
        "Is it running?  --api or LEADRELAY_API says where it is."};
  }
  const http::Response& response = std::get<http::Response>(sent);
  if (response.status < 200 || response.status > 299) co_return OfStatus(response);
  absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  if (!document.ok()) {
    co_return Failure{kUnreachable,
                      absl::StrCat("what answers at ", endpoint_.url, " is not leadrelay-dlq"),
                      "--api or LEADRELAY_API says where it is."};
  }
  co_return *std::move(document);
}

}  // namespace leadrelay::leadctl
