// config check and key new: before anything runs.

#include <iostream>

#include "absl/strings/str_cat.h"

#include "common/config/config.h"
#include "common/config/source.h"
#include "common/crypto/crypto.h"
#include "common/json/json.h"
#include "services/delivery/deliver/destinations.h"
#include "tools/leadctl/run.h"

namespace leadrelay::leadctl {
namespace {

std::string FaultsAsJson(const std::string& file, const config::Faults& faults) {
  json::Writer writer;
  writer.StartObject().Member("file", file).Member("ok", faults.empty());
  writer.Key("faults").StartArray();
  for (const config::Fault& fault : faults.all()) {
    writer.StartObject()
        .Member("line", fault.line)
        .Member("path", fault.path)
        .Member("message", fault.message)
        .EndObject();
  }
  writer.EndArray().EndObject();
  return writer.Take() + "\n";
}

bool IsPublisherName(const std::string& name) {
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
}

}  // namespace

coro::Task<int> Run(Context& context, ConfigCheckOptions options) {
  const std::string file = options.file.empty() ? context.global.config_path : options.file;
  const absl::StatusOr<config::Source> source =
      config::FindSource(file, config::Environment::Process());
  if (!source.ok()) {
    co_return Report({kUsage,
                      std::string(source.status().message()),
                      "Name the file: leadctl config check FILE."});
  }
  config::Faults faults;
  const config::Config config = config::Load(source->text, source->environment, faults);
  // Connectors are asked even where the file has faults of its own: all of them at once.
  (void)delivery::ConfigureDestinations(config, {}, faults);
  if (context.global.json) {
    context.terminal.Print(FaultsAsJson(source->name, faults));
  } else if (faults.empty()) {
    context.terminal.Print(absl::StrCat(source->name,
                                        " is valid: ",
                                        config.publishers.size(),
                                        " publishers, ",
                                        config.destinations.size(),
                                        " destinations, ",
                                        config.routes.size(),
                                        " routes\n"));
  } else {
    context.terminal.Print(faults.ToText(source->name));
  }
  co_return faults.empty() ? kOk : kBadNews;
}

coro::Task<int> Run(Context& context, KeyNewOptions options) {
  if (!IsPublisherName(options.publisher)) {
    co_return Report({kUsage,
                      "a publisher's name has 1 to 64 of a-z, 0-9 and -",
                      "leadctl key new --publisher shop"});
  }
  const std::string key =
      absl::StrCat("lrk_", options.publisher, "_", crypto::Base64Url(crypto::RandomBytes(32)));
  const std::string sha256 = crypto::Hex(crypto::Sha256(key));
  if (context.global.json) {
    json::Writer writer;
    writer.StartObject()
        .Member("publisher", options.publisher)
        .Member("key", key)
        .Member("sha256", sha256)
        .EndObject();
    context.terminal.Print(writer.Take() + "\n");
    co_return kOk;
  }
  json::Writer note;
  note.String(options.note.empty() ? "made by leadctl" : options.note);
  context.terminal.Print(
      absl::StrCat("API key, for the publisher alone; it is stored nowhere:\n\n  ",
                   key,
                   "\n\nIn the configuration:\n\n  publishers:\n    ",
                   options.publisher,
                   ":\n      keys:\n        - sha256: ",
                   sha256,
                   "\n          note: ",
                   note.Take(),
                   "\n"));
  co_return kOk;
}

coro::Task<int> Run(Context& context, PrintOptions options) {
  context.terminal.Print(options.text);
  co_return kOk;
}

}  // namespace leadrelay::leadctl
