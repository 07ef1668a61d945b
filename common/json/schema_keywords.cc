// The keywords of draft 04, each read into the node of its schema.

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"

#include "common/json/schema_compiler.h"
#include "common/status/abseil.h"

namespace leadrelay::json {
namespace {

using Compiler = SchemaCompiler;
using Site = SchemaCompiler::Site;

constexpr std::string_view kDraft = "http://json-schema.org/draft-04/schema#";
constexpr std::array<std::string_view, 7> kTypes = {
    "null", "boolean", "integer", "number", "string", "array", "object"};

std::vector<std::string> Texts(Compiler& c, const Value& value, const std::string& at) {
  c.Expect(value.IsArray() && value.size() > 0, at, "an array of texts");
  std::vector<std::string> texts;
  for (const Value& element : value.Elements()) {
    c.Expect(element.IsString(), at, "an array of texts");
    texts.push_back(element.StringOr(""));
  }
  return texts;
}

std::optional<Pattern> ReadPattern(Compiler& c, std::string_view text, const std::string& at) {
  absl::StatusOr<Pattern> pattern = Pattern::Compile(text);
  if (pattern.ok()) return *std::move(pattern);
  c.Fail(at, absl::StrCat("the expression is ", pattern.status().message()));
  return std::nullopt;
}

void Nothing(Compiler&, const Site&) {}

void Text(Compiler& c, const Site& site) {
  c.Expect(site.value.IsString(), site.at, "a text");
}

void Draft(Compiler& c, const Site& site) {
  c.Expect(site.value.AsString() == kDraft, site.at, std::string(kDraft));
}

// Further down it would change what $ref is relative to.
void Id(Compiler& c, const Site& site) {
  c.Expect(site.at == "/id" && site.value.IsString(), site.at, "a text, at the top only");
}

void Definitions(Compiler& c, const Site& site) {
  c.EachMember(site, [&](std::string_view, const Value& schema, const std::string& at) {
    c.Node(schema, at);
  });
}

void Types(Compiler& c, const Site& site) {
  if (site.value.IsString()) {
    site.node.types = {site.value.StringOr("")};
  } else {
    site.node.types = Texts(c, site.value, site.at);
  }
  for (const std::string& type : site.node.types) {
    const bool known = std::ranges::find(kTypes, type) != kTypes.end();
    if (!known) c.Fail(site.at, absl::StrCat("there is no type \"", type, "\""));
  }
}

void Choices(Compiler& c, const Site& site) {
  c.Expect(site.value.IsArray() && site.value.size() > 0, site.at, "an array with elements");
  site.node.choices = site.value;
}

template <auto kBound>
void Limit(Compiler& c, const Site& site) {
  c.Expect(site.value.type() == Type::kNumber, site.at, "a number");
  const bool low = site.key == "minimum";
  const Value exclusive = site.schema.Find(low ? "exclusiveMinimum" : "exclusiveMaximum");
  site.node.*kBound = SchemaNode::Bound{site.value, exclusive.BoolOr(false)};
}

// Read by Limit(); here it is only seen to that it has one to speak of.
void Exclusive(Compiler& c, const Site& site) {
  const std::string bound = site.key == "exclusiveMinimum" ? "minimum" : "maximum";
  c.Expect(site.value.AsBool() && site.schema.Find(bound).exists(),
           site.at,
           absl::StrCat("true or false beside ", bound, " (draft 04)"));
}

void MultipleOf(Compiler& c, const Site& site) {
  c.Expect(site.value.AsDouble().value_or(0) > 0, site.at, "a number above 0");
  site.node.multiple_of = site.value.AsDouble();
}

template <auto kCount>
void Count(Compiler& c, const Site& site) {
  const int64_t count = site.value.Int64Or(-1);
  c.Expect(count >= 0, site.at, "a whole number from 0");
  site.node.*kCount = static_cast<size_t>(std::max<int64_t>(count, 0));
}

void TextPattern(Compiler& c, const Site& site) {
  Text(c, site);
  site.node.pattern = ReadPattern(c, site.value.AsString().value_or(""), site.at);
}

void UniqueItems(Compiler& c, const Site& site) {
  c.Expect(site.value.AsBool().has_value(), site.at, "true or false");
  site.node.unique_items = site.value.BoolOr(false);
}

void Items(Compiler& c, const Site& site) {
  if (site.value.IsArray()) {
    site.node.tuple = c.Nodes(site.value, site.at);
  } else {
    site.node.items = c.Node(site.value, site.at);
  }
}

// Whether there may be others, or what they must be.
template <auto kAllowed, auto kNode>
void Additional(Compiler& c, const Site& site) {
  if (site.value.IsObject()) {
    site.node.*kNode = c.Node(site.value, site.at);
  } else {
    c.Expect(site.value.AsBool().has_value(), site.at, "true or false or a schema");
    site.node.*kAllowed = site.value.BoolOr(true);
  }
}

void AdditionalItems(Compiler& c, const Site& site) {
  c.Expect(site.schema.Find("items").IsArray(),
           site.at,
           "beside an array of items, where alone it counts");
  Additional<&SchemaNode::additional_items, &SchemaNode::additional_item>(c, site);
}

void Required(Compiler& c, const Site& site) {
  site.node.required = Texts(c, site.value, site.at);
}

void Properties(Compiler& c, const Site& site) {
  c.EachMember(site, [&](std::string_view key, const Value& schema, const std::string& at) {
    site.node.properties[std::string(key)] = c.Node(schema, at);
  });
}

void PatternProperties(Compiler& c, const Site& site) {
  c.EachMember(site, [&](std::string_view key, const Value& schema, const std::string& at) {
    const SchemaNode* const node = c.Node(schema, at);
    std::optional<Pattern> pattern = ReadPattern(c, key, at);
    if (pattern) site.node.pattern_properties.push_back({*std::move(pattern), node});
  });
}

void Dependencies(Compiler& c, const Site& site) {
  c.EachMember(site, [&](std::string_view key, const Value& value, const std::string& at) {
    SchemaNode::Dependency dependency{std::string(key), {}, nullptr};
    if (value.IsArray()) {
      dependency.keys = Texts(c, value, at);
    } else {
      dependency.node = c.Node(value, at);
    }
    site.node.dependencies.push_back(std::move(dependency));
  });
}

template <auto kParts>
void Combination(Compiler& c, const Site& site) {
  c.Expect(site.value.IsArray() && site.value.size() > 0, site.at, "an array with elements");
  site.node.*kParts = c.Nodes(site.value, site.at);
}

void Not(Compiler& c, const Site& site) {
  site.node.not_ = c.Node(site.value, site.at);
}

struct Keyword {
  std::string_view name;
  void (*read)(Compiler& compiler, const Site& site);
};

using N = SchemaNode;
constexpr Keyword kKeywords[] = {
    {"$schema", Draft},
    {"id", Id},
    {"title", Text},
    {"description", Text},
    {"default", Nothing},
    {"definitions", Definitions},
    {"type", Types},
    {"enum", Choices},
    {"minimum", Limit<&N::minimum>},
    {"maximum", Limit<&N::maximum>},
    {"exclusiveMinimum", Exclusive},
    {"exclusiveMaximum", Exclusive},
    {"multipleOf", MultipleOf},
    {"minLength", Count<&N::min_length>},
    {"maxLength", Count<&N::max_length>},
    {"pattern", TextPattern},
    {"items", Items},
    {"additionalItems", AdditionalItems},
    {"minItems", Count<&N::min_items>},
    {"maxItems", Count<&N::max_items>},
    {"uniqueItems", UniqueItems},
    {"required", Required},
    {"properties", Properties},
    {"patternProperties", PatternProperties},
    {"additionalProperties", Additional<&N::additional_properties, &N::additional_property>},
    {"minProperties", Count<&N::min_properties>},
    {"maxProperties", Count<&N::max_properties>},
    {"dependencies", Dependencies},
    {"allOf", Combination<&N::all_of>},
    {"anyOf", Combination<&N::any_of>},
    {"oneOf", Combination<&N::one_of>},
    {"not", Not},
};

}  // namespace

void ReadKeyword(SchemaCompiler& compiler, const Site& site) {
  const auto* const keyword = std::ranges::find(kKeywords, site.key, &Keyword::name);
  if (keyword == std::end(kKeywords)) {
    compiler.Fail(site.at, "the keyword is not one of draft 04 that we check");
  } else {
    keyword->read(compiler, site);
  }
}

}  // namespace leadrelay::json
