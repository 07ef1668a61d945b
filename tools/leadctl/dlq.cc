#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "tools/leadctl/choice.h"
#include "tools/leadctl/operators.h"
#include "tools/leadctl/replay_wait.h"
#include "tools/leadctl/run.h"
#include "tools/leadctl/views.h"

namespace leadrelay::leadctl {
namespace {

constexpr int kPage = 1000;

int PrintList(Context& context, const std::vector<json::Document>& pages, int64_t left_off) {
  json::Writer writer;
  writer.StartObject().Key("dead_letters").StartArray();
  for (const json::Document& page : pages) {
    for (const json::Value& letter : page.root().Find("dead_letters").Elements())
      writer.Copy(letter);
  }
  writer.EndArray().EndObject();
  const std::string all = writer.Take();
  if (context.global.json) {
    context.terminal.Print(all + "\n");
    return kOk;
  }
  absl::StatusOr<json::Document> document = json::Document::Parse(all);
  context.terminal.Print(DeadLettersView(document.value().root(), context.terminal.look()));
  if (left_off > 0)
    context.terminal.Note("There are more: --limit shows them, `dlq groups` sums up.");
  return kOk;
}

coro::Task<int> Groups(Context& context, Operators& operators, http::Fields fields, int limit) {
  fields.emplace_back("limit", absl::StrCat(limit));
  Operators::Result result =
      co_await operators.Get("/v1/dead-letters/groups?" + http::EncodeForm(fields));
  if (const auto* failure = std::get_if<Failure>(&result)) co_return Report(*failure);
  const json::Value root = std::get<json::Document>(result).root();
  context.terminal.Print(context.global.json ? root.ToJson() + "\n"
                                             : GroupsView(root, context.terminal.look()));
  co_return kOk;
}

coro::Task<int> List(Context& context, Operators& operators, http::Fields fields, int limit) {
  std::vector<json::Document> pages;
  std::string cursor;
  do {
    http::Fields query = fields;
    query.emplace_back("limit", absl::StrCat(std::min(limit, kPage)));
    if (!cursor.empty()) query.emplace_back("cursor", cursor);
    Operators::Result result =
        co_await operators.Get("/v1/dead-letters?" + http::EncodeForm(query));
    if (const auto* failure = std::get_if<Failure>(&result)) co_return Report(*failure);
    pages.push_back(std::get<json::Document>(result));
    const json::Value root = pages.back().root();
    limit -= static_cast<int>(root.Find("dead_letters").size());
    cursor = root.Find("next_cursor").StringOr("");
  } while (!cursor.empty() && limit > 0);
  co_return PrintList(context, pages, cursor.empty() ? 0 : 1);
}

std::string Selected(const DlqActOptions& options, int64_t count) {
  const char* verb = options.discard ? "Discard " : "Replay ";
  return absl::StrCat(verb, WithCommas(count), count == 1 ? " dead letter?" : " dead letters?");
}

}  // namespace

coro::Task<int> Run(Context& context, DlqListOptions options) {
  std::variant<Endpoint, Failure> endpoint = FindOperators(context.global);
  if (const auto* failure = std::get_if<Failure>(&endpoint)) co_return Report(*failure);
  Operators operators(context, std::get<Endpoint>(endpoint));
  absl::StatusOr<http::Fields> fields = ChoiceFields(options.choice, absl::Now());
  if (!fields.ok()) co_return Report({kUsage, std::string(fields.status().message()), ""});
  if (options.groups) {
    int code = co_await Groups(context, operators, *fields, options.limit);
    co_return code;
  }
  int code = co_await List(context, operators, *fields, options.limit);
  co_return code;
}

coro::Task<int> Run(Context& context, DlqShowOptions options) {
  std::variant<Endpoint, Failure> endpoint = FindOperators(context.global);
  if (const auto* failure = std::get_if<Failure>(&endpoint)) co_return Report(*failure);
  Operators operators(context, std::get<Endpoint>(endpoint));
  Operators::Result result = co_await operators.Get(absl::StrCat("/v1/dead-letters/", options.id));
  if (const auto* failure = std::get_if<Failure>(&result)) co_return Report(*failure);
  const json::Value letter = std::get<json::Document>(result).root();
  if (context.global.json) {
    json::Writer writer;
    writer.StartObject();
    for (const json::Value::Member& member : letter.Members()) {
      // The message and what was noted on the way may have the person's data.
      const bool personal =
          member.key == "body" || member.key == "body_base64" || member.key == "progress";
      if (options.lead || !personal) writer.Member(member.key, member.value);
    }
    writer.EndObject();
    context.terminal.Print(writer.Take() + "\n");
    co_return kOk;
  }
  context.terminal.Print(DeadLetterView(letter, context.terminal.look()));
  if (options.lead) context.terminal.Print("\n" + letter.Pointer("/body/lead").ToJson() + "\n");
  context.terminal.Print(absl::StrCat("Next: leadctl dlq replay ", options.id, "\n"));
  co_return kOk;
}

coro::Task<int> Run(Context& context, DlqActOptions options) {
  std::variant<Endpoint, Failure> endpoint = FindOperators(context.global);
  if (const auto* failure = std::get_if<Failure>(&endpoint)) co_return Report(*failure);
  Operators operators(context, std::get<Endpoint>(endpoint));
  const absl::Time now = absl::Now();
  absl::StatusOr<std::string> body = ActBody(options, options.dry_run, now);
  if (!body.ok()) co_return Report({kUsage, std::string(body.status().message()), ""});

  if (!options.yes && !options.dry_run) {
    // The plan of a replay also counts what a discard would take.
    DlqActOptions asking = options;
    asking.note.clear();
    absl::StatusOr<std::string> question = ActBody(asking, true, now);
    Operators::Result plan = co_await operators.Post("/v1/replays", question.value());
    if (const auto* failure = std::get_if<Failure>(&plan)) co_return Report(*failure);
    const json::Value root = std::get<json::Document>(plan).root();
    const int64_t count = root.Find(options.discard ? "matching" : "would_replay").Int64Or(0);
    if (count == 0)
      co_return Report(
          {kBadNews, "no dead letter matches", "`leadctl dlq list` shows what there is."});
    if (!context.terminal.interactive()) {
      co_return Report(
          {kUsage, "there is nobody to ask: " + Selected(options, count), "Give --yes."});
    }
    if (!context.terminal.Confirm(Selected(options, count))) co_return kOk;
  }

  Operators::Result result =
      co_await operators.Post(options.discard ? "/v1/dead-letters:discard" : "/v1/replays", *body);
  if (const auto* failure = std::get_if<Failure>(&result)) co_return Report(*failure);
  const json::Value root = std::get<json::Document>(result).root();
  const std::string id = root.Find("id").StringOr("");
  if (options.wait && !id.empty()) {
    int code = co_await WaitForReplay(context, operators, id);
    co_return code;
  }
  if (context.global.json) {
    context.terminal.Print(root.ToJson() + "\n");
  } else if (options.discard) {
    context.terminal.Print(
        absl::StrCat("Discarded ", WithCommas(root.Find("discarded").Int64Or(0)), ".\n"));
  } else if (options.dry_run) {
    context.terminal.Print(PlanView(root, context.terminal.look()));
  } else {
    context.terminal.Print(ReplayView(root, context.terminal.look()) +
                           "Next: leadctl replays show " + id + "\n");
  }
  co_return kOk;
}

}  // namespace leadrelay::leadctl
