// The record endpoints of the sandbox's Zoho.

#include <algorithm>
#include <sstream>

#include "tests/sandbox/systems/zoho/answers.h"
#include "tests/sandbox/systems/zoho/query.h"
#include "tests/sandbox/systems/zoho/zoho.h"

namespace leadrelay::sandbox::zoho {
namespace {

constexpr size_t kMostRecords = 100;

std::string ValueIn(const Record& record, const std::string& field) {
  if (field == "id") return record.id;
  const std::string text = record.Text(field);
  return text.empty() ? record.Lookup(field) : text;
}

}  // namespace

http::Response Zoho::Records(const http::Request& request,
                             const std::vector<std::string>& path,
                             absl::Time now) {
  const std::string& module = path[0];
  const std::string second = path.size() > 1 ? path[1] : "";
  if (request.method == "POST" && (second.empty() || second == "upsert")) {
    return Write(request, module, second == "upsert", "", now);
  }
  if (request.method == "PUT") return Write(request, module, false, second, now);
  if (request.method == "DELETE") {
    return Delete(second.empty() ? Parameter(request, "ids") : second, module);
  }
  if (request.method != "GET") return Error(405, "INVALID_REQUEST_METHOD");
  if (second == "search") return Search(request, module, now);
  if (path.size() == 3 && path[2] == "Notes") return NotesOf(second);
  const Record* record = store_.Find(module, second);
  if (record == nullptr) return http::Response{204, {}, ""};
  return List({record}, {}, false);
}

http::Response Zoho::Write(const http::Request& request,
                           const std::string& module,
                           bool upsert,
                           const std::string& id,
                           absl::Time now) {
  const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  const std::vector<json::Value> inputs =
      body.ok() ? body->root().Find("data").Elements() : std::vector<json::Value>();
  if (inputs.empty() || inputs.size() > kMostRecords) {
    return Error(400, "INVALID_DATA", R"({"api_name":"data","json_path":"$.data"})");
  }
  std::vector<std::string> check;
  if (upsert) {
    for (const json::Value& each : body->root().Find("duplicate_check_fields").Elements()) {
      const Field* field = store_.FindField(module, each.StringOr(""));
      if (field == nullptr || !(field->unique || field->system)) {
        return Error(400, "INVALID_DATA", R"({"json_path":"$.duplicate_check_fields[0]"})");
      }
      check.push_back(field->name);
    }
  }
  std::vector<std::string> verdicts;
  size_t failed = 0;
  for (const json::Value& input : inputs) {
    const std::string own = id.empty() ? input.Find("id").StringOr("") : id;
    const Written written = request.method == "PUT" ? store_.Update(module, own, input, now)
                                                    : store_.Upsert(module, input, check, now);
    if (written.record == nullptr) ++failed;
    verdicts.push_back(VerdictOn(written, verdicts.size(), upsert));
  }
  return Verdicts(verdicts, failed, request.method == "POST" && !upsert ? 201 : 200);
}

// `all` are ids with commas between them.
http::Response Zoho::Delete(const std::string& all, const std::string& module) {
  std::vector<std::string> verdicts;
  size_t failed = 0;
  std::istringstream ids(all);
  for (std::string id; std::getline(ids, id, ',');) {
    Record gone;
    gone.id = id;
    Written written;
    written.record = store_.Delete(module, id) ? &gone : nullptr;
    written.fault = {"INVALID_DATA", "id", ""};
    if (written.record == nullptr) ++failed;
    verdicts.push_back(VerdictOn(written, verdicts.size(), false));
  }
  return Verdicts(verdicts, failed, 200);
}

http::Response Zoho::Search(const http::Request& request,
                            const std::string& module,
                            absl::Time now) {
  const std::string email = Parameter(request, "email");
  const std::string phone = Parameter(request, "phone");
  const std::string word = Parameter(request, "word");
  std::vector<const Record*> found;
  for (const Record& record : store_.All(module)) {
    if (record.modified_at > now - kSearchLag) continue;  // The index has not seen it yet.
    const bool fits = (!email.empty() && record.Text("Email") == email) ||
                      (!phone.empty() && record.Text("Phone") == phone) ||
                      (!word.empty() && ToJson(record, {}).find(word) != std::string::npos);
    if (fits) found.push_back(&record);
  }
  return List(found, {}, false);
}

http::Response Zoho::Select(const http::Request& request) {
  const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  const std::string text = body.ok() ? body->root().Find("select_query").StringOr("") : "";
  const std::optional<Query> query = ParseQuery(text);
  if (!query.has_value()) return Error(400, "SYNTAX_ERROR");
  if (!store_.HasModule(query->module) || query->module == "Notes" ||
      store_.FindField(query->module, query->field) == nullptr) {
    return Error(400, "INVALID_QUERY");
  }
  std::vector<const Record*> found;
  for (const Record& record : store_.All(query->module)) {
    const std::string value = ValueIn(record, query->field);
    if (std::ranges::find(query->values, value) != query->values.end()) found.push_back(&record);
  }
  // Records are kept in the order in which they were made.
  if (query->descending) std::ranges::reverse(found);
  const bool more = found.size() > query->limit;
  if (more) found.resize(query->limit);
  return List(found, query->fields, more);
}

http::Response Zoho::NotesOf(const std::string& id) {
  std::vector<const Record*> found;
  for (const Record& note : store_.All("Notes")) {
    if (note.Lookup("Parent_Id") == id) found.push_back(&note);
  }
  return List(found, {}, false);
}

}  // namespace leadrelay::sandbox::zoho
