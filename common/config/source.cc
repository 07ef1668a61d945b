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

std::string VariableOr(const Environment& environment, const char* name, std::string fallback) {
  return environment.variable(name).value_or(std::move(fallback));
}

void Replace(std::string& text, std::string_view what, const std::string& with) {
  const size_t at = text.find(what);
  if (at != std::string::npos) text.replace(at, what.size(), with);
}

// A path stands in the text itself, between quotes and braces.
bool IsPlainPath(const std::string& path) {
  return !path.empty() && path.find_first_of("\"\\{}$\n") == std::string::npos;
}

// The destinations that the environment has credentials for; `material` gathers what a key can be
// made of.
absl::StatusOr<std::string> Destinations(const Environment& environment, std::string& material) {
  std::string text;
  for (const KnownDestination& known : KnownDestinations()) {
    std::vector<std::string> missing;
    for (const std::string& name : known.needs) {
      const std::string value = environment.variable(name).value_or("");
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
    std::string settings = known.settings;
    if (known.connector == "salesforce") {
      const std::string path = *environment.variable("SF_PRIVATE_KEY_PATH");
      if (!IsPlainPath(path)) {
        return absl::InvalidArgumentError("SF_PRIVATE_KEY_PATH is no usable path");
      }
      Replace(settings, "$SF_PRIVATE_KEY_PATH", path);
      const bool has_instance = environment.variable("SF_INSTANCE_URL").has_value();
      Replace(
          settings, "$SF_INSTANCE_URL", has_instance ? ", base_url: \"${SF_INSTANCE_URL}\"" : "");
    }
    absl::StrAppend(&text,
                    "  ",
                    known.connector,
                    ":\n    connector: ",
                    known.connector,
                    "\n    settings: ",
                    settings,
                    "\n");
  }
  return text;
}

absl::StatusOr<Source> FromEnvironment(const Environment& environment) {
  std::string material;
  absl::StatusOr<std::string> destinations = Destinations(environment, material);
  if (!destinations.ok()) return destinations.status();
  if (destinations->empty()) {
    return absl::NotFoundError(absl::StrCat(
        "there is no ", std::string(kDefaultPath), ", and no CRM's credential in the environment"));
  }
  const std::string api_key = VariableOr(environment, "LEADRELAY_API_KEY", "");
  const std::string listen = VariableOr(environment, "LEADRELAY_LISTEN", "");
  if (!listen.empty() && api_key.empty()) {
    return absl::InvalidArgumentError(
        "LEADRELAY_LISTEN needs a LEADRELAY_API_KEY: `leadctl key new --publisher website` makes "
        "one");
  }
  const std::string key = api_key.empty() ? std::string(kLocalApiKey) : api_key;
  const bool own_hash_key = environment.variable("LEADRELAY_IP_HASH_KEY").has_value();

  Source source;
  source.name = "the environment";
  source.text =
      absl::StrCat("broker:\n  addresses: [\"",
                   VariableOr(environment, "LEADRELAY_BROKER", "127.0.0.1:5672"),
                   "\"]\n  username: ",
                   VariableOr(environment, "LEADRELAY_BROKER_USER", "guest"),
                   "\n",
                   environment.variable("LEADRELAY_BROKER_PASSWORD").has_value()
                       ? "  password: \"${LEADRELAY_BROKER_PASSWORD}\"\n"
                       : "",
                   "redis:\n  address: \"",
                   VariableOr(environment, "LEADRELAY_REDIS", "127.0.0.1:6379"),
                   "\"\n",
                   environment.variable("LEADRELAY_REDIS_PASSWORD").has_value()
                       ? "  password: \"${LEADRELAY_REDIS_PASSWORD}\"\n"
                       : "",
                   "ingest:\n  listen: \"",
                   listen.empty() ? "127.0.0.1:8080" : listen,
                   "\"\n  ip_hash_key: \"${",
                   own_hash_key ? "LEADRELAY_IP_HASH_KEY" : std::string(kDerivedKey),
                   "}\"\ndlq:\n  database: \"",
                   VariableOr(environment, "LEADRELAY_DATABASE", "leadrelay.db"),
                   "\"\npublishers:\n  website:\n    amqp: true\n    keys:\n      - sha256: ",
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
