#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/crypto/crypto.h"
#include "common/json/json.h"
#include "tools/leadctl/batch_sender.h"
#include "tools/leadctl/input_file.h"
#include "tools/leadctl/operators.h"
#include "tools/leadctl/run.h"
#include "tools/leadctl/send_file.h"

namespace leadrelay::leadctl {
namespace {

std::string OneLead(const SendOptions& options) {
  json::Writer writer;
  writer.StartObject();
  const auto add = [&writer](const char* name, const std::string& text) {
    if (!text.empty()) writer.Member(name, text);
  };
  add("email", options.email);
  add("phone", options.phone);
  add("name", options.name);
  add("company", options.company);
  add("form_name", options.form);
  add("note", options.note);
  writer.Member("consent_given", options.consent);
  if (!options.fields.empty()) {
    writer.Key("form_data").StartObject();
    for (const std::string& field : options.fields) {
      const size_t equals = field.find('=');
      writer.Member(field.substr(0, equals), field.substr(equals + 1));
    }
    writer.EndObject();
  }
  writer.EndObject();
  return writer.Take();
}

coro::Task<int> SendOneLead(Context& context, SendOptions options, Endpoint endpoint) {
  http::Request request;
  request.method = "POST";
  request.url = endpoint.url + "/v1/leads";
  request.headers.Add("content-type", "application/json");
  request.headers.Add("x-api-key", endpoint.token);
  if (!options.key.empty()) request.headers.Add("idempotency-key", "\"" + options.key + "\"");
  request.body = OneLead(options);
  http::SendOptions send;
  send.allow_private_addresses = true;
  http::SendResult sent = co_await context.http.Send(std::move(request), send, context.stop);
  if (const auto* failure = std::get_if<http::TransportFailure>(&sent)) {
    co_return Report(
        {kUnreachable,
         absl::StrCat("no answer from leadrelay-ingest at ", endpoint.url, ": ", failure->reason),
         "Send it again: the same lead is still one.  --url says where ingest is."});
  }
  const http::Response& response = std::get<http::Response>(sent);
  if (response.status != 202) {
    const bool passing = response.status == 429 || response.status >= 500 || response.status == 409;
    const bool key = response.status == 401 || response.status == 403;
    co_return Report({passing ? kUnreachable
                      : key   ? kUsage
                              : kBadNews,
                      ProblemText(response),
                      passing ? "Send it again: the same lead is still one."
                      : key   ? "LEADRELAY_API_KEY or --api-key-file must have a live key."
                              : "Mend what it names and send it again."});
  }
  absl::StatusOr<json::Document> answer = json::Document::Parse(response.body);
  if (context.global.json || !answer.ok()) {
    context.terminal.Print(response.body + "\n");
    co_return kOk;
  }
  const json::Value root = answer->root();
  const std::string lead_id = root.Find("lead_id").StringOr("");
  std::string text =
      absl::StrCat("Accepted",
                   response.headers.Find("idempotent-replayed") != nullptr ? " before" : "",
                   ": ",
                   lead_id,
                   "\n");
  for (const json::Value& delivery : root.Find("deliveries").Elements()) {
    const std::string reason = delivery.Find("reason").StringOr("");
    absl::StrAppend(&text,
                    "  ",
                    delivery.Find("destination").StringOr(""),
                    ": ",
                    delivery.Find("status").StringOr(""),
                    reason.empty() ? "" : ", ",
                    reason,
                    "\n");
  }
  context.terminal.Print(absl::StrCat(text, "Next: leadctl status ", lead_id, "\n"));
  co_return kOk;
}

void PrintSummary(Context& context,
                  const SendOptions& options,
                  const SendJournal& journal,
                  int64_t replayed,
                  bool complete) {
  const Checkpoint& checkpoint = journal.checkpoint();
  if (context.global.json) {
    json::Writer writer;
    writer.StartObject()
        .Member("file", options.file)
        .Member("complete", complete)
        .Member("rows", checkpoint.rows)
        .Member("accepted", checkpoint.accepted)
        .Member("accepted_before", replayed)
        .Member("rejected", checkpoint.rejected);
    if (checkpoint.rejected > 0) writer.Member("rejected_file", journal.rejected_path());
    writer.EndObject();
    context.terminal.Print(writer.Take() + "\n");
    return;
  }
  std::string text = absl::StrCat(WithCommas(checkpoint.accepted), " accepted");
  if (replayed > 0) absl::StrAppend(&text, " (", WithCommas(replayed), " of them before)");
  absl::StrAppend(&text, ", ", WithCommas(checkpoint.rejected), " rejected\n");
  if (checkpoint.rejected > 0) {
    absl::StrAppend(&text, "Why, row by row: ", journal.rejected_path(), "\n");
  }
  context.terminal.Print(text);
}

coro::Task<int> SendAFile(Context& context, SendOptions options, Endpoint endpoint) {
  absl::StatusOr<std::unique_ptr<InputFile>> file = InputFile::Open(options.file);
  if (!file.ok()) co_return Report({kUsage, std::string(file.status().message()), ""});
  const std::string_view text = (*file)->text();
  std::optional<Format> format =
      FormatOf(options.format.empty() ? options.file : "." + options.format);
  if (!format.has_value()) {
    co_return Report(
        {kUsage, options.file + " does not say what it is", "Give --format csv, ndjson or json."});
  }
  RowOptions row_options;
  row_options.format = *format;
  row_options.key_column = options.key_column;
  const std::string digest = crypto::Hex(crypto::Sha256(text));
  row_options.digest = digest;
  absl::StatusOr<std::unique_ptr<Rows>> rows = ReadRows(text, row_options);
  if (!rows.ok()) {
    co_return Report({kUsage,
                      absl::StrCat(options.file, ": ", rows.status().message()),
                      "Mend the file; nothing was sent."});
  }
  absl::StatusOr<SendJournal> journal = SendJournal::Open(options.file, digest, options.key_column);
  if (!journal.ok()) {
    co_return Report({kUsage,
                      std::string(journal.status().message()),
                      absl::StrCat("Restore it, or delete ",
                                   options.file,
                                   ".leadctl-resume to send all of it as a new file.")});
  }
  if (journal->checkpoint().rows > 0) {
    context.terminal.Note(
        absl::StrCat("Going on after row ", WithCommas(journal->checkpoint().rows), "."));
  }
  const std::vector<std::string> unknown = (*rows)->UnknownColumns();
  if (!unknown.empty()) {
    context.terminal.Note("Columns that go to form_data: " + absl::StrJoin(unknown, ", "));
  }
  BatchSender sender(context, endpoint, options.patience);
  FileSending sending(context, sender, *journal, **rows, text.size(), options);
  std::optional<Failure> failure = co_await sending.Run();
  if (!failure.has_value()) journal->Finish();
  PrintSummary(context, options, *journal, sending.replayed(), !failure.has_value());
  if (failure.has_value()) {
    absl::StrAppend(&failure->message, "; ", journal->checkpoint().rows, " rows are done");
    absl::StrAppend(&failure->next,
                    failure->next.empty() ? "" : "\n",
                    "Run the same command again to go on: nothing is sent twice.");
    co_return Report(*failure);
  }
  co_return journal->checkpoint().rejected > 0 ? kPartly : kOk;
}

}  // namespace

coro::Task<int> Run(Context& context, SendOptions options) {
  std::variant<Endpoint, Failure> found = FindIngest(context.global, options);
  if (const auto* failure = std::get_if<Failure>(&found)) co_return Report(*failure);
  Endpoint endpoint = std::get<Endpoint>(found);
  if (options.file.empty()) {
    int code = co_await SendOneLead(context, options, endpoint);
    co_return code;
  }
  int code = co_await SendAFile(context, options, endpoint);
  co_return code;
}

}  // namespace leadrelay::leadctl
