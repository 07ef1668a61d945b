#include "tools/leadctl/probe.h"

namespace leadrelay::leadctl {
namespace {

delivery::Finding NoAnswer(const http::TransportFailure& failure) {
  const bool refused = failure.kind == http::TransportFailure::Kind::kRefusedAddress;
  return {false,
          "no answer: " + failure.reason,
          refused ? "Such addresses are refused unless the destination has "
                    "allow_private_addresses: true."
                  : "Check the address in the destination's settings, DNS and the firewall."};
}

delivery::Finding NoToken(const absl::Status& status) {
  return {false,
          std::string(status.message()),
          absl::IsUnauthenticated(status)
              ? "Authorise the application again and configure the new refresh token."
              : "The token endpoint, and Redis where tokens are shared, must be reachable from "
                "here."};
}

}  // namespace

coro::Task<Findings> Probe(Context& context,
                           Account& account,
                           const delivery::ConfiguredDestination& entry) {
  const delivery::Connector& connector = *entry.connector;
  Findings findings{entry.destination->name, {}, {}};
  const absl::StatusOr<delivery::Credential> credential = co_await account.Authorise();
  if (!credential.ok()) {
    findings.answers.push_back({"an access token is issued", NoToken(credential.status())});
    co_return findings;
  }
  const std::vector<delivery::Probe> probes = connector.Probes(context.timers.clock().Now());
  if (probes.empty()) {
    findings.answers.push_back({"", {true, "the connector knows of nothing harmless to ask", ""}});
  }
  for (const delivery::Probe& probe : probes) {
    const http::SendResult sent = co_await account.Send(probe.request, *credential);
    if (const auto* failure = std::get_if<http::TransportFailure>(&sent)) {
      findings.answers.push_back({probe.what, NoAnswer(*failure)});
      break;  // The next one would say the same.
    }
    const auto& response = std::get<http::Response>(sent);
    findings.answers.push_back({probe.what, connector.JudgeProbe(probe, response)});
    Note(connector.ReadQuota(response), connector.DefaultLimits(), findings.left);
  }
  co_return findings;
}

coro::Task<std::vector<Findings>> ProbeAll(
    Context& context,
    const config::Config& config,
    const std::vector<const delivery::ConfiguredDestination*>& entries) {
  std::vector<Findings> all;
  for (const delivery::ConfiguredDestination* entry : entries) {
    Account account(context, config, *entry);
    co_await account.Connect();
    all.push_back(co_await Probe(context, account, *entry));
    co_await account.Close();
  }
  co_return all;
}

}  // namespace leadrelay::leadctl
