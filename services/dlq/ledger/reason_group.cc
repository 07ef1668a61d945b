#include "services/dlq/ledger/reason_group.h"

#include <algorithm>

namespace leadrelay::dlq {
namespace {

constexpr size_t kMaxBytes = 200;
constexpr size_t kLongNumber = 4;
constexpr size_t kLongMixture = 6;  // "v3", "utf8" and "E.164" are words; "00Q5g000" is an id.

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool IsQuote(char c) {
  return c == '"' || c == '\'' || c == '`';
}

// What can be part of an id, an address or a date.  Bytes above 127 are letters of some language.
bool IsWordByte(char c) {
  return IsDigit(c) || IsLetter(c) || static_cast<unsigned char>(c) > 127 ||
         std::string_view("@_-+.:/%=").find(c) != std::string_view::npos;
}

std::string_view WithoutTrailingStops(std::string_view word) {
  while (!word.empty() && std::string_view(".:/-").find(word.back()) != std::string_view::npos) {
    word.remove_suffix(1);
  }
  return word;
}

// "#" or "@" for a word that belongs to one lead, the word itself for any other.
std::string_view Generalise(std::string_view word) {
  const auto digits = static_cast<size_t>(std::count_if(word.begin(), word.end(), IsDigit));
  const bool has_letter = std::any_of(word.begin(), word.end(), IsLetter);
  if (word.find('@') != std::string_view::npos && word.size() > 1) return "@";
  if (!has_letter && digits >= kLongNumber) return "#";
  if (has_letter && digits > 0 && word.size() >= kLongMixture) {
    // A path with a version in it ("crm/v3/objects") is the same for everybody.
    return digits >= kLongNumber || word.find('/') == std::string_view::npos ? "#" : word;
  }
  return word;
}

void AppendWords(std::string_view text, std::string& out) {
  for (size_t i = 0; i < text.size();) {
    if (IsBlank(text[i])) {
      if (!out.empty() && out.back() != ' ') out.push_back(' ');
      ++i;
      continue;
    }
    size_t end = i;
    while (end < text.size() && IsWordByte(text[end])) ++end;
    if (end == i) {
      out.push_back(text[i++]);
      continue;
    }
    const std::string_view word = WithoutTrailingStops(text.substr(i, end - i));
    if (word.empty()) {
      out.append(text.substr(i, end - i));
      i = end;
    } else {
      out.append(Generalise(word));
      i += word.size();
    }
  }
}

// A quoted name of a field says what is wrong; a quoted value says whose lead it was.
bool IsName(std::string_view quoted) {
  return std::none_of(quoted.begin(), quoted.end(), IsBlank) && Generalise(quoted) == quoted;
}

}  // namespace

std::string ReasonGroup(std::string_view reason) {
  std::string out;
  size_t start = 0;
  for (size_t i = 0; i < reason.size(); ++i) {
    const bool opens = IsQuote(reason[i]) && (i == 0 || !IsWordByte(reason[i - 1]));
    if (!opens) continue;
    const size_t close = reason.find(reason[i], i + 1);
    if (close == std::string_view::npos) continue;
    AppendWords(reason.substr(start, i - start), out);
    const std::string_view quoted = reason.substr(i + 1, close - i - 1);
    out.push_back(reason[i]);
    out.append(IsName(quoted) ? quoted : "...");
    out.push_back(reason[i]);
    i = close;
    start = close + 1;
  }
  AppendWords(reason.substr(start), out);
  while (!out.empty() && out.back() == ' ') out.pop_back();
  if (out.size() > kMaxBytes) {
    size_t end = kMaxBytes;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0) == 0x80) --end;
    out.resize(end);
  }
  return out;
}

}  // namespace leadrelay::dlq
