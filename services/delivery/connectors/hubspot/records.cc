#include "services/delivery/connectors/hubspot/records.h"

#include <algorithm>
#include <cctype>
#include <map>

namespace leadrelay::delivery::hubspot {
namespace {

using Kind = RecordVerdict::Kind;

// Record ids go into later requests and into the ledger: only what looks like one is taken.
std::string RecordId(const json::Value& value) {
  std::string id = value.AsText().value_or("");
  const bool valid = !id.empty() && id.size() <= 32 &&
                     std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
  return valid ? id : "";
}

std::vector<std::string> Texts(const json::Value& value) {
  std::vector<std::string> texts;
  if (std::optional<std::string> text = value.AsText()) texts.push_back(*std::move(text));
  for (const json::Value& element : value.Elements()) texts.push_back(element.StringOr(""));
  return texts;
}

class Matcher {
 public:
  explicit Matcher(const std::vector<Record>& records) : records_(records) {
    verdicts_.resize(records.size());
    for (size_t i = 0; i < records.size(); ++i) by_trace_.emplace(records[i].trace, i);
  }

  void TakeResult(const json::Value& result) {
    const std::string trace = result.Find("objectWriteTraceId").StringOr("");
    if (!trace.empty()) {
      // A trace that is not ours is not our record, whatever else it looks like.
      const auto found = by_trace_.find(trace);
      if (found != by_trace_.end()) Write(found->second, result);
      return;
    }
    for (size_t i = 0; i < records_.size(); ++i) {
      if (IsSilent(i) && HasKey(result, records_[i])) return Write(i, result);
    }
    nameless_results_.push_back(result);
  }

  void TakeError(const json::Value& error) {
    bool named = false;
    const json::Value context = error.Find("context");
    for (const std::string& trace : Texts(context.Find("objectWriteTraceId"))) {
      const auto found = by_trace_.find(trace);
      if (found != by_trace_.end()) Fail(found->second, error);
      named = true;
    }
    for (const std::string& id : Texts(context.Find("ids"))) {
      const auto found = std::ranges::find(records_, id, &Record::key);
      if (found == records_.end() || found->key.empty()) continue;
      Fail(static_cast<size_t>(found - records_.begin()), error);
      named = true;
    }
    if (!named) nameless_errors_.push_back(error);
  }

  std::vector<RecordVerdict> Finish() {
    const auto is_silent = [](const RecordVerdict& v) { return v.kind == Kind::kSilent; };
    if (std::ranges::count_if(verdicts_, is_silent) == 1) {
      const auto last =
          static_cast<size_t>(std::ranges::find_if(verdicts_, is_silent) - verdicts_.begin());
      if (nameless_results_.size() == 1 && nameless_errors_.empty()) {
        Write(last, nameless_results_.front());
      } else if (nameless_results_.empty() && !nameless_errors_.empty()) {
        Fail(last, nameless_errors_.front());
      }
    }
    return std::move(verdicts_);
  }

 private:
  bool IsSilent(size_t i) const { return verdicts_[i].kind == Kind::kSilent; }

  static bool HasKey(const json::Value& result, const Record& record) {
    if (record.key_property.empty()) return false;
    const std::string value = result.Find("properties").Find(record.key_property).StringOr("");
    return record.key_property == "email" ? LowerCase(value) == record.key : value == record.key;
  }

  void Write(size_t i, const json::Value& result) {
    const std::string id = RecordId(result.Find("id"));
    if (id.empty() || verdicts_[i].kind == Kind::kWritten) return;
    // Two records with one id are two leads in one contact, which only upserts may do.
    verdicts_[i] = {Kind::kWritten, id, result.Find("new").BoolOr(false), {}};
  }

  void Fail(size_t i, const json::Value& error) {
    if (IsSilent(i)) verdicts_[i] = {Kind::kFailed, "", false, ReadError(error)};
  }

  const std::vector<Record>& records_;
  std::map<std::string, size_t> by_trace_;
  std::vector<RecordVerdict> verdicts_;
  std::vector<json::Value> nameless_results_;
  std::vector<json::Value> nameless_errors_;
};

}  // namespace

const std::string* Find(const Properties& properties, std::string_view name) {
  const auto found = std::ranges::find(properties, name, &Properties::value_type::first);
  return found == properties.end() ? nullptr : &found->second;
}

void Put(Properties& properties, std::string_view name, std::string value) {
  const auto found = std::ranges::find(properties, name, &Properties::value_type::first);
  if (found == properties.end()) {
    properties.emplace_back(std::string(name), std::move(value));
  } else {
    found->second = std::move(value);
  }
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

void WriteAssociationTypes(json::Writer& writer, AssociationType type) {
  writer.Key("types").StartArray().StartObject();
  writer.Member("associationCategory", "HUBSPOT_DEFINED");
  writer.Member("associationTypeId", static_cast<int>(type));
  writer.EndObject().EndArray();
}

std::string WriteRecords(const std::vector<Record>& records) {
  json::Writer writer;
  writer.StartObject().Key("inputs").StartArray();
  for (const Record& record : records) {
    writer.StartObject();
    if (!record.key_property.empty()) {
      writer.Member("id", record.key);
      writer.Member("idProperty", record.key_property);
    }
    writer.Member("objectWriteTraceId", record.trace);
    writer.Key("properties").StartObject();
    for (const auto& [name, value] : record.properties) writer.Member(name, value);
    writer.EndObject();
    if (record.key_property.empty()) {
      writer.Key("associations").StartArray();
      for (const Association& association : record.associations) {
        writer.StartObject().Key("to").StartObject().Member("id", association.to).EndObject();
        WriteAssociationTypes(writer, association.type);
        writer.EndObject();
      }
      writer.EndArray();
    }
    writer.EndObject();
  }
  writer.EndArray().EndObject();
  return writer.Take();
}

std::vector<RecordVerdict> ReadVerdicts(const std::vector<Record>& records,
                                        const json::Value& body) {
  Matcher matcher(records);
  for (const json::Value& result : body.Find("results").Elements()) matcher.TakeResult(result);
  for (const json::Value& error : body.Find("errors").Elements()) matcher.TakeError(error);
  return matcher.Finish();
}

}  // namespace leadrelay::delivery::hubspot
