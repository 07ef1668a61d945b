#include "tests/sandbox/systems/airtable/formula.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <vector>

namespace leadrelay::sandbox::airtable {
namespace {

std::string Lower(std::string text) {
  std::ranges::transform(
      text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool IsTrue(const std::string& value) {
  return !value.empty() && value != "0";
}

std::string Truth(bool value) {
  return value ? "1" : "0";
}

// Recursive descent; every value is a text.
class Evaluation {
 public:
  Evaluation(std::string_view text, const std::string& record_id, const FieldText& field)
      : text_(text), record_id_(record_id), field_(field) {}

  std::optional<bool> Run() {
    const std::string value = Comparison();
    SkipBlanks();
    if (failed_ || at_ != text_.size()) return std::nullopt;
    return IsTrue(value);
  }

 private:
  void SkipBlanks() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }
  bool Take(char c) {
    SkipBlanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::string Fail() {
    failed_ = true;
    at_ = text_.size();
    return "";
  }

  std::string Comparison() {
    std::string left = Joined();
    if (Take('=')) return Truth(left == Joined());
    if (Take('>')) return Truth(std::atof(left.c_str()) > std::atof(Joined().c_str()));
    if (Take('<')) return Truth(std::atof(left.c_str()) < std::atof(Joined().c_str()));
    return left;
  }

  std::string Joined() {
    std::string value = Term();
    while (Take('&')) value += Term();
    return value;
  }

  std::string Term() {
    SkipBlanks();
    if (failed_ || at_ >= text_.size()) return Fail();
    const char c = text_[at_];
    if (c == '"' || c == '\'') return Until(c);
    if (c == '{') {
      const std::optional<std::string> value = field_(Until('}'));
      return value.has_value() ? *value : Fail();
    }
    if (c == '(') {
      ++at_;
      std::string value = Comparison();
      return Take(')') ? value : Fail();
    }
    std::string word;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 ||
                                  text_[at_] == '_' || text_[at_] == '.')) {
      word += text_[at_++];
    }
    if (word.empty()) return Fail();
    if (std::isdigit(static_cast<unsigned char>(word[0])) != 0) return word;
    return Call(word);
  }

  // What stands before the next `end` that no backslash precedes.
  std::string Until(char end) {
    std::string value;
    for (++at_; at_ < text_.size() && text_[at_] != end; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      value += text_[at_];
    }
    return Take(end) ? value : Fail();
  }

  std::string Call(const std::string& name) {
    if (!Take('(')) return Fail();
    std::vector<std::string> arguments;
    if (!Take(')')) {
      do arguments.push_back(Comparison());
      while (Take(','));
      if (!Take(')')) return Fail();
    }
    if (name == "RECORD_ID") return record_id_;
    if (name == "TRUE" || name == "FALSE") return Truth(name == "TRUE");
    if (arguments.empty()) return Fail();
    if (name == "AND") return Truth(std::ranges::all_of(arguments, IsTrue));
    if (name == "OR") return Truth(std::ranges::any_of(arguments, IsTrue));
    if (name == "NOT") return Truth(!IsTrue(arguments[0]));
    if (name == "LOWER") return Lower(arguments[0]);
    if (name == "FIND" && arguments.size() >= 2) {
      const size_t at = arguments[1].find(arguments[0]);
      return std::to_string(at == std::string::npos ? 0 : at + 1);
    }
    return Fail();
  }

  std::string_view text_;
  const std::string& record_id_;
  const FieldText& field_;
  size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<bool> Passes(std::string_view formula,
                           const std::string& record_id,
                           const FieldText& field) {
  return Evaluation(formula, record_id, field).Run();
}

}  // namespace leadrelay::sandbox::airtable
