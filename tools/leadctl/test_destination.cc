#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/config/config.h"
#include "common/json/json.h"
#include "services/delivery/deliver/destinations.h"
#include "tools/leadctl/account.h"
#include "tools/leadctl/run.h"
#include "tools/leadctl/table.h"

namespace leadrelay::leadctl {
namespace {

using delivery::Finding;

struct Asked {
  std::string destination;
  std::string what;
  Finding finding;
};

Finding NoAnswer(const http::TransportFailure& failure) {
  Finding finding;
  finding.message = "no answer: " + failure.reason;
  finding.remedy =
      failure.kind == http::TransportFailure::Kind::kRefusedAddress
          ? "Such addresses are refused unless the destination has allow_private_addresses: true."
          : "Check the address in the destination's settings, DNS and the firewall.";
  return finding;
}

coro::Task<void> AskOne(Context& context,
                        Account& account,
                        const config::Destination* destination,
                        const delivery::Connector* connector,
                        std::vector<Asked>& asked) {
  absl::StatusOr<delivery::Credential> credential = co_await account.Authorise();
  if (!credential.ok()) {
    Finding finding;
    finding.message = std::string(credential.status().message());
    finding.remedy = absl::IsUnauthenticated(credential.status())
                         ? "Authorise the application again and configure the new refresh token."
                         : "The token endpoint, and Redis where tokens are shared, must be "
                           "reachable from here.";
    asked.push_back({destination->name, "an access token is issued", finding});
    co_return;
  }
  std::vector<delivery::Probe> probes = connector->Probes(absl::Now());
  if (probes.empty()) {
    Finding nothing{true, "the connector knows of nothing harmless to ask", ""};
    asked.push_back({destination->name, "", nothing});
  }
  for (delivery::Probe& probe : probes) {
    http::SendResult sent = co_await account.Send(probe.request, *credential);
    const auto* failure = std::get_if<http::TransportFailure>(&sent);
    Finding finding = failure != nullptr
                          ? NoAnswer(*failure)
                          : connector->JudgeProbe(probe, std::get<http::Response>(sent));
    asked.push_back({destination->name, probe.what, std::move(finding)});
    if (failure != nullptr) co_return;  // The next one would say the same.
  }
}

std::string AsJson(const std::vector<Asked>& asked, bool ok) {
  json::Writer writer;
  writer.StartObject().Member("ok", ok).Key("findings").StartArray();
  for (const Asked& one : asked) {
    writer.StartObject()
        .Member("destination", one.destination)
        .Member("what", one.what)
        .Member("ok", one.finding.ok)
        .Member("message", one.finding.message);
    if (!one.finding.remedy.empty()) writer.Member("remedy", one.finding.remedy);
    writer.EndObject();
  }
  writer.EndArray().EndObject();
  return writer.Take() + "\n";
}

std::string AsText(const std::vector<Asked>& asked, Look look) {
  std::string text;
  for (const Asked& one : asked) {
    const Tone tone = one.finding.ok ? Tone::kGood : Tone::kBad;
    absl::StrAppend(&text,
                    Paint(one.finding.ok ? "ok    " : "FAILED", tone, look.colour),
                    "  ",
                    one.destination,
                    one.what.empty() ? "" : ": ",
                    one.what,
                    "\n        ",
                    Printable(one.finding.message),
                    "\n");
    if (!one.finding.remedy.empty()) {
      absl::StrAppend(&text, "        ", Printable(one.finding.remedy), "\n");
    }
  }
  return text;
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
  std::vector<delivery::ConfiguredDestination> destinations =
      delivery::ConfigureDestinations(*config, options.destinations, faults);
  if (!faults.empty()) {
    co_return Report({kUsage, faults.ToText(file), "Mend the configuration, then test again."});
  }
  std::vector<Asked> asked;
  for (const delivery::ConfiguredDestination& entry : destinations) {
    Account account(context, *config, *entry.destination, *entry.connector);
    // Without Redis, what does not need a shared token can be tested all the same.
    (void)co_await account.Connect();
    co_await AskOne(context, account, entry.destination, entry.connector.get(), asked);
    co_await account.Close();
  }
  bool ok = true;
  for (const Asked& one : asked) ok = ok && one.finding.ok;
  context.terminal.Print(context.global.json ? AsJson(asked, ok)
                                             : AsText(asked, context.terminal.look()));
  co_return ok ? kOk : kBadNews;
}

}  // namespace leadrelay::leadctl
