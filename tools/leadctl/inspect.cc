// status, replays and destinations: one call, one answer.

#include "absl/strings/str_cat.h"

#include "tools/leadctl/operators.h"
#include "tools/leadctl/run.h"
#include "tools/leadctl/views.h"

namespace leadrelay::leadctl {
namespace {

using View = std::string (*)(const json::Value&, Look);

int Show(Context& context, const Operators::Result& result, View view) {
  if (const auto* failure = std::get_if<Failure>(&result)) return Report(*failure);
  const json::Value root = std::get<json::Document>(result).root();
  context.terminal.Print(context.global.json ? root.ToJson() + "\n"
                                             : view(root, context.terminal.look()));
  return kOk;
}

std::string WithLead(const json::Value& lead, Look look) {
  return absl::StrCat(LeadView(lead, look), "\n", lead.Find("lead").ToJson(), "\n");
}

}  // namespace

coro::Task<int> Run(Context& context, StatusOptions options) {
  std::variant<Endpoint, Failure> endpoint = FindOperators(context.global);
  if (const auto* failure = std::get_if<Failure>(&endpoint)) co_return Report(*failure);
  Operators operators(context, std::get<Endpoint>(endpoint));
  std::string path = "/v1/leads/" + http::PercentEncode(options.lead_id);
  if (options.lead) path += "?include=lead";
  Operators::Result result = co_await operators.Get(path);
  if (auto* failure = std::get_if<Failure>(&result); failure != nullptr) {
    if (failure->exit_code == kBadNews) {
      failure->next = "A lead is known here moments after it was accepted; is the id right?";
    }
  }
  co_return Show(context, result, options.lead ? WithLead : LeadView);
}

coro::Task<int> Run(Context& context, ReplaysOptions options) {
  std::variant<Endpoint, Failure> endpoint = FindOperators(context.global);
  if (const auto* failure = std::get_if<Failure>(&endpoint)) co_return Report(*failure);
  Operators operators(context, std::get<Endpoint>(endpoint));
  if (options.verb == "list") {
    Operators::Result list =
        co_await operators.Get(absl::StrCat("/v1/replays?limit=", options.limit));
    co_return Show(context, list, ReplaysView);
  }
  const std::string path = "/v1/replays/" + http::PercentEncode(options.id);
  if (options.verb == "show") {
    Operators::Result replay = co_await operators.Get(path);
    co_return Show(context, replay, ReplayView);
  }
  Operators::Result changed = co_await operators.Post(
      absl::StrCat(path, ":", options.verb), options.abandon ? "{\"abandon\":true}" : "{}");
  co_return Show(context, changed, ReplayView);
}

coro::Task<int> Run(Context& context, DestinationsOptions options) {
  std::variant<Endpoint, Failure> endpoint = FindOperators(context.global);
  if (const auto* failure = std::get_if<Failure>(&endpoint)) co_return Report(*failure);
  Operators operators(context, std::get<Endpoint>(endpoint));
  if (options.verb.empty()) {
    Operators::Result list = co_await operators.Get("/v1/destinations");
    co_return Show(context, list, DestinationsView);
  }
  json::Writer writer;
  writer.StartObject();
  if (!options.reason.empty()) writer.Member("reason", options.reason);
  writer.EndObject();
  Operators::Result changed = co_await operators.Post(
      absl::StrCat("/v1/destinations/", http::PercentEncode(options.name), ":", options.verb),
      writer.Take());
  co_return Show(context, changed, DestinationsView);
}

}  // namespace leadrelay::leadctl
