#include "services/delivery/map/rule_compile.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "common/json/utf8.h"
#include "services/delivery/map/rule_lint.h"

namespace leadrelay::delivery {
namespace {

using Source = Rule::Source;

constexpr int64_t kLongestText = 1'000'000;

// Reads every key of an entry, so that each counts as known, and says what makes no sense.
class RuleCompiler {
 public:
  explicit RuleCompiler(config::Section& entry) : entry_(entry) {}

  Rule Compile() {
    rule_.when = Condition::CompileAll(entry_, "when");
    const bool one_source = ReadSource();
    ReadTransforms();
    ReadTime();
    ReadType();
    ReadLookup();
    ReadFallback();
    if (one_source) LintRule(entry_, rule_);
    return std::move(rule_);
  }

 private:
  bool ReadSource() {
    const bool drop = entry_.Bool("drop", false);
    const int sources =
        (drop ? 1 : 0) + Given("from") + Given("template") + Given("join") + Given("value");
    rule_.paths = ReadPaths(Given("join") > 0 ? "join" : "from");
    entry_.Texts(Given("join") > 0 ? "from" : "join");
    ReadTemplate();
    rule_.separator = ReadText("separator", Given("join") > 0 ? " " : kListSeparator);
    if (sources != 1) {
      entry_.AddFault(
          "has to have exactly one of `from`, `template`, `join`, `value` and `drop: true`");
      return false;
    }
    if (Given("template") > 0) rule_.source = Source::kTemplate;
    if (Given("join") > 0) rule_.source = Source::kJoin;
    if (Given("value") > 0) rule_.source = Source::kValue;
    if (drop) rule_.source = Source::kDrop;
    return true;
  }

  std::vector<LeadPath> ReadPaths(std::string_view key) {
    std::vector<LeadPath> paths;
    const std::vector<std::string> texts = entry_.Texts(key);
    const std::vector<std::string> written = entry_.Written(key);
    for (size_t i = 0; i < texts.size(); ++i) {
      if (std::optional<LeadPath> path = LeadPath::Parse(texts[i])) {
        paths.push_back(*std::move(path));
      } else if (texts.size() == written.size()) {
        entry_.AddFault(key, NoLeadPath(written[i]));
      }
    }
    return paths;
  }

  void ReadTemplate() {
    const std::optional<std::string> text = entry_.OptionalText("template");
    if (!text.has_value()) return;
    std::vector<std::string> faults;
    rule_.text = Template::Parse(json::RepairUtf8(*text), faults);
    // What a reference stands for is not quoted.
    const bool reference = entry_.Written("template").front().find("${") != std::string::npos;
    if (reference && !faults.empty()) {
      faults = {"is no template once its references are put in: check the { } and [ ] in them"};
    }
    for (std::string& fault : faults) entry_.AddFault("template", std::move(fault));
  }

  void ReadTransforms() {
    const std::vector<std::string> names = entry_.Texts("transform");
    const std::vector<std::string> written = entry_.Written("transform");
    for (size_t i = 0; i < names.size() && names.size() == written.size(); ++i) {
      if (std::string fault = FaultInTransform(names[i], written[i]); !fault.empty()) {
        entry_.AddFault("transform", std::move(fault));
      }
    }
    const std::string region = entry_.Text("region");
    const bool is_region = region.size() == 2 &&
                           std::ranges::all_of(region, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!region.empty() && !is_region) {
      entry_.AddFault("region", "is no country: two capital letters, such as DE");
    }
    Refuse("region",
           std::ranges::find(names, "e164") != names.end(),
           "is for the transform e164, which is not there");
    rule_.transforms = TextTransforms(names, region);
  }

  void ReadTime() {
    const std::string write = ReadText("format", "");
    const std::string read = ReadText("parse", "");
    const std::string zone_name = entry_.Text("timezone", "UTC");
    Refuse("parse", Given("format") > 0, "needs a `format`: how the time is to be written");
    Refuse("timezone", Given("format") > 0, "needs a `format`: how the time is to be written");
    if (Given("format") == 0) return;
    const auto add = [this](std::string_view key, std::optional<std::string> fault) {
      if (fault.has_value()) entry_.AddFault(key, *std::move(fault));
    };
    add("format", TimeFormat::FaultInWritten(write));
    if (Given("parse") > 0) add("parse", TimeFormat::FaultInRead(read));
    const std::optional<absl::TimeZone> zone = FindTimeZone(zone_name);
    if (!zone.has_value()) {
      entry_.AddFault("timezone",
                      "is no time zone that this system knows: Europe/Berlin and "
                      "America/New_York are names of that kind (package tzdata)");
    }
    rule_.time.emplace(write, read, zone.value_or(absl::UTCTimeZone()));
  }

