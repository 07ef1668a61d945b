#include "tests/sandbox/systems/salesforce/soql.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <set>

namespace leadrelay::sandbox::salesforce {
namespace {

using Condition = std::function<bool(const Record&)>;

struct Malformed {};

// A text of LIKE: '%' is any run of characters; an escaped one is itself.
bool Like(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%') {
    for (size_t i = 0; i <= text.size(); ++i) {
      if (Like(text.substr(i), pattern.substr(1))) return true;
    }
    return false;
  }
  const bool any = pattern[0] == '_';
  if (pattern[0] == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
  return !text.empty() && (any || text[0] == pattern[0]) && Like(text.substr(1), pattern.substr(1));
}

class Parser {
 public:
  Parser(const Database& database, std::string_view text) : database_(database), rest_(text) {}

  Selection ParseAll() {
    Selection selection = ParseSelect();
    if (!Peek().empty()) throw Malformed{};
    return selection;
  }

 private:
  Selection ParseSelect() {
    Expect("SELECT");
    Selection selection;
    do {
      selection.fields.push_back(Name());
    } while (Take(","));
    Expect("FROM");
    selection.object = Name();
    if (database_.FindObject(selection.object) == nullptr) throw Malformed{};
    Condition where = [](const Record&) { return true; };
    if (Take("WHERE")) where = ParseOr();
    for (const Record& record : database_.Records(selection.object)) {
      if (where(record)) selection.records.push_back(&record);
    }
    if (Take("ORDER")) {
      Expect("BY");
      if (Name() != "CreatedDate") throw Malformed{};
      if (Take("DESC")) std::ranges::reverse(selection.records);
    }
    if (Take("LIMIT")) {
      const size_t limit = std::stoul(Name());
      if (selection.records.size() > limit) selection.records.resize(limit);
    }
    return selection;
  }

  Condition ParseOr() {
    Condition left = ParseAnd();
    while (Take("OR")) {
      left = [left, right = ParseAnd()](const Record& r) { return left(r) || right(r); };
    }
    return left;
  }

  Condition ParseAnd() {
    Condition left = ParseOne();
    while (Take("AND")) {
      left = [left, right = ParseOne()](const Record& r) { return left(r) && right(r); };
    }
    return left;
  }

  Condition ParseOne() {
    if (Take("(")) {
      Condition inner = ParseOr();
      Expect(")");
      return inner;
    }
    const std::string field = Name();
    if (Take("IN")) return ParseIn(field);
    if (Take("LIKE")) {
      return [field, pattern = Lower(Literal(true))](const Record& r) {
        return Like(Lower(r.Get(field)), pattern);
      };
    }
    const bool at_least = Take(">=");
    if (!at_least) Expect("=");
    const std::string value = Peek().starts_with("'") ? Literal(false) : Name();
    return [field, value, at_least](const Record& r) {
      // Times of one form sort as texts do; ids come with 15 characters or with 18.
      if (at_least) return r.Get(field) >= value;
      return Lower(r.Get(field)) == Lower(value) || SameId(r.Get(field), value);
    };
  }

  Condition ParseIn(const std::string& field) {
    Expect("(");
    std::set<std::string> values;
    if (Peek() == "SELECT") {
      const Selection inner = ParseSelect();
      for (const Record* record : inner.records) {
        values.insert(Lower(record->Get(inner.fields.front())));
      }
    } else {
      do {
        values.insert(Lower(Literal(false)));
      } while (Take(","));
    }
    Expect(")");
    return [field, values](const Record& r) { return values.contains(Lower(r.Get(field))); };
  }

  static bool IsWord(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == ':' ||
           c == '-';
  }

  // The next token, without taking it: a word, a sign, or the rest from a quote on.
  std::string Peek() {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
    if (rest_.starts_with("'")) return std::string(rest_);
    if (rest_.starts_with(">=")) return ">=";
    const auto end = std::ranges::find_if_not(rest_, IsWord);
    if (end != rest_.begin()) return {rest_.begin(), end};
    return std::string(rest_.substr(0, 1));
  }
  bool Take(std::string_view token) {
    if (Peek() != token) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  void Expect(std::string_view token) {
    if (!Take(token)) throw Malformed{};
  }
  std::string Name() {
    std::string name = Peek();
    if (name.empty() || !IsWord(name[0])) throw Malformed{};
    rest_.remove_prefix(name.size());
    return name;
  }

  std::string Literal(bool in_like) {
    if (!Peek().starts_with("'")) throw Malformed{};
    std::string text;
    for (size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '\'') {
        rest_.remove_prefix(i + 1);
        return text;
      }
      text += rest_[i] == '\\' ? Unescaped(++i, in_like) : std::string(1, rest_[i]);
    }
    throw Malformed{};
  }

  std::string Unescaped(size_t at, bool in_like) const {
    if (at >= rest_.size()) throw Malformed{};
    switch (rest_[at]) {
      case 'n':
        return "\n";
      case 'r':
        return "\r";
      case 't':
        return "\t";
      case '\'':
      case '"':
        return std::string(1, rest_[at]);
      case '\\':
        return in_like ? "\\\\" : "\\";
      case '%':
      case '_':
        if (in_like) return std::string("\\") + rest_[at];
        [[fallthrough]];
      default:
        throw Malformed{};
    }
  }

  const Database& database_;
  std::string_view rest_;
};

}  // namespace

std::optional<Selection> Select(const Database& database, std::string_view soql) {
  try {
    return Parser(database, soql).ParseAll();
  } catch (const Malformed&) {
    return std::nullopt;
  } catch (const std::logic_error&) {  // A number that is none.
    return std::nullopt;
  }
}

}  // namespace leadrelay::sandbox::salesforce
