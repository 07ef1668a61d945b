// How the sandbox's Freshsales is searched: by address at once, by words with a lag.

#include <algorithm>

#include "common/text/clean.h"
#include "tests/sandbox/systems/freshsales/answers.h"
#include "tests/sandbox/systems/freshsales/freshsales.h"

namespace leadrelay::sandbox {
namespace {

using freshsales::Json;
using freshsales::Record;
using text::LowerAscii;

}  // namespace

http::Response Freshsales::LookUp(const Call& call) const {
  const std::string wanted = LowerAscii(call.Parameter("q"));
  std::vector<const Record*> found;
  for (const Record& record : store_.All("contacts")) {
    const auto email = record.fields.find("emails");
    if (email != record.fields.end() && LowerAscii(email->second) == wanted) {
      found.push_back(&record);
    }
  }
  json::Writer writer;
  writer.StartObject().Key("contacts").StartObject();
  freshsales::WriteList("contacts", found, writer);
  writer.EndObject().EndObject();
  return Json(200, writer.Take());
}

http::Response Freshsales::Search(const Call& call) const {
  const std::string wanted = LowerAscii(call.Parameter("q"));
  const std::string type = call.Parameter("include") + "s";
  json::Writer writer;
  writer.StartArray();
  for (const Record& record : store_.All(type)) {
    if (record.updated > call.now - kSearchLag) continue;  // The index has not seen it yet.
    const bool found = std::ranges::any_of(record.fields, [&wanted](const auto& field) {
      return LowerAscii(field.second).find(wanted) != std::string::npos;
    });
    if (found) Write(record, writer);
  }
  writer.EndArray();
  return Json(200, writer.Take());
}

}  // namespace leadrelay::sandbox
