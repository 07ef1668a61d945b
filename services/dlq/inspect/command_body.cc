#include "services/dlq/inspect/command_body.h"

#include <utility>

#include "services/dlq/inspect/fields.h"

namespace leadrelay::dlq {
namespace {

constexpr size_t kLongestNote = 500;

std::string Note(RequestFields& fields, std::string_view name) {
  std::string note = fields.Text(name);
  if (note.size() > kLongestNote) fields.Fail(name, "must be at most 500 bytes");
  return note;
}

Selection ReadSelection(RequestFields& fields, std::vector<RequestFault>& faults) {
  Selection selection;
  selection.ids = fields.Ids("ids");
  const json::Value filter = fields.Child("filter");
  const bool by_ids = fields.Has("ids");
  if (by_ids == filter.exists()) {
    fields.Fail("filter", "either ids or a filter must say which dead letters are meant");
    return selection;
  }
  if (by_ids) return selection;
  RequestFields members = RequestFields::OfJson(filter, "/filter", faults);
  selection.filter = members.Filter();
  const bool all = members.Flag("all");
  members.RefuseUnknown();
  if (!all && !selection.filter.narrows()) {
    fields.Fail("filter", "must narrow, or say that all are meant: {\"all\": true}");
  }
  return selection;
}

}  // namespace

Discard ReadDiscard(const json::Value& body, std::vector<RequestFault>& faults) {
  RequestFields fields = RequestFields::OfJson(body, "", faults);
  Discard discard;
  discard.selection = ReadSelection(fields, faults);
  discard.note = Note(fields, "note");
  fields.RefuseUnknown();
  return discard;
}

Discard ReadDiscardOne(int64_t id, const json::Value& body, std::vector<RequestFault>& faults) {
  RequestFields fields = RequestFields::OfJson(body, "", faults);
  Discard discard;
  discard.selection.ids = {id};
  discard.note = Note(fields, "note");
  fields.RefuseUnknown();
  return discard;
}

StartReplay ReadStartReplay(const json::Value& body, std::vector<RequestFault>& faults) {
  RequestFields fields = RequestFields::OfJson(body, "", faults);
  StartReplay replay;
  replay.selection = ReadSelection(fields, faults);
  replay.per_second = fields.Number("rate_per_second", 0.01, 10'000);
  replay.dry_run = fields.Flag("dry_run");
  fields.RefuseUnknown();
  json::Writer writer;
  writer.StartObject();
  for (const char* part : {"ids", "filter"}) {
    const json::Value value = body.Find(part);
    if (value.exists()) writer.Member(part, value);
  }
  writer.EndObject();
  replay.selection_json = writer.Take();
  return replay;
}

bool ReadAbandon(const json::Value& body, std::vector<RequestFault>& faults) {
  RequestFields fields = RequestFields::OfJson(body, "", faults);
  const bool abandon = fields.Flag("abandon");
  fields.RefuseUnknown();
  return abandon;
}

std::string ReadReason(const json::Value& body, std::vector<RequestFault>& faults) {
  RequestFields fields = RequestFields::OfJson(body, "", faults);
  std::string reason = Note(fields, "reason");
  fields.RefuseUnknown();
  return reason;
}

}  // namespace leadrelay::dlq
