#include "common/json/pattern.h"

#include <cctype>
#include <string>

#include "absl/strings/str_cat.h"
#include <re2/re2.h>

namespace leadrelay::json {
namespace {

constexpr std::string_view kLetterEscapes = "dDwWsSbBnrtfv";

RE2::Options Quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  return options;
}

const char* OnlyRe2Knows(std::string_view expression) {
  for (size_t i = 0; i + 1 < expression.size(); ++i) {
    const std::string_view rest = expression.substr(i);
    if (rest[0] == '\\') {
      const bool letter = std::isalnum(static_cast<unsigned char>(rest[1])) != 0;
      if (letter && kLetterEscapes.find(rest[1]) == kLetterEscapes.npos) return "its escapes";
      ++i;
    } else if (rest.starts_with("(?") && !rest.starts_with("(?:")) {
      return "its groups with flags, names or looks around";
    } else if (rest.starts_with("[[:")) {
      return "its named classes";
    }
  }
  return nullptr;
}

}  // namespace

struct Pattern::Impl {
  explicit Impl(const std::string& expression) : engine(expression, Quiet()) {}
  RE2 engine;
};

absl::StatusOr<Pattern> Pattern::Compile(std::string_view expression) {
  if (const char* why = OnlyRe2Knows(expression); why != nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("not portable for ", why));
  }
  auto impl = std::make_shared<Impl>(std::string(expression));
  if (!impl->engine.ok()) return absl::InvalidArgumentError(impl->engine.error());
  return Pattern(std::move(impl));
}

bool Pattern::Search(std::string_view text) const {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), impl_->engine);
}

const std::string& Pattern::expression() const {
  return impl_->engine.pattern();
}

}  // namespace leadrelay::json
