#include "services/delivery/connectors/zoho/api_error.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/str_join.h"

namespace leadrelay::delivery::zoho {
namespace {

constexpr std::string_view kRecordPath = "$.data[";

bool IsWord(std::string_view text, const std::function<bool(char)>& is_letter) {
  return !text.empty() && text.size() <= 64 && is_letter(text[0]) &&
         std::ranges::all_of(text, [&is_letter](char c) {
           return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
         });
}

bool IsUpper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool IsLower(char c) {
  return c >= 'a' && c <= 'z';
}

// "$.data[3].Email" -> 3
std::optional<size_t> RecordIn(std::string_view path) {
  if (!path.starts_with(kRecordPath)) return std::nullopt;
  path.remove_prefix(kRecordPath.size());
  size_t index = 0;
  const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), index);
  if (error != std::errc() || end == path.data() + path.size() || *end != ']') return std::nullopt;
  return index;
}

// The name of the field: said outright, or the last part of the path to it.
std::string FieldOf(const json::Value& details) {
  std::string name = details.Find("api_name").StringOr("");
  if (!name.empty()) return name;
  const std::string path = details.Find("json_path").StringOr("");
  const size_t dot = path.rfind('.');
  return dot == std::string::npos ? "" : path.substr(dot + 1);
}

void AddFault(const json::Value& error, ApiError& result) {
  const json::Value details = error.Find("details");
  ApiError::Fault fault{CodeOf(error.Find("code")), FieldOf(details), ""};
  const std::string expected = details.Find("expected_data_type").StringOr("");
  if (IsWord(expected, IsLower)) fault.expected = expected;
  if (!fault.code.empty()) result.faults.push_back(std::move(fault));
  const std::string path = details.Find("json_path").StringOr("");
  if (!result.record.has_value()) result.record = RecordIn(path);
  result.of_request = result.of_request || (path.starts_with("$.") && !path.starts_with("$.data"));
}

void AddPermissions(const json::Value& permissions, ApiError& result) {
  std::vector<json::Value> list = permissions.Elements();
  if (permissions.IsString()) list.push_back(permissions);
  for (const json::Value& each : list) {
    std::string name = each.StringOr("");
    if (IsWord(name, [](char c) { return IsUpper(c) || IsLower(c); })) {
      result.permissions.push_back(std::move(name));
    }
  }
}

}  // namespace

bool ApiError::Is(std::string_view wanted) const {
  return code == wanted || Find(wanted) != nullptr;
}

const ApiError::Fault* ApiError::Find(std::string_view wanted) const {
  const auto found = std::ranges::find(faults, wanted, &Fault::code);
  return found == faults.end() ? nullptr : &*found;
}

std::string CodeOf(const json::Value& value) {
  std::string text = value.StringOr("");
  return IsWord(text, IsUpper) ? text : "";
}

std::string IdOf(const json::Value& value) {
  std::string id = value.AsText().value_or("");
  const bool valid = !id.empty() && id.size() <= 32 &&
                     std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
  return valid ? id : "";
}

bool IsError(const json::Value& value) {
  const std::string status = value.Find("status").StringOr("");
  const std::string code = CodeOf(value.Find("code"));
  return status == "error" || (status.empty() && !code.empty() && code != "SUCCESS");
}

ApiError ReadError(const json::Value& error) {
  const json::Value first = error.Find("data").At(0);
  if (CodeOf(error.Find("code")).empty() && IsError(first)) return ReadError(first);
  ApiError result;
  result.code = CodeOf(error.Find("code"));
  const json::Value details = error.Find("details");
  const json::Value errors = details.Find("errors");
  for (const json::Value& each : errors.Elements()) AddFault(each, result);
  if (result.faults.empty()) AddFault(error, result);
  const json::Value duplicate = details.Find("duplicate_record");
  result.duplicate_id = IdOf(duplicate.Find("id"));
  result.duplicate_module = duplicate.Find("module").Find("api_name").StringOr("");
  AddPermissions(details.Find("permissions"), result);
  return result;
}

std::string Describe(const ApiError& error, const SentField& sent) {
  std::vector<std::string> parts;
  for (const ApiError::Fault& fault : error.faults) {
    std::vector<std::string> notes;
    if (!fault.field.empty() && sent(fault.field)) notes.push_back(fault.field);
    if (!fault.expected.empty()) notes.push_back("expects " + fault.expected);
    parts.push_back(notes.empty()
                        ? fault.code
                        : absl::StrCat(fault.code, " (", absl::StrJoin(notes, ", "), ")"));
  }
  if (parts.empty()) return error.code.empty() ? "an error without a code" : error.code;
  return absl::StrJoin(parts, ", ");
}

}  // namespace leadrelay::delivery::zoho
