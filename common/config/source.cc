#include "common/config/source.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/crypto/crypto.h"

namespace leadrelay::config {
namespace {

constexpr std::string_view kDerivedKey = "LEADRELAY_DERIVED_IP_HASH_KEY";

struct KnownDestination {
  std::string connector;
  std::vector<std::string> needs;  // Variables; all of them, or none.
  std::string settings;            // YAML, flow style.
};

const std::vector<KnownDestination>& KnownDestinations() {
  static const std::vector<KnownDestination> known = {
      {"hubspot", {"HUBSPOT_ACCESS_TOKEN"}, "{access_token: \"${HUBSPOT_ACCESS_TOKEN}\"}"},
      {"pipedrive",
       {"PIPEDRIVE_API_TOKEN", "PIPEDRIVE_DOMAIN"},
       "{api_token: \"${PIPEDRIVE_API_TOKEN}\", company_domain: \"${PIPEDRIVE_DOMAIN}\"}"},
      {"close", {"CLOSE_API_KEY"}, "{api_key: \"${CLOSE_API_KEY}\"}"},
      {"salesforce",
       {"SF_CLIENT_ID", "SF_USERNAME", "SF_PRIVATE_KEY_PATH"},
       "{client_id: \"${SF_CLIENT_ID}\", username: \"${SF_USERNAME}\", private_key: "
       "\"${file:$SF_PRIVATE_KEY_PATH}\"$SF_INSTANCE_URL}"},
      {"zapier", {"ZAPIER_WEBHOOK_URL"}, "{url: \"${ZAPIER_WEBHOOK_URL}\"}"},
      {"make", {"MAKE_WEBHOOK_URL"}, "{url: \"${MAKE_WEBHOOK_URL}\"}"},
      {"webhook", {"CRM_WEBHOOK_URL"}, "{url: \"${CRM_WEBHOOK_URL}\"}"},
  };
  return known;
}

// Of leadrelay itself; what has no variable has its default.  Those of a section stand together.
struct KnownSetting {
  std::string section;
  std::string key;
  std::string variable;
};

const std::vector<KnownSetting>& KnownSettings() {
  static const std::vector<KnownSetting> known = {
      {"broker", "addresses", "LEADRELAY_BROKER"},
      {"broker", "virtual_host", "LEADRELAY_BROKER_VIRTUAL_HOST"},
      {"broker", "username", "LEADRELAY_BROKER_USER"},
      {"broker", "password", "LEADRELAY_BROKER_PASSWORD"},
      {"redis", "address", "LEADRELAY_REDIS"},
      {"redis", "password", "LEADRELAY_REDIS_PASSWORD"},
      {"ingest", "listen", "LEADRELAY_LISTEN"},
      {"delivery", "listen", "LEADRELAY_DELIVERY_LISTEN"},
      {"dlq", "listen", "LEADRELAY_DLQ_LISTEN"},
      {"dlq", "database", "LEADRELAY_DATABASE"},
      {"dlq", "operator_token", "LEADRELAY_OPERATOR_TOKEN"},
  };
  return known;
}

std::string ValueOf(const Environment& environment, const std::string& name) {
  return environment.variable(name).value_or("");
}

void Replace(std::string& text, std::string_view what, const std::string& with) {
  const size_t at = text.find(what);
  if (at != std::string::npos) text.replace(at, what.size(), with);
}

// A path stands in the text itself, between quotes and braces.
bool IsPlainPath(const std::string& path) {
  return !path.empty() && path.find_first_of("\"\\{}$\n") == std::string::npos;
}

// "http://localhost:5678/hook".  Whoever sets the variable means this machine.
bool IsOfThisMachine(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  std::string_view host = url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (host.find('@') != std::string_view::npos) return false;  // The host stands behind it.
  const size_t port = host.rfind(':');
  if (port != std::string_view::npos && !host.ends_with(']')) host = host.substr(0, port);
  return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
}

absl::Status RefusePlainHttp(const std::string& variable, const std::string& url) {
  if (!url.starts_with("http://") || IsOfThisMachine(url)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(variable,
                   " is plain http to another machine: use https, or write a ",
                   std::string(kDefaultPath),
                   ", where a destination can have allow_http: true"));
}

// Those of salesforce, with what is in no variable of its own.
absl::StatusOr<std::string> SalesforceSettings(std::string settings,
                                               const Environment& environment) {
  const std::string path = ValueOf(environment, "SF_PRIVATE_KEY_PATH");
  if (!IsPlainPath(path)) {
    return absl::InvalidArgumentError("SF_PRIVATE_KEY_PATH is no usable path");
  }
  Replace(settings, "$SF_PRIVATE_KEY_PATH", path);
  const bool has_instance = !ValueOf(environment, "SF_INSTANCE_URL").empty();
  Replace(settings, "$SF_INSTANCE_URL", has_instance ? ", base_url: \"${SF_INSTANCE_URL}\"" : "");
  return settings;
}

absl::StatusOr<std::string> DestinationText(const KnownDestination& known,
                                            const Environment& environment) {
  absl::StatusOr<std::string> settings = known.settings;
  bool local = false;
  if (known.connector == "salesforce") settings = SalesforceSettings(*settings, environment);
  if (known.needs.front().ends_with("_WEBHOOK_URL")) {
    const std::string url = ValueOf(environment, known.needs.front());
    absl::Status refused = RefusePlainHttp(known.needs.front(), url);
    if (!refused.ok()) return refused;
    local = IsOfThisMachine(url);
    if (local) Replace(*settings, "}\"}", "}\", allow_http: true}");
  }
  if (!settings.ok()) return settings.status();
  return absl::StrCat("  ",
                      known.connector,
                      ":\n    connector: ",
                      known.connector,
                      local ? "\n    allow_private_addresses: true" : "",
                      "\n    settings: ",
                      *settings,
                      "\n");
}

// The destinations that the environment has credentials for; `material` gathers what a key can be
// made of.
absl::StatusOr<std::string> Destinations(const Environment& environment, std::string& material) {
  std::string text;
  for (const KnownDestination& known : KnownDestinations()) {
    std::vector<std::string> missing;
    for (const std::string& name : known.needs) {
      const std::string value = ValueOf(environment, name);
      if (value.empty()) missing.push_back(name);
      absl::StrAppend(&material, name, "=", value, "\n");
    }
    if (missing.size() == known.needs.size()) continue;
    if (!missing.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("the environment has a part of what ",
                                                     known.connector,
                                                     " needs: also set ",
                                                     missing.front()));
    }
    absl::StatusOr<std::string> one = DestinationText(known, environment);
    if (!one.ok()) return one.status();
    text += *one;
  }
  return text;
}

// "there is nothing" is little help to whoever has misspelt a variable.
absl::Status NoSource() {
  std::string variables;
  for (const KnownDestination& known : KnownDestinations()) {
    absl::StrAppend(&variables, variables.empty() ? "" : ", ", known.needs.front());
  }
  return absl::NotFoundError(absl::StrCat("there is no ",
                                          std::string(kDefaultPath),
                                          ", and no CRM's credential in the environment (",
                                          variables,
                                          ")"));
}

std::string Settings(const Environment& environment) {
  std::string text;
  std::string section;
  for (const KnownSetting& known : KnownSettings()) {
    if (section != known.section) absl::StrAppend(&text, known.section, ":\n");
    section = known.section;
    if (section == "ingest") {
      const bool own = !ValueOf(environment, "LEADRELAY_IP_HASH_KEY").empty();
      absl::StrAppend(&text,
                      "  ip_hash_key: \"${",
                      own ? "LEADRELAY_IP_HASH_KEY" : std::string(kDerivedKey),
                      "}\"\n");
    }
    if (ValueOf(environment, known.variable).empty()) continue;
    absl::StrAppend(&text, "  ", known.key, ": \"${", known.variable, "}\"\n");
  }
  return text;
}

absl::StatusOr<Source> FromEnvironment(const Environment& environment) {
  std::string material;
  absl::StatusOr<std::string> destinations = Destinations(environment, material);
  if (!destinations.ok()) return destinations.status();
  if (destinations->empty()) return NoSource();
  const std::string api_key = ValueOf(environment, "LEADRELAY_API_KEY");
  if (api_key.empty() && !ValueOf(environment, "LEADRELAY_LISTEN").empty()) {
    return absl::InvalidArgumentError(
        "LEADRELAY_LISTEN needs a LEADRELAY_API_KEY: `leadctl key new --publisher website` makes "
        "one");
  }
  const std::string key = api_key.empty() ? std::string(kLocalApiKey) : api_key;

  Source source;
  source.name = "the environment";
  source.text = absl::StrCat(Settings(environment),
                             "publishers:\n  website:\n    amqp: true\n    keys:\n      - sha256: ",
                             crypto::Hex(crypto::Sha256(key)),
                             "\ndestinations:\n",
                             *destinations);
  const std::string derived = crypto::Hex(crypto::HmacSha256(material, "ip hash key"));
  source.environment.file = environment.file;
  source.environment.variable = [inner = environment.variable,
                                 derived](const std::string& name) -> std::optional<std::string> {
    if (name == kDerivedKey) return derived;
    return inner(name);
  };
  return source;
}

}  // namespace

absl::StatusOr<Source> FindSource(const std::string& path, const Environment& environment) {
  std::optional<std::string> text = environment.file(path);
  if (text.has_value()) return Source{path, *std::move(text), environment};
  if (path == kDefaultPath) return FromEnvironment(environment);
  return absl::NotFoundError(absl::StrCat("cannot read the configuration file ", path));
}

}  // namespace leadrelay::config
