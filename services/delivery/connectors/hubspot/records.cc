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
    if (records_.size() == 1) {
      if (nameless_results_.size() == 1) Write(0, nameless_results_.front());
      if (!nameless_errors_.empty()) Fail(0, nameless_errors_.front());
      return std::move(verdicts_);
    }
    for (size_t i = 0; i < records_.size(); ++i) {
      const std::string value = ValueOf(records_[i]);
      const auto same = [&value](const auto& each) { return ValueOf(each) == value; };
      const auto same_result = [&](const json::Value& result) {
        return ValueIn(result, records_[i]) == value;
      };
      if (value.empty() || !IsSilent(i) || std::ranges::count_if(records_, same) != 1 ||
          std::ranges::count_if(nameless_results_, same_result) != 1) {
        continue;
      }
      Write(i, *std::ranges::find_if(nameless_results_, same_result));
    }
    return std::move(verdicts_);
  }

 private:
  bool IsSilent(size_t i) const { return verdicts_[i].kind == Kind::kSilent; }

  static std::string_view TellingProperty(const Record& record) {
    return record.key_property.empty() ? record.telling : record.key_property;
  }

  // What a record can be told by; empty: nothing.
  static std::string ValueOf(const Record& record) {
    if (!record.key_property.empty()) return record.key;
    const std::string* value = Find(record.properties, record.telling);
    return value == nullptr ? "" : *value;
  }

  static std::string ValueIn(const json::Value& result, const Record& record) {
    const std::string_view property = TellingProperty(record);
    if (property == kRecordId) return RecordId(result.Find("id"));
    std::string value = result.Find("properties").Find(property).StringOr("");
    return property == "email" ? LowerCase(value) : value;
  }

  void Write(size_t i, const json::Value& result) {
    const std::string id = RecordId(result.Find("id"));
    if (id.empty() || verdicts_[i].kind == Kind::kWritten) return;
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
      if (record.key_property != kRecordId) writer.Member("idProperty", record.key_property);
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
