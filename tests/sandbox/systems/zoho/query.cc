#include "tests/sandbox/systems/zoho/query.h"

#include <cctype>
#include <cstdlib>

namespace leadrelay::sandbox::zoho {
namespace {

struct Token {
  std::string text;
  bool quoted = false;
};

bool IsWordLetter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
}

// Words, 'texts' in which a backslash takes the next character as it is, and single marks.
std::optional<std::vector<Token>> Tokens(std::string_view text) {
  std::vector<Token> tokens;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == ' ') {
      ++i;
    } else if (text[i] == '\'') {
      Token token{"", true};
      for (++i; i < text.size() && text[i] != '\''; ++i) {
        if (text[i] == '\\') ++i;
        if (i < text.size()) token.text += text[i];
      }
      if (i >= text.size()) return std::nullopt;
      ++i;
      tokens.push_back(std::move(token));
    } else if (IsWordLetter(text[i])) {
      Token token;
      while (i < text.size() && IsWordLetter(text[i])) token.text += text[i++];
      tokens.push_back(std::move(token));
    } else {
      tokens.push_back({std::string(1, text[i++]), false});
    }
  }
  return tokens;
}

class Reader {
 public:
  explicit Reader(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  bool Take(std::string_view word) {
    if (at_ >= tokens_.size() || tokens_[at_].quoted || tokens_[at_].text != word) return false;
    ++at_;
    return true;
  }
  std::optional<std::string> Word() {
    if (at_ >= tokens_.size() || tokens_[at_].quoted || !IsWordLetter(tokens_[at_].text[0])) {
      return std::nullopt;
    }
    return tokens_[at_++].text;
  }
  std::optional<std::string> Quoted() {
    if (at_ >= tokens_.size() || !tokens_[at_].quoted) return std::nullopt;
    return tokens_[at_++].text;
  }
  bool AtEnd() const { return at_ == tokens_.size(); }

 private:
  const std::vector<Token> tokens_;
  size_t at_ = 0;
};

bool ReadFields(Reader& reader, Query& query) {
  if (!reader.Take("select")) return false;
  do {
    std::optional<std::string> field = reader.Word();
    if (!field.has_value()) return false;
    query.fields.push_back(*field);
  } while (reader.Take(","));
  const bool from = reader.Take("from");
  query.module = reader.Word().value_or("");
  return from && !query.module.empty();
}

bool ReadCondition(Reader& reader, Query& query) {
  if (!reader.Take("where")) return false;
  query.field = reader.Word().value_or("");
  if (query.field.empty()) return false;
  const bool list = reader.Take("in");
  if (list ? !reader.Take("(") : !reader.Take("=")) return false;
  do {
    std::optional<std::string> value = reader.Quoted();
    if (!value.has_value()) return false;
    query.values.push_back(*value);
  } while (list && reader.Take(","));
  return (!list || reader.Take(")")) && query.values.size() <= kMostValues;
}

bool ReadOrder(Reader& reader, Query& query) {
  if (reader.Take("order")) {
    if (!reader.Take("by")) return false;
    query.order = reader.Word().value_or("");
    query.descending = reader.Take("desc");
    if (!query.descending) reader.Take("asc");
  }
  if (reader.Take("limit"))
    query.limit = std::strtoul(reader.Word().value_or("0").c_str(), nullptr, 10);
  return reader.AtEnd() && !query.order.empty() && query.limit > 0;
}

}  // namespace

std::optional<Query> ParseQuery(std::string_view text) {
  std::optional<std::vector<Token>> tokens = Tokens(text);
  if (!tokens.has_value()) return std::nullopt;
  Reader reader(*std::move(tokens));
  Query query;
  if (!ReadFields(reader, query) || !ReadCondition(reader, query) || !ReadOrder(reader, query)) {
    return std::nullopt;
  }
  return query;
}

}  // namespace leadrelay::sandbox::zoho
