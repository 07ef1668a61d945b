// test: will deliveries to a destination work?

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/config/config.h"
#include "common/crypto/crypto.h"
#include "common/json/json.h"
#include "tools/leadctl/input_file.h"
#include "tools/leadctl/probe.h"
#include "tools/leadctl/run.h"
#include "tools/leadctl/sample_lead.h"
#include "tools/leadctl/try_lead.h"

namespace leadrelay::leadctl {
namespace {

using delivery::ConfiguredDestination;

struct Results {
  std::vector<Findings> findings;
  std::vector<Preview> previews;
  std::vector<Trial> trials;
};

// What is certain to be bad outweighs what could not be found out.
int ExitCodeOf(const Results& results) {
  const bool failed =
      !std::ranges::all_of(results.findings, &Findings::ok) ||
      std::ranges::any_of(results.previews, [](const Preview& one) { return !one.ok(); }) ||
      std::ranges::any_of(results.trials,
                          [](const Trial& one) { return !one.withheld() && !one.delivered(); });
  if (failed) return kBadNews;
  if (std::ranges::any_of(results.trials, &Trial::withheld)) return kUnreachable;
  const bool stays = std::ranges::any_of(
      results.trials, [](const Trial& one) { return one.cleanup == Cleanup::kFailed; });
  return stays ? kPartly : kOk;
}

std::string AsJson(const TestOptions& options, const Results& results) {
  json::Writer writer;
  writer.StartObject().Member("ok", ExitCodeOf(results) == kOk);
  WriteFindings(writer, results.findings);
  if (options.dry) {
    writer.Key("dry").StartArray();
    for (const Preview& preview : results.previews) WritePreview(writer, preview);
    writer.EndArray();
  }
  if (options.real) {
    writer.Key("real").StartArray();
    for (const Trial& trial : results.trials) WriteTrial(writer, trial);
    writer.EndArray();
  }
  writer.EndObject();
  return writer.Take() + "\n";
}

std::string AsText(const Results& results, Look look) {
  std::string text;
  for (const Findings& findings : results.findings) text += FindingsView(findings, look);
  for (const Preview& preview : results.previews) text += PreviewView(preview, look);
  for (const Trial& trial : results.trials) text += TrialView(trial, look);
  return text;
}

absl::StatusOr<Sample> MakeSample(const TestOptions& options, absl::Time now) {
  Sample sample;
  sample.tag = crypto::Hex(crypto::RandomBytes(6));
  std::string text;
  if (options.lead_file.empty()) {
    sample.email = SampleEmail(sample.tag);
    text = SampleLead(sample.tag);
  } else {
    const auto file = InputFile::Open(options.lead_file);
    if (!file.ok()) return file.status();
    text = (*file)->text();
  }
  absl::StatusOr<json::Document> lead = ReadLead(text, sample.tag, now);
  if (!lead.ok()) return lead.status();
  sample.lead = *std::move(lead);
  return sample;
}

// Why this lead may not really be sent there, as ingest would see it.
std::optional<Failure> RefuseWithoutConsent(const std::vector<ConfiguredDestination>& destinations,
                                            const Sample& sample) {
  if (sample.lead.root().Find("consent_given").BoolOr(false)) return std::nullopt;
  for (const ConfiguredDestination& entry : destinations) {
    if (!entry.destination->consent_required) continue;
    return Failure{
        kUsage,
        absl::StrCat("the lead has no consent, and ", entry.destination->name, " requires it"),
        "Take the lead of somebody who gave it, or leave --lead-file away."};
  }
  return std::nullopt;
}

// Nothing: go on.
std::optional<int> AskFirst(Context& context,
                            const TestOptions& options,
                            const std::vector<ConfiguredDestination>& destinations) {
  if (options.yes) return std::nullopt;
  if (!context.terminal.interactive()) {
    return Report({kUsage, "there is nobody to ask", "Give --yes."});
  }
  std::vector<std::string> names;
  names.reserve(destinations.size());
  for (const ConfiguredDestination& entry : destinations) names.push_back(entry.destination->name);
  const bool yes = context.terminal.Confirm(
      absl::StrCat("Really deliver ",
                   options.lead_file.empty() ? "a fictitious person" : "the lead of the file",
                   " to ",
                   absl::StrJoin(names, ", "),
                   ", and delete the record again where that can be done?"));
  return yes ? std::nullopt : std::optional<int>(kOk);
}

coro::Task<void> TestOne(Context& context,
                         const TestOptions& options,
                         const config::Config& config,
                         const ConfiguredDestination& entry,
                         const Sample& sample,
                         Results& results) {
  Account account(context, config, entry);
  co_await account.Connect();
  results.findings.push_back(co_await Probe(context, account, entry));
  if (options.dry) results.previews.push_back(PreviewLead(context, entry, sample));
  if (options.real && results.findings.back().ok()) {
    results.trials.push_back(co_await TryLead(context, account, entry, sample));
  } else if (options.real) {
    Trial withheld;
    withheld.destination = entry.destination->name;
    withheld.why_withheld = "first mend what the questions to it have found";
    results.trials.push_back(std::move(withheld));
  }
  co_await account.Close();
}

}  // namespace

coro::Task<int> Run(Context& context, TestOptions options) {
  const std::string& file = context.global.config_path;
  absl::StatusOr<config::Config> config = config::LoadFile(file, config::Reader::kDelivery);
  if (!config.ok()) {
    co_return Report(
        {kUsage,
         std::string(config.status().message()),
         "--config or LEADRELAY_CONFIG names the file; `leadctl config check` checks it."});
  }
  config::Faults faults = config->faults;
  const std::vector<ConfiguredDestination> destinations =
      delivery::ConfigureDestinations(*config, options.destinations, faults);
  if (!faults.empty()) {
    co_return Report({kUsage, faults.ToText(file), "Mend the configuration, then test again."});
  }
  const absl::StatusOr<Sample> sample = MakeSample(options, context.timers.clock().Now());
  if (!sample.ok()) {
    co_return Report({kUsage,
                      std::string(sample.status().message()),
                      "--lead-file takes a lead as POST /v1/leads does."});
  }
  if (options.real) {
    if (const auto refused = RefuseWithoutConsent(destinations, *sample)) {
      co_return Report(*refused);
    }
    if (const auto answered = AskFirst(context, options, destinations)) co_return *answered;
  }
  Results results;
  for (const ConfiguredDestination& entry : destinations) {
    co_await TestOne(context, options, *config, entry, *sample, results);
  }
  context.terminal.Print(context.global.json ? AsJson(options, results)
                                             : AsText(results, context.terminal.look()));
  co_return ExitCodeOf(results);
}

}  // namespace leadrelay::leadctl