  void ReadType() {
    const std::string as =
        entry_.OneOf("as", "text", {"text", "number", "integer", "boolean", "json"});
    rule_.as_json = as == "json";
    if (Given("as") > 0) rule_.as = TypeNamed(as);
    const bool number = as == "number" || as == "integer";
    rule_.decimal_mark = entry_.OneOf("decimal", ".", {".", ","}).front();
    Refuse("decimal", number, "is the decimal mark of a number: it needs `as: number`");
    const int64_t length = entry_.Int("max_length", kLongestText, 1, kLongestText);
    if (Given("max_length") > 0) rule_.max_length = static_cast<size_t>(length);
  }

  static ScalarType TypeNamed(const std::string& name) {
    if (name == "number") return ScalarType::kNumber;
    if (name == "integer") return ScalarType::kInteger;
    return name == "boolean" ? ScalarType::kBoolean : ScalarType::kText;
  }

  void ReadLookup() {
    const auto table = entry_.TextMap("lookup");
    const bool keep = entry_.Bool("keep_unlisted", false);
    const std::optional<std::string> otherwise = entry_.OptionalText("otherwise");
    Refuse("keep_unlisted", Given("lookup") > 0, "needs a `lookup`");
    Refuse("otherwise", Given("lookup") > 0, "needs a `lookup`");
    if (Given("lookup") == 0) return;
    if (keep && otherwise.has_value()) {
      entry_.AddFault("keep_unlisted", "makes no sense beside `otherwise`");
    }
    Lookup& lookup = rule_.lookup.emplace();
    lookup.keep_unlisted = keep;
    config::Section entries = entry_.Child("lookup");
    entries.AcceptEveryKey();
    for (const auto& [from, to] : table) lookup.entries[from] = ReadResult(entries, from, to);
    if (otherwise.has_value()) lookup.otherwise = ReadResult(entry_, "otherwise", *otherwise);
  }

  Lookup::Result ReadResult(config::Section& section,
                            std::string_view key,
                            const std::string& text) const {
    if (text.empty()) return std::nullopt;
    return ReadLiteral(section, key, text);
  }

  void ReadFallback() {
    for (const char* key : {"value", "default"}) {
      const std::string text = entry_.Text(key);
      if (Given(key) > 0) rule_.fallback = ReadLiteral(entry_, key, text);
    }
  }

  // A text of the configuration that becomes the field's value.
  std::optional<Scalar> ReadLiteral(config::Section& section,
                                    std::string_view key,
                                    const std::string& text) const {
    const ScalarType type = rule_.as.value_or(ScalarType::kText);
    std::optional<Scalar> value = ParseScalar(json::RepairUtf8(text), type);
    if (!value.has_value()) {
      section.AddFault(
          key,
          absl::StrCat(
              "is not ", type == ScalarType::kInteger ? "an " : "a ", std::string(Name(type))));
    } else if (rule_.max_length.has_value() && json::CountCodePoints(text) > *rule_.max_length) {
      section.AddFault(key, "is longer than `max_length`");
    }
    return value;
  }

  std::string ReadText(std::string_view key, std::string_view fallback) {
    return json::RepairUtf8(entry_.Text(key, std::string(fallback)));
  }

  int Given(std::string_view key) const { return entry_.Has(key) ? 1 : 0; }

  void Refuse(std::string_view key, bool fits, std::string reason) {
    if (!fits && entry_.Has(key)) entry_.AddFault(key, std::move(reason));
  }

  config::Section& entry_;
  Rule rule_;
};

}  // namespace

Rule CompileRule(config::Section& entry) {
  return RuleCompiler(entry).Compile();
}

}  // namespace leadrelay::delivery
