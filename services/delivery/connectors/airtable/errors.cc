#include "services/delivery/connectors/airtable/errors.h"

#include <algorithm>

namespace leadrelay::delivery::airtable {
namespace {

using Reach = Verdict::Reach;

constexpr absl::Duration kLockout = absl::Seconds(30);  // Of a base, after too many requests.

// Types are upper-case words; whatever else stands in their place is not shown.
std::string Type(const json::Value& value) {
  const std::string text = value.StringOr("");
  const bool valid = !text.empty() && text.size() <= 64 && text[0] >= 'A' && text[0] <= 'Z' &&
                     std::ranges::all_of(text, [](char c) {
                       return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
                     });
  return valid ? text : "";
}

// What stands between the two, or nothing.
std::string Between(std::string_view text, std::string_view before, std::string_view after) {
  if (!text.starts_with(before)) return "";
  text.remove_prefix(before.size());
  const size_t end = text.rfind(after);
  return end == std::string_view::npos ? "" : std::string(text.substr(0, end));
}

std::string Named(const std::string& type) {
  return type.empty() ? "" : absl::StrCat(" ", type);
}

std::string RemedyFor(const ApiError& error) {
  if (error.ambiguous) {
    return "more than one record of the table has the value that identifies this person: merge "
           "them in Airtable, or identify people by a field that only leadrelay fills "
           "(key_fields), then replay";
  }
  if (error.type == "UNKNOWN_FIELD_NAME") {
    return "make the field in the Airtable table, or take it out of the mapping; names count with "
           "their case. Then replay";
  }
  if (error.computed) return "take the computed field out of the mapping, then replay";
  if (error.type == "INVALID_MULTIPLE_CHOICE_OPTIONS") {
    return "add the option to the select field, or give the token's user the right to add options "
           "(creator), then replay";
  }
  if (error.type == "REQUEST_TOO_LARGE") {
    return "the lead is too large for Airtable: map less of it, then replay";
  }
  if (error.type.starts_with("INVALID_REQUEST") || error.type == "INVALID_RECORDS") {
    // Email and phone fields are not among the types that Airtable names for merging; whether it
    // refuses them, and by which type, is not documented.
    return "fields that identify a record (key_fields, deal_key_field, task_key_field) have to be "
           "single-line text columns: change theirs in Airtable, then replay";
  }
  return "correct the value at its source, in the mapping or the field's type in Airtable, then "
         "replay";
}

Outcome JudgeThrottled(const ApiError& error, const http::Response& response, absl::Time now) {
  if (error.type == "PUBLIC_API_BILLING_LIMIT_EXCEEDED") {
    return Outcome::Unauthorized(
        "HTTP 429 PUBLIC_API_BILLING_LIMIT_EXCEEDED: the workspace has used up its calls of this "
        "month",
        "upgrade the Airtable workspace, or wait for the next month; the leads are kept",
        429);
  }
  // A retry within the lockout is wasted, whatever the answer asks for.
  const absl::Duration wait = std::max(RetryAfter(response, now).value_or(kLockout), kLockout);
  return Outcome::Throttled(absl::StrCat("HTTP 429", Named(error.type)), wait, 429);
}

Outcome JudgeRefusedAccess(const ApiError& error, int status) {
  const std::string reason = absl::StrCat("HTTP ", status, Named(error.type));
  if (status == 401) {
    return Outcome::Unauthorized(
        reason,
        "Airtable does not know the access token: make a new personal access token at "
        "airtable.com/create/tokens and put it in place",
        status);
  }
  return Outcome::Unauthorized(
      reason,
      "give the token access to the base and the scopes data.records:read and "
      "data.records:write, its user the right to edit, and check base_id, table, deal_table and "
      "task_table: an unknown table looks the same to Airtable",
      status);
}

}  // namespace

ApiError ReadError(const json::Value& body) {
  const json::Value error = body.Find("error");
  ApiError result;
  result.type = Type(error.IsObject() ? error.Find("type") : error);
  const std::string message = error.Find("message").StringOr("");
  if (result.type == "UNKNOWN_FIELD_NAME") {
    result.field = Between(message, "Unknown field name: \"", "\"");
  } else if (result.type == "INVALID_VALUE_FOR_COLUMN") {
    result.field = Between(message, "Field \"", "\" cannot accept");
    result.computed = message.find("because the field is computed") != std::string::npos;
  }
  result.ambiguous = message.find("Cannot update more than one record") != std::string::npos;
  return result;
}

bool IsGone(const ApiError& error) {
  return error.type == "MODEL_ID_NOT_FOUND" || error.type == "ROW_DOES_NOT_EXIST";
}

Outcome JudgeRecord(const ApiError& error, int status, const SentField& sent) {
  std::string reason = error.type.empty() ? absl::StrCat("HTTP ", status) : error.type;
  if (error.ambiguous) reason += ": more than one record matches";
  if (!error.field.empty() && sent(error.field)) absl::StrAppend(&reason, " (", error.field, ")");
  return Outcome::Rejected(std::move(reason), RemedyFor(error), status);
}

Verdict JudgeReply(const Answer& answer, absl::Time now) {
  const int status = answer.response.status;
  if (status >= 200 && status < 300) return {};
  const ApiError error = ReadError(answer.body);
  if (status == 429) return {Reach::kAccount, JudgeThrottled(error, answer.response, now)};
  if (status == 401 || status == 403) return {Reach::kAccount, JudgeRefusedAccess(error, status)};

  Verdict verdict{Reach::kCall, JudgeByStatus(answer.response, now)};
  if (error.type == "LIST_RECORDS_ITERATOR_NOT_AVAILABLE") {
    verdict.outcome = Outcome::Retry(error.type, status);
  } else if (status == 400 || status == 413 || status == 422 || IsGone(error)) {
    verdict.reach = Reach::kRecords;
    verdict.outcome = JudgeRecord(error, status, [](std::string_view) { return false; });
  } else if (verdict.outcome.kind == Outcome::Kind::kRejected) {
    verdict.outcome.remedy = "check base_id, table, deal_table, task_table and base_url";
  }
  return verdict;
}

}  // namespace leadrelay::delivery::airtable
