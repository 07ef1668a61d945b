// config check and key new: before anything runs.

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "common/config/config.h"
#include "common/config/source.h"
#include "common/crypto/crypto.h"
#include "common/json/json.h"
#include "tools/leadctl/findings.h"
#include "tools/leadctl/probe.h"
#include "tools/leadctl/run.h"

namespace leadrelay::leadctl {
namespace {

// What `config check` found.
struct Checked {
  std::string file;
  config::Faults faults;
  std::string summary;  // "2 publishers, ..."
  bool live = false;
  std::vector<Findings> findings;
  std::vector<std::string> not_asked;  // Destinations, because of faults.

  bool ok() const { return faults.empty() && std::ranges::all_of(findings, &Findings::ok); }
};

std::string AsJson(const Checked& checked) {
  json::Writer writer;
  writer.StartObject().Member("file", checked.file).Member("ok", checked.ok());
  writer.Key("faults").StartArray();
  for (const config::Fault& fault : checked.faults.all()) {
    writer.StartObject()
        .Member("line", fault.line)
        .Member("path", fault.path)
        .Member("message", fault.message)
        .EndObject();
  }
  writer.EndArray();
  if (checked.live) {
    WriteFindings(writer, checked.findings);
    writer.Key("not_asked").StartArray();
    for (const std::string& name : checked.not_asked) writer.String(name);
    writer.EndArray();
  }
  writer.EndObject();
  return writer.Take() + "\n";
}

std::string AsText(const Checked& checked, Look look) {
  std::string text = checked.faults.empty()
                         ? absl::StrCat(checked.file, " is valid: ", checked.summary, "\n")
                         : checked.faults.ToText(checked.file);
  for (const Findings& findings : checked.findings) text += FindingsView(findings, look);
  for (const std::string& name : checked.not_asked) {
    text += Paragraph(false, name, {"not asked: first mend the configuration"}, look);
  }
  return text;
}

std::string Summary(const config::Config& config) {
  return absl::StrCat(config.publishers.size(),
                      " publishers, ",
                      config.destinations.size(),
                      " destinations, ",
                      config.routes.size(),
                      " routes");
}

coro::Task<void> AskLive(Context& context,
                         const config::Config& config,
                         const std::vector<delivery::ConfiguredDestination>& destinations,
                         Checked& checked) {
  std::vector<const delivery::ConfiguredDestination*> sound;
  for (const delivery::ConfiguredDestination& entry : destinations) {
    if (!HindersProbes(checked.faults, entry.destination->name)) sound.push_back(&entry);
  }
  for (const config::Destination& destination : config.destinations) {
    if (std::ranges::none_of(
            sound, [&](const auto* entry) { return entry->destination == &destination; })) {
      checked.not_asked.push_back(destination.name);
    }
  }
  checked.findings = co_await ProbeAll(context, config, sound);
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
    co_return Report(
        {kUsage,
         std::string(source.status().message()),
         absl::IsNotFound(source.status()) ? "Name the file: leadctl config check FILE." : ""});
  }
  Checked checked{source->name, {}, "", options.live, {}, {}};
  const config::Config config = config::Load(source->text, source->environment, checked.faults);
  checked.summary = Summary(config);
  // Connectors are asked even where the file has faults of its own: all of them at once.
  const std::vector<delivery::ConfiguredDestination> destinations =
      delivery::ConfigureDestinations(config, {}, checked.faults);
  if (options.live) co_await AskLive(context, config, destinations, checked);
  context.terminal.Print(context.global.json ? AsJson(checked)
                                             : AsText(checked, context.terminal.look()));
  co_return checked.ok() ? kOk : kBadNews;
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
