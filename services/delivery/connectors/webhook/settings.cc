#include "services/delivery/connectors/webhook/settings.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "common/crypto/crypto.h"
#include "services/delivery/connectors/request_rules.h"
#include "services/delivery/connectors/webhook/signature.h"

namespace leadrelay::delivery::webhook {
namespace {

// What the connector or the HTTP client sets, so that a configured one would be a second opinion.
constexpr std::array<std::string_view, 12> kOwnHeaders = {"authorization",
                                                          "connection",
                                                          "content-length",
                                                          "content-type",
                                                          "expect",
                                                          "host",
                                                          "idempotency-key",
                                                          "te",
                                                          "transfer-encoding",
                                                          "webhook-id",
                                                          "webhook-signature",
                                                          "webhook-timestamp"};

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool IsOwnHeader(const std::string& name) {
  return std::ranges::find(kOwnHeaders, Lower(name)) != kOwnHeaders.end();
}

void ReadUrl(config::Section& section, Settings& settings) {
  const bool allow_http = section.Bool("allow_http", false);
  settings.url = section.RequiredText("url");
  if (settings.url.empty()) return;
  if (std::optional<std::string> fault = FaultInUrl(settings.url, allow_http)) {
    section.AddFault("url", *fault);
  }
}

// What belongs to other kinds of `auth` than the one chosen is a mistake, not a spare.
void RefuseKeysOfOtherKinds(config::Section& section, const std::string& auth) {
  const auto refuse = [&](const char* key, bool used) {
    if (!used && section.Has(key)) {
      section.AddFault(key, absl::StrCat("is not used with auth: ", auth));
    }
  };
  refuse("token", auth == "bearer" || auth == "api_key");
  refuse("api_key_header", auth == "api_key");
  refuse("username", auth == "basic");
  refuse("password", auth == "basic");
}

std::string ReadApiKeyHeader(config::Section& section) {
  std::string name = section.RequiredText("api_key_header");
  if (!name.empty() && !IsHeaderName(name)) {
    section.AddFault("api_key_header", "is no header name");
  } else if (IsOwnHeader(name)) {
    section.AddFault("api_key_header", "is set by this program itself: use auth: bearer");
  }
  return name;
}

std::string ReadUserAndPassword(config::Section& section) {
  const std::string username = section.RequiredText("username");
  if (username.find(':') != std::string::npos) {
    section.AddFault("username", "may not have a colon in it (RFC 7617)");
  }
  return crypto::Base64(absl::StrCat(username, ":", section.RequiredSecret("password")));
}

void ReadAuth(config::Section& section, Settings& settings) {
  const std::string auth = section.OneOf("auth", "none", {"none", "bearer", "api_key", "basic"});
  RefuseKeysOfOtherKinds(section, auth);
  if (auth == "bearer" || auth == "api_key") {
    settings.token = section.RequiredSecret("token");
    // It may come from a file or a variable with anything in it.
    if (!IsHeaderValue(settings.token)) {
      section.AddFault("token",
                       "has a line break or another control character in it, or ends in a space");
    }
  }
  if (auth == "bearer") settings.auth = Auth::kBearer;
  if (auth == "api_key") {
    settings.auth = Auth::kApiKey;
    settings.api_key_header = ReadApiKeyHeader(section);
  }
  if (auth == "basic") {
    settings.auth = Auth::kBasic;
    settings.token = ReadUserAndPassword(section);
  }
  // Asked for in any case, so that they are known keys.
  for (const char* key : {"token", "password"}) section.CheckSecret(key);
  for (const char* key : {"api_key_header", "username"}) section.Text(key);
}

void ReadHeaders(config::Section& section, Settings& settings) {
  settings.headers = section.TextMap("headers");
  for (const auto& [name, value] : settings.headers) {
    const std::string shown = "\"" + name + "\"";
    if (!IsHeaderName(name)) {
      section.AddFault("headers", shown + " is no header name");
    } else if (IsOwnHeader(name)) {
      section.AddFault("headers", shown + " is set by this program itself");
    } else if (!IsHeaderValue(value)) {
      section.AddFault("headers",
                       "the value of " + shown +
                           " has a line break or another control character in it, or a space at "
                           "an end");
    }
  }
}

void ReadSigningKey(config::Section& section, std::string_view key, Settings& settings) {
  const std::string secret = section.Secret(key);
  if (secret.empty()) return;
  std::optional<std::string> decoded = KeyOfSecret(secret);
  if (!decoded.has_value()) {
    section.AddFault(key,
                     "is no signing secret: it has to be whsec_ and the base64 text of 24 to 64 "
                     "random bytes");
    return;
  }
  settings.signing_keys.push_back(*std::move(decoded));
}

void ReadSigningKeys(config::Section& section, Settings& settings) {
  ReadSigningKey(section, "signing_secret", settings);
  ReadSigningKey(section, "previous_signing_secret", settings);
  if (section.Has("previous_signing_secret") && !section.Has("signing_secret")) {
    section.AddFault("previous_signing_secret", "needs a signing_secret that follows it");
  }
}

bool IsPointer(const std::string& text) {
  if (text.empty() || text[0] != '/') return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))) {
      return false;
    }
  }
  return true;
}

void ReadAnswer(config::Section& section, Settings& settings) {
  settings.success = section.Ints("success", {}, 200, 299);
  settings.remote_id_pointer = section.Text("remote_id_pointer");
  if (!settings.remote_id_pointer.empty() && !IsPointer(settings.remote_id_pointer)) {
    section.AddFault("remote_id_pointer", "is no JSON pointer: write it like /data/id");
  }
}

void ReadShape(config::Section& section, Settings& settings) {
  settings.method = section.OneOf("method", "POST", {"POST", "PUT", "PATCH"});
  const bool form = section.OneOf("format", "json", {"json", "form"}) == "form";
  settings.format = form ? Format::kForm : Format::kJson;
  const std::string body = section.OneOf("body", form ? "flat" : "event", {"event", "flat"});
  settings.body = body == "flat" ? Body::kFlat : Body::kEvent;
  if (form && settings.body == Body::kEvent) {
    section.AddFault("body", "an event cannot be form-encoded: use body: flat or format: json");
  }
  settings.type = section.Text("type", settings.type);
  const bool valid = !settings.type.empty() && std::ranges::all_of(settings.type, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
  });
  if (!valid) section.AddFault("type", "may have letters, digits, _ and . only");
  const std::string key = section.OneOf("idempotency_key", "quoted", {"quoted", "bare", "none"});
  if (key == "bare") settings.idempotency_key = IdempotencyKey::kBare;
  if (key == "none") settings.idempotency_key = IdempotencyKey::kNone;
}

}  // namespace

Settings ReadSettings(Setup& setup) {
  Settings settings;
  ReadUrl(setup.settings, settings);
  ReadShape(setup.settings, settings);
  ReadAuth(setup.settings, settings);
  ReadHeaders(setup.settings, settings);
  ReadSigningKeys(setup.settings, settings);
  ReadAnswer(setup.settings, settings);
  settings.mapping = Mapping::Compile(setup.mapping);
  return settings;
}

}  // namespace leadrelay::delivery::webhook
