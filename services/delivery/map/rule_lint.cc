#include "services/delivery/map/rule_lint.h"

#include <algorithm>

#include "absl/strings/str_join.h"

#include "common/config/suggest.h"

namespace leadrelay::delivery {
namespace {

using Kind = LeadPath::Kind;
using Source = Rule::Source;

std::string_view NameOf(Kind kind) {
  switch (kind) {
    case Kind::kText:
      return "a text";
    case Kind::kTime:
      return "a time";
    case Kind::kNumber:
      return "a number";
    case Kind::kBoolean:
      return "true or false";
    case Kind::kObject:
      return "a whole object";
    case Kind::kAny:
      break;
  }
  return "anything";
}

class Lint {
 public:
  Lint(config::Section& entry, const Rule& rule) : entry_(entry), rule_(rule) {}

  void Run() {
    if (rule_.source == Source::kValue) return RefuseBesideValue();
    if (rule_.source == Source::kDrop) return RefuseBesideDrop();
    Refuse(
        "separator", rule_.source == Source::kTemplate, "is for `join`, and for lists at `from`");
    Refuse("format", rule_.source != Source::kPaths, "is for the time at a `from`");
    CheckType();
    if (rule_.source == Source::kPaths) {
      for (const LeadPath& path : rule_.paths) CheckPath(path);
      CheckOrder();
    }
    if (rule_.lookup.has_value()) CheckLookup();
  }

 private:
  bool Has(std::string_view key) const { return entry_.Has(key); }

  void Refuse(std::string_view key, bool refused, std::string reason) {
    if (refused && Has(key)) entry_.AddFault(key, std::move(reason));
  }

  void RefuseAll(std::initializer_list<std::string_view> keys, bool refused, const char* reason) {
    for (std::string_view key : keys) Refuse(key, refused, reason);
  }

  void RefuseBesideValue() {
    RefuseAll({"separator", "transform", "format", "lookup", "decimal", "max_length", "default"},
              true,
              "makes no sense beside `value`");
  }

  void RefuseBesideDrop() {
    RefuseAll({"separator", "transform", "format", "lookup", "as", "max_length", "default"},
              true,
              "makes no sense beside `drop`");
  }

  void CheckType() {
    if (rule_.as_json) {
      RefuseAll({"separator", "transform", "format", "lookup", "max_length"},
                true,
                "makes no sense with `as: json`, which is the lead's value as it is");
      Refuse("as", rule_.source != Source::kPaths, "can be json for `from` alone");
      return;
    }
    if (!rule_.as.has_value() || *rule_.as == ScalarType::kText) return;
    const std::string type(Name(*rule_.as));
    Refuse("max_length", true, absl::StrCat("is for texts, and this is a ", type));
    if (rule_.source != Source::kPaths && !rule_.lookup.has_value()) {
      entry_.AddFault("as", absl::StrCat("cannot be ", type, ": what is put together is a text"));
    }
    Refuse("format",
           *rule_.as == ScalarType::kBoolean && !rule_.lookup.has_value(),
           "makes a text, which is no boolean");
  }

  // Whether the value is still what the lead has when it comes to `as`.
  bool IsUnshaped() const {
    return rule_.transforms.empty() && !rule_.time.has_value() && !rule_.lookup.has_value();
  }

  void CheckPath(const LeadPath& path) {
    const Kind kind = path.kind();
    if (kind == Kind::kAny) return;
    const std::string is = absl::StrCat(path.text(), " is ", std::string(NameOf(kind)));
    const bool object = kind == Kind::kObject;
    const bool number = kind == Kind::kNumber;
    const bool boolean = kind == Kind::kBoolean;
    Refuse("transform", object || number || boolean, absl::StrCat("is for texts, and ", is));
    Refuse("format", kind != Kind::kTime, absl::StrCat("is for times, and ", is));
    Refuse("lookup", object, absl::StrCat("is for single values, and ", is));
    if (!rule_.as.has_value() || !IsUnshaped()) return;
    const bool to_number = *rule_.as == ScalarType::kNumber || *rule_.as == ScalarType::kInteger;
    const bool clash = (to_number && !number) || (*rule_.as == ScalarType::kBoolean && !boolean);
    Refuse("as", clash, absl::StrCat("is ", std::string(Name(*rule_.as)), ", and ", is));
  }

  // Paths that are never come to.
  void CheckOrder() {
    for (auto path = rule_.paths.begin(); path != rule_.paths.end(); ++path) {
      const auto before = std::find_if(rule_.paths.begin(), path, [&path](const LeadPath& other) {
        return other.IsAlwaysThere() || other.text() == path->text();
      });
      if (before == path) continue;
      entry_.AddFault(
          "from",
          absl::StrCat(path->text(),
                       " is never come to: ",
                       before->text() == path->text() ? "it stands there before"
                                                      : before->text() + " is always there"));
    }
  }

  void CheckLookup() {
    const bool table_given = entry_.KindOf("lookup") == config::Section::Kind::kMapping;
    if (rule_.lookup->entries.empty() && table_given) {
      entry_.AddFault("lookup", "has no entries");
    }
    config::Section table = entry_.Child("lookup");
    for (const auto& [from, to] : rule_.lookup->entries) {
      if (std::string fault = NeverMet(from); !fault.empty()) {
        table.AddFault(from, "is never met: " + fault);
      }
    }
  }

  // Why no value is `from` when it comes to the table; empty: one may be.
  std::string NeverMet(const std::string& from) const {
    if (rule_.time.has_value()) return "";
    if (!rule_.transforms.empty()) {
      const std::optional<std::string> settled = rule_.transforms.Settle(from);
      if (!settled.has_value()) return "nothing like it comes out of `transform`";
      if (*settled == from) return "";
      return absl::StrCat("`transform` makes \"", *settled, "\" of it");
    }
    if (rule_.source != Source::kPaths || rule_.paths.size() != 1) return "";
    const LeadPath& path = rule_.paths.front();
    return path.MayBe(from) ? "" : path.IsNever(from);
  }

  config::Section& entry_;
  const Rule& rule_;
};

}  // namespace

std::string FaultInTransform(const std::string& name, const std::string& written) {
  const std::vector<std::string>& names = TextTransforms::Names();
  if (std::ranges::find(names, name) != names.end()) return "";
  std::string hint = config::DidYouMean(written, names);
  if (hint.empty()) hint = absl::StrCat("; there are ", absl::StrJoin(names, ", "));
  return absl::StrCat("\"", written, "\" is no transform", hint);
}

void LintRule(config::Section& entry, const Rule& rule) {
  Lint(entry, rule).Run();
}

}  // namespace leadrelay::delivery
