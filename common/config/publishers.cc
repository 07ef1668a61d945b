#include <cmath>

#include "common/config/lead_paths.h"
#include "common/config/parts.h"
#include "common/config/shapes.h"

namespace leadrelay::config {
namespace {

constexpr size_t kMostKeys = 2;  // The old one and the new one, while a key is being rotated.

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::vector<ApiKey> ReadKeys(Section& publisher) {
  std::vector<ApiKey> keys;
  for (Section& section : publisher.Children("keys")) {
    ApiKey key{section.RequiredText("sha256"), section.Text("note")};
    if (!key.sha256.empty() && !IsSha256Hex(key.sha256)) {
      section.AddFault("sha256",
                       "is not a SHA-256 in 64 hex digits; put the hash of the key here, never the "
                       "key: `leadctl key new` prints both");
      continue;
    }
    key.sha256 = Lower(std::move(key.sha256));
    keys.push_back(std::move(key));
  }
  if (keys.size() > kMostKeys) {
    publisher.AddFault("keys", "more than two: delete the ones that nobody uses any more");
  }
  return keys;
}

void ReadRate(Section& section, Publisher& publisher) {
  publisher.requests_per_second = section.Number("requests_per_second", 0, 0, 1'000'000);
  const int64_t one_second = std::max<int64_t>(1, std::llround(publisher.requests_per_second));
  publisher.burst = static_cast<int>(
      section.Int("burst", publisher.requests_per_second > 0 ? one_second : 0, 1, 10'000'000));
  if (section.Has("burst") && publisher.requests_per_second <= 0) {
    section.AddFault("burst", "has no meaning without requests_per_second");
  }
}

void ReadOrigins(Section& section, Publisher& publisher) {
  publisher.origins = section.Texts("origins");
  if (publisher.origins == std::vector<std::string>{"*"}) return;
  for (const std::string& origin : publisher.origins) {
    if (IsOrigin(origin)) continue;
    section.AddFault("origins",
                     "each has to look as browsers send it, https://www.example.com in lower case, "
                     "without a path; \"*\" alone allows any");
  }
}

Publisher ReadPublisher(std::string name, Section& section) {
  Publisher publisher;
  if (!IsName(name)) section.AddFault(std::string(kNameRule));
  publisher.name = std::move(name);
  publisher.keys = ReadKeys(section);
  ReadOrigins(section, publisher);
  ReadRate(section, publisher);
  publisher.amqp = section.Bool("amqp", publisher.amqp);
  publisher.amqp_user = section.Text("amqp_user");
  if (!publisher.amqp_user.empty() && !publisher.amqp) {
    section.AddFault("amqp_user", "has no meaning without `amqp: true`");
  }
  publisher.phone_region = section.Text("phone_region");
  if (!publisher.phone_region.empty() && !IsRegion(publisher.phone_region)) {
    section.AddFault("phone_region", "has to be a country in two capital letters, such as DE");
  }
  return publisher;
}

// By its hash a lead's publisher is found: one hash cannot stand for two.
void RefuseSharedKeys(Section& section,
                      const Publisher& publisher,
                      std::map<std::string, std::string>& owners) {
  for (const ApiKey& key : publisher.keys) {
    const auto [owner, is_new] = owners.emplace(key.sha256, publisher.name);
    if (is_new || key.sha256.empty()) continue;
    section.AddFault("keys",
                     absl::StrCat("the key that begins with ",
                                  key.sha256.substr(0, 8),
                                  " is also in publishers.",
                                  owner->second,
                                  ": every key belongs to one publisher, once"));
  }
}

void RequireUrl(Section& section, std::string_view key, const std::string& url) {
  if (url.empty() || IsHttpUrl(url)) return;
  section.AddFault(key, "has to be an absolute URL that begins with https:// or http://");
}

void ReadFields(Section& section, Form& form) {
  auto paths = section.TextMap("fields");
  Section fields = section.Child("fields");
  fields.AcceptEveryKey();  // They are the form's own.
  for (auto& [field, path] : paths) {
    if (!IsLeadPath(path)) {
      const std::vector<std::string> written = fields.Written(field);
      fields.AddFault(field, NoLeadPath(written.empty() ? "" : written.front()));
    }
    form.fields.emplace(field, std::move(path));
  }
}

Form ReadForm(std::string name, Section& section) {
  Form form;
  if (!IsName(name)) section.AddFault(std::string(kNameRule));
  form.name = std::move(name);
  form.publisher = section.RequiredText("publisher");
  form.success_url = section.RequiredText("success_url");
  form.failure_url = section.Text("failure_url");
  RequireUrl(section, "success_url", form.success_url);
  RequireUrl(section, "failure_url", form.failure_url);
  form.honeypot = section.Text("honeypot");
  ReadFields(section, form);
  if (form.fields.contains(form.honeypot)) {
    section.AddFault("honeypot", "is one of the fields that people fill in");
  }
  return form;
}

}  // namespace

void ReadPublishers(Section& root, Config& config) {
  std::map<std::string, std::string> owners;
  std::vector<std::pair<std::string, Section>> sections = root.NamedChildren("publishers");
  for (auto& [name, section] : sections) {
    config.publishers.push_back(ReadPublisher(name, section));
    RefuseSharedKeys(section, config.publishers.back(), owners);
  }
  for (auto& [name, section] : root.NamedChildren("forms")) {
    Form form = ReadForm(name, section);
    if (!form.publisher.empty()) {
      RefuseUnknownNames(section, "publisher", NamesOf(config.publishers), "publisher");
    }
    for (Publisher& publisher : config.publishers) {
      if (publisher.name == form.publisher) publisher.forms.push_back(form.name);
    }
    config.forms.push_back(std::move(form));
  }
  for (size_t i = 0; i < sections.size(); ++i) {
    const Publisher& publisher = config.publishers[i];
    if (sections[i].second.Has("keys") || publisher.amqp || !publisher.forms.empty()) continue;
    sections[i].second.AddFault(
        "cannot send anything: give it a key, `amqp: true`, or a form of its own");
  }
}

}  // namespace leadrelay::config
