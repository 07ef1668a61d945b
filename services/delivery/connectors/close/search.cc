#include "services/delivery/connectors/close/search.h"

#include <algorithm>
#include <functional>

#include "absl/strings/ascii.h"

namespace leadrelay::delivery::close {
namespace {

constexpr int kMostHits = 100;  // Of one person; who has more has other troubles.

using Query = std::function<void(json::Writer&)>;

Query TextIs(std::string_view object,
             std::string_view field,
             std::string_view mode,
             std::string_view value) {
  return [=](json::Writer& writer) {
    writer.StartObject().Member("type", "field_condition");
    writer.Key("field")
        .StartObject()
        .Member("type", "regular_field")
        .Key("object_type")
        .String(object)
        .Key("field_name")
        .String(field)
        .EndObject();
    writer.Key("condition")
        .StartObject()
        .Member("type", "text")
        .Key("mode")
        .String(mode)
        .Key("value")
        .String(value)
        .EndObject();
    writer.EndObject();
  };
}

Query AnyOf(std::vector<Query> queries) {
  if (queries.size() == 1) return queries.front();
  return [queries = std::move(queries)](json::Writer& writer) {
    writer.StartObject().Member("type", "or").Key("queries").StartArray();
    for (const Query& query : queries) query(writer);
    writer.EndArray().EndObject();
  };
}

Query Related(std::string_view object, std::string_view related, Query query) {
  return [=, query = std::move(query)](json::Writer& writer) {
    writer.StartObject().Member("type", "has_related");
    writer.Key("this_object_type").String(object);
    writer.Key("related_object_type").String(related);
    writer.Key("related_query");
    query(writer);
    writer.EndObject();
  };
}

// Without _fields Close answers with ids alone.
std::string Search(std::string_view object,
                   const Query& query,
                   const std::vector<std::string>& fields) {
  json::Writer writer;
  writer.StartObject();
  writer.Key("query").StartObject().Member("type", "and").Key("queries").StartArray();
  writer.StartObject().Member("type", "object_type").Key("object_type").String(object).EndObject();
  query(writer);
  writer.EndArray().EndObject();
  writer.Key("_fields").StartObject().Key(object).StartArray();
  for (const std::string& field : fields) writer.String(field);
  writer.EndArray().EndObject();
  writer.Member("_limit", kMostHits).EndObject();
  return writer.Take();
}

std::string SearchContacts(const Query& query) {
  return Search("contact", query, {"id", "lead_id", "name", "emails", "phones", "date_created"});
}

std::string Digits(std::string_view text) {
  std::string digits;
  std::ranges::copy_if(
      text, std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
  return digits;
}

// Close writes every time of creation in one form, so the texts sort as the times do.
std::vector<json::Value> Hits(const json::Value& data,
                              const std::function<bool(const json::Value&)>& bears) {
  std::vector<json::Value> hits;
  for (const json::Value& hit : data.Elements()) {
    if (!hit.Find("id").StringOr("").empty() && bears(hit)) hits.push_back(hit);
  }
  std::ranges::stable_sort(
      hits, {}, [](const json::Value& hit) { return hit.Find("date_created").StringOr(""); });
  return hits;
}

bool HasElement(const json::Value& list,
                std::string_view member,
                const std::function<bool(std::string_view)>& is) {
  return std::ranges::any_of(list.Elements(), [&](const json::Value& element) {
    return is(element.Find(member).AsString().value_or(""));
  });
}

}  // namespace

std::string ContactsByEmail(std::string_view email) {
  const std::string lower = absl::AsciiStrToLower(std::string(email));
  std::vector<Query> spellings = {TextIs("contact_email", "email", "exact_value", lower)};
  if (lower != email) spellings.push_back(TextIs("contact_email", "email", "exact_value", email));
  return SearchContacts(Related("contact", "contact_email", AnyOf(std::move(spellings))));
}

std::string ContactsByPhone(std::string_view phone) {
  return SearchContacts(
      Related("contact", "contact_phone", TextIs("contact_phone", "phone", "exact_value", phone)));
}

std::string ContactsByName(std::string_view name) {
  return SearchContacts(TextIs("contact", "name", "full_words", name));
}

std::string LeadsByName(std::string_view name, std::string_view mode) {
  return Search("lead",
                TextIs("lead", "name", mode, name),
                {"id", "name", "display_name", "status_label", "date_created"});
}

std::vector<json::Value> HitsByEmail(const json::Value& data, std::string_view email) {
  return Hits(data, [email](const json::Value& hit) {
    return HasElement(hit.Find("emails"), "email", [email](std::string_view each) {
      return SameEmail(each, email);
    });
  });
}

std::vector<json::Value> HitsByPhone(const json::Value& data, std::string_view phone) {
  return Hits(data, [phone](const json::Value& hit) {
    return HasElement(hit.Find("phones"), "phone", [phone](std::string_view each) {
      return SamePhone(each, phone);
    });
  });
}

std::vector<json::Value> HitsByName(const json::Value& data, std::string_view name) {
  return Hits(data, [name](const json::Value& hit) { return hit.Find("name").AsString() == name; });
}

bool SameEmail(std::string_view a, std::string_view b) {
  return absl::AsciiStrToLower(std::string(a)) == absl::AsciiStrToLower(std::string(b));
}

// Close formats numbers in its own ways.
bool SamePhone(std::string_view a, std::string_view b) {
  const std::string digits = Digits(a);
  return !digits.empty() && digits == Digits(b);
}

}  // namespace leadrelay::delivery::close
