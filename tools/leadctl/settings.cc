#include "tools/leadctl/settings.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/config/config.h"
#include "common/config/source.h"

namespace leadrelay::leadctl {
namespace {

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string WithoutSlash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  if (url.find("://") == std::string::npos) url = "http://" + url;
  return url;
}

std::string UrlOf(const config::ListenOptions& listen) {
  std::string host = listen.host;
  if (host == "0.0.0.0" || host == "*") host = "127.0.0.1";
  if (host == "::") host = "::1";
  if (host.find(':') != std::string::npos) host = absl::StrCat("[", host, "]");
  return absl::StrCat("http://", host, ":", listen.port);
}

// The configuration, when `setting` can be read from it.
std::variant<config::Config, Failure> Load(const Global& global,
                                           const std::string& setting,
                                           const std::string& instead) {
  const absl::StatusOr<config::Source> source =
      config::FindSource(global.config_path, config::Environment::Process());
  if (!source.ok()) return config::Config{};  // The defaults.
  config::Faults faults;
  config::Config config =
      config::Load(source->text, source->environment, faults, config::Reader::kDlq);
  for (const config::Fault& fault : faults.all()) {
    if (!fault.path.empty() && fault.path != setting) continue;
    return Failure{
        kUsage,
        absl::StrCat(global.config_path, ":", fault.line, ": ", fault.path, ": ", fault.message),
        absl::StrCat("Mend it (leadctl config check), or give ", instead, ".")};
  }
  return config;
}

// Without a file and without a key of its own, ingest knows one that is good for this machine.
std::string LocalApiKey(const Global& global) {
  const absl::StatusOr<config::Source> source =
      config::FindSource(global.config_path, config::Environment::Process());
  const bool from_file = !source.ok() || source->name == global.config_path;
  return from_file ? "" : std::string(config::kLocalApiKey);
}

}  // namespace

std::variant<Endpoint, Failure> FindOperators(const Global& global) {
  Endpoint endpoint{global.api, Variable("LEADRELAY_OPERATOR_TOKEN")};
  if (endpoint.url.empty() || endpoint.token.empty()) {
    auto loaded = Load(global, "dlq.listen", "--api URL");
    if (auto* config = std::get_if<config::Config>(&loaded)) {
      if (endpoint.url.empty()) endpoint.url = UrlOf(config->dlq.listen);
      if (endpoint.token.empty()) endpoint.token = config->dlq.operator_token;
    } else if (endpoint.url.empty()) {
      return std::get<Failure>(loaded);
    }
  }
  endpoint.url = WithoutSlash(endpoint.url);
  return endpoint;
}

std::variant<Endpoint, Failure> FindIngest(const Global& global, const SendOptions& options) {
  Endpoint endpoint{options.url, Variable("LEADRELAY_API_KEY")};
  if (!options.api_key_file.empty()) {
    std::ifstream file(options.api_key_file);
    endpoint.token.assign(std::istreambuf_iterator<char>(file), {});
    if (!file) return Failure{kUsage, "cannot read " + options.api_key_file, "Give another file."};
    absl::StripAsciiWhitespace(&endpoint.token);
  }
  if (endpoint.token.empty()) endpoint.token = LocalApiKey(global);
  if (endpoint.token.empty()) {
    return Failure{kUsage,
                   "there is no API key",
                   "Set LEADRELAY_API_KEY, or give --api-key-file.  `leadctl key new` makes one."};
  }
  if (endpoint.url.empty()) {
    auto loaded = Load(global, "ingest.listen", "--url URL");
    if (auto* failure = std::get_if<Failure>(&loaded)) return *failure;
    endpoint.url = UrlOf(std::get<config::Config>(loaded).ingest.listen);
  }
  endpoint.url = WithoutSlash(endpoint.url);
  return endpoint;
}

}  // namespace leadrelay::leadctl
