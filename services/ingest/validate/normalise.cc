#include "services/ingest/validate/normalise.h"

#include <optional>

#include "common/text/clean.h"
#include "common/text/person_name.h"
#include "services/ingest/validate/ip_hash.h"

namespace leadrelay::ingest {
namespace {

using json::Value;

// Written beside the loop over the members.  Whatever of them is ours alone (phone_raw, ip_hash)
// the schema does not let in.
bool IsWrittenApart(std::string_view key) {
  return key == "name" || key == "first_name" || key == "last_name" || key == "consent_given";
}

// True for what is left out of an object: null, and text that is empty once trimmed.
bool IsNothing(const Value& value) {
  if (value.IsNull()) return true;
  const std::optional<std::string_view> text = value.AsString();
  return text.has_value() && text::Trim(*text).empty();
}

void WriteClean(json::Writer& writer, const Value& value);

void WriteMembers(json::Writer& writer, const Value& object) {
  for (const Value::Member& member : object.Members()) {
    if (IsNothing(member.value)) continue;
    writer.Key(member.key);
    WriteClean(writer, member.value);
  }
}

void WriteClean(json::Writer& writer, const Value& value) {
  if (const std::optional<std::string_view> text = value.AsString()) {
    writer.String(text::CleanText(*text));
  } else if (value.IsArray()) {
    writer.StartArray();
    for (const Value& element : value.Elements()) WriteClean(writer, element);
    writer.EndArray();
  } else if (value.IsObject()) {
    writer.StartObject();
    WriteMembers(writer, value);
    writer.EndObject();
  } else {
    writer.Copy(value);
  }
}

std::string WithLowerDomain(std::string_view email) {
  const size_t at = email.rfind('@');
  return std::string(email.substr(0, at)) + text::LowerAscii(email.substr(at));
}

std::string LineAt(const Value& lead, std::string_view key) {
  return text::CleanLine(lead.Find(key).AsString().value_or(""));
}

// The parts as they were given, or taken from the whole; the whole likewise.
void WriteNames(json::Writer& writer, const Value& lead) {
  std::string name = LineAt(lead, "name");
  text::PersonName parts{LineAt(lead, "first_name"), LineAt(lead, "last_name")};
  if (name.empty()) {
    name = text::CleanLine(parts.first + " " + parts.last);
  } else if (parts.first.empty() && parts.last.empty()) {
    parts = text::SplitName(name);
  }
  if (!name.empty()) writer.Member("name", name);
  if (!parts.first.empty()) writer.Member("first_name", parts.first);
  if (!parts.last.empty()) writer.Member("last_name", parts.last);
}

void WritePhone(json::Writer& writer, std::string_view text, const text::Phone& phone) {
  const std::string raw = text::CleanLine(text);
  const bool known = phone.kind == text::Phone::Kind::kE164;
  writer.Member("phone", known ? phone.e164 : raw);
  if (known && raw != phone.e164) writer.Member("phone_raw", raw);
}

void WriteDeal(json::Writer& writer, const Value& deal) {
  writer.Key("deal").StartObject();
  for (const Value::Member& member : deal.Members()) {
    if (IsNothing(member.value)) continue;
    writer.Key(member.key);
    if (member.key == "currency" && member.value.IsString()) {
      writer.String(text::UpperAscii(text::Trim(*member.value.AsString())));
    } else {
      WriteClean(writer, member.value);
    }
  }
  writer.EndObject();
}

}  // namespace

NormalLead Normalise(const Value& lead, const text::Phone& phone, std::string_view ip_hash_key) {
  const bool consent = lead.Find("consent_given").BoolOr(false);
  json::Writer writer;
  writer.StartObject();
  WriteNames(writer, lead);
  for (const auto& [key, value] : lead.Members()) {
    if (IsNothing(value) || IsWrittenApart(key)) continue;
    if (key == "consent_timestamp" && !consent) continue;
    const std::string_view text = value.AsString().value_or("");
    if (key == "email") {
      writer.Member(key, WithLowerDomain(text::Trim(text)));
    } else if (key == "phone") {
      WritePhone(writer, text, phone);
    } else if (key == "ip_address") {
      writer.Member("ip_hash", HashAddress(ip_hash_key, text::Trim(text)));
    } else if (key == "deal") {
      WriteDeal(writer, value);
    } else if (key == "company" || key == "form_name" || key == "user_agent") {
      writer.Member(key, text::CleanLine(text));
    } else {
      writer.Key(key);
      WriteClean(writer, value);
    }
  }
  writer.Member("consent_given", consent);
  writer.EndObject();
  return NormalLead(writer.Take(), consent, LineAt(lead, "form_name"));
}

}  // namespace leadrelay::ingest
