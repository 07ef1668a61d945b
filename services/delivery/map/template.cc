#include "services/delivery/map/template.h"

#include "absl/strings/str_cat.h"

namespace leadrelay::delivery {

class Template::Parser {
 public:
  Parser(std::string_view rest, std::vector<std::string>& faults) : rest_(rest), faults_(faults) {}

  Template Parse() {
    Begin(false);
    while (!rest_.empty()) Next();
    if (Current().optional) Fault("a [ has no ] that closes it; for the sign itself write [[");
    if (!has_path_ && faults_.empty()) {
      Fault("has no {path} in it: a fixed text is {value: ...}");
    }
    return std::move(template_);
  }

 private:
  Part& Current() { return template_.parts_.back(); }
  void Fault(std::string fault) { faults_.push_back(std::move(fault)); }

  void Begin(bool optional) {
    template_.parts_.push_back({optional, {}});
    part_has_path_ = false;
  }

  void Next() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    const bool sign = c == '{' || c == '}' || c == '[' || c == ']';
    if (!sign) return Text(c);
    if (rest_.starts_with(c)) {
      rest_.remove_prefix(1);
      if (c == '{') RefuseDoubledPath();
      return Text(c);
    }
    switch (c) {
      case '{':
        return Path();
      case '}':
        return Fault("a } has no { that opens it; for the sign itself write }}");
      case '[':
        return Open();
      default:
        return Close();
    }
  }

  void Text(char c) {
    std::vector<Piece>& pieces = Current().pieces;
    if (pieces.empty() || pieces.back().path.has_value()) pieces.emplace_back();
    pieces.back().text += c;
  }

  // As other template languages have it; here it would be sent as it stands.
  void RefuseDoubledPath() {
    const std::string name(rest_.substr(0, rest_.find('}')));
    if (!LeadPath::Parse(name).has_value()) return;
    Fault(absl::StrCat(
        "{{", name, "}} is the text {", name, "}: for what the lead has write {", name, "}"));
  }

  void Path() {
    const size_t end = rest_.find('}');
    if (end == std::string_view::npos) {
      rest_ = {};
      return Fault("a { has no } that closes it; for the sign itself write {{");
    }
    const std::string name(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    has_path_ = part_has_path_ = true;
    std::optional<LeadPath> path = LeadPath::Parse(name);
    if (!path.has_value()) return Fault(NoLeadPath(name));
    std::vector<Piece>& pieces = Current().pieces;
    if (pieces.empty() || pieces.back().path.has_value()) pieces.emplace_back();
    pieces.back().path = std::move(path);
  }

  void Open() {
    if (Current().optional) Fault("has [brackets] inside [brackets]; for the sign itself write [[");
    Begin(true);
  }

  void Close() {
    if (!Current().optional) {
      Fault("a ] has no [ that opens it; for the sign itself write ]]");
    } else if (!part_has_path_) {
      Fault(
          "has [brackets] without a {path}, which would never be left out; for the signs "
          "themselves write [[ and ]]");
    }
    Begin(false);
  }

  std::string_view rest_;
  std::vector<std::string>& faults_;
  Template template_;
  bool has_path_ = false;
  bool part_has_path_ = false;
};

Template Template::Parse(std::string_view text, std::vector<std::string>& faults) {
  return Parser(text, faults).Parse();
}

std::optional<std::string> Template::Fill(const Part& part, const LeadFacts& facts) {
  std::string text;
  for (const Piece& piece : part.pieces) {
    text += piece.text;
    if (!piece.path.has_value()) continue;
    const std::optional<Scalar> value = piece.path->Read(facts);
    if (!value.has_value()) return std::nullopt;
    text += ToText(*value);
  }
  return text;
}

std::optional<std::string> Template::Fill(const LeadFacts& facts) const {
  std::string text;
  for (const Part& part : parts_) {
    const std::optional<std::string> filled = Fill(part, facts);
    if (!filled.has_value() && !part.optional) return std::nullopt;
    text += filled.value_or("");
  }
  return text;
}

}  // namespace leadrelay::delivery
