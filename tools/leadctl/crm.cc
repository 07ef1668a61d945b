// crm: questions to a destination's own records.

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "common/config/config.h"
#include "common/json/json.h"
#include "services/delivery/deliver/destinations.h"
#include "tools/leadctl/account.h"
#include "tools/leadctl/run.h"
#include "tools/leadctl/table.h"

namespace leadrelay::leadctl {
namespace {

using delivery::Found;
using delivery::Question;

Question QuestionOf(const CrmOptions& options) {
  Question question;
  using Kind = Question::Kind;
  constexpr std::pair<std::string_view, Kind> kKinds[] = {{"search", Kind::kSearch},
                                                          {"get", Kind::kGet},
                                                          {"update", Kind::kUpdate},
                                                          {"delete", Kind::kDelete},
                                                          {"fields", Kind::kFields},
                                                          {"stages", Kind::kStages}};
  for (const auto& [verb, kind] : kKinds) {
    if (verb == options.verb) question.kind = kind;
  }
  question.object = options.object;
  question.id = options.id;
  question.text = options.text;
  for (const std::string& field : options.fields) {
    const size_t equals = field.find('=');
    question.fields.emplace_back(field.substr(0, equals), field.substr(equals + 1));
  }
  return question;
}

std::string AsJson(const std::vector<Found>& records) {
  json::Writer writer;
  writer.StartObject().Key("records").StartArray();
  for (const Found& record : records) {
    writer.StartObject().Member("id", record.id).Key("fields").StartObject();
    for (const auto& [name, value] : record.fields) writer.Member(name, value);
    writer.EndObject().EndObject();
  }
  writer.EndArray().EndObject();
  return writer.Take() + "\n";
}

// One record is read from top to bottom, many from left to right.
std::string AsText(const std::vector<Found>& records, Look look) {
  if (records.empty()) return "Nothing found.\n";
  if (records.size() == 1) {
    Table table({{"FIELD"}, {"VALUE", false, true}});
    table.Add({"id", records.front().id});
    for (const auto& [name, value] : records.front().fields) table.Add({name, value});
    return table.ToText(look);
  }
  std::vector<std::string> names;
  for (const Found& record : records) {
    for (const auto& [name, value] : record.fields) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  std::vector<Table::Column> columns = {{"id"}};
  for (const std::string& name : names) columns.push_back({name, false, true});
  Table table(columns);
  for (const Found& record : records) {
    std::vector<Cell> row = {record.id};
    for (const std::string& name : names) {
      const auto field =
          std::ranges::find(record.fields, name, &std::pair<std::string, std::string>::first);
      row.emplace_back(field == record.fields.end() ? "" : field->second);
    }
    table.Add(std::move(row));
  }
  return table.ToText(look);
}

Failure FailureOf(const absl::Status& status) {
  const std::string message(status.message());
  switch (status.code()) {
    case absl::StatusCode::kUnauthenticated:
      return {kBadNews, message, "`leadctl test` says what is wrong with the credential."};
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return {kUnreachable, message, "`leadctl destinations` says what it waits for."};
    default:
      return {kBadNews, message, ""};
  }
}

}  // namespace

coro::Task<int> Run(Context& context, CrmOptions options) {
  const std::string& file = context.global.config_path;
  absl::StatusOr<config::Config> config = config::LoadFile(file, config::Reader::kDelivery);
  if (!config.ok()) {
    co_return Report(
        {kUsage,
         std::string(config.status().message()),
         "--config or LEADRELAY_CONFIG names the file; `leadctl config check` checks it."});
  }
  config::Faults faults = config->faults;
  std::vector<std::string> names = {options.destination};
  std::vector<delivery::ConfiguredDestination> destinations =
      delivery::ConfigureDestinations(*config, names, faults);
  if (!faults.empty() || destinations.empty()) {
    co_return Report({kUsage, faults.ToText(file), "Mend the configuration, then ask again."});
  }
  const delivery::ConfiguredDestination& entry = destinations.front();
  Question question = QuestionOf(options);
  std::optional<http::Request> request = entry.connector->Ask(question);
  if (!request.has_value()) {
    co_return Report({kUsage,
                      absl::StrCat("the connector ",
                                   entry.destination->connector,
                                   " does not offer `",
                                   options.verb,
                                   "` for ",
                                   options.object),
                      "docs/connectors.md has a page for each with what it offers."});
  }
  if (question.kind == Question::Kind::kDelete && !options.yes) {
    if (!context.terminal.interactive()) {
      co_return Report({kUsage, "there is nobody to ask", "Give --yes."});
    }
    if (!context.terminal.Confirm(absl::StrCat(
            "Delete ", options.object, " ", options.id, " in ", entry.destination->name, "?"))) {
      co_return kOk;
    }
  }
  absl::StatusOr<std::vector<Found>> records = absl::CancelledError("");
  {
    Account account(context, *config, entry);
    co_await account.Connect();
    records = co_await account.Ask(question, *std::move(request));
    co_await account.Close();
  }
  if (!records.ok()) co_return Report(FailureOf(records.status()));
  context.terminal.Print(context.global.json ? AsJson(*records)
                                             : AsText(*records, context.terminal.look()));
  const bool nothing = records->empty() && (question.kind == Question::Kind::kSearch ||
                                            question.kind == Question::Kind::kGet);
  co_return nothing ? kBadNews : kOk;
}

}  // namespace leadrelay::leadctl
