#include "common/config/parts.h"
#include "common/config/shapes.h"
#include "common/config/units.h"

namespace leadrelay::config {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);

std::vector<RateWindow> ReadLimits(Section& destination) {
  std::vector<RateWindow> windows;
  for (Section& section : destination.Children("limits")) {
    RateWindow window;
    if (!section.Has("requests")) section.AddFault("requests", "is required");
    if (!section.Has("per")) section.AddFault("per", "is required, for example 10s");
    window.requests = section.Int("requests", 1, 1, 1'000'000'000);
    window.per = section.Duration("per", absl::Seconds(1), absl::Milliseconds(100), 31 * kDay);
    window.scope = section.Text("scope");
    std::string name = DurationToText(window.per);
    if (!window.scope.empty()) name = absl::StrCat(window.scope, "-", name);
    window.name = section.Text("name", std::move(name));
    for (const RateWindow& other : windows) {
      if (other.name != window.name) continue;
      section.AddFault("name", "is the name of an earlier window");
    }
    windows.push_back(std::move(window));
  }
  return windows;
}

RetryPolicy ReadRetry(Section section, const Delivery& delivery) {
  RetryPolicy retry;
  retry.ladder = section.Durations("ladder", retry.ladder, absl::Milliseconds(10), kDay);
  retry.jitter = section.Number("jitter", retry.jitter, 0, 1);
  retry.max_age = section.Duration("max_age", retry.max_age, absl::Minutes(1), 30 * kDay);
  if (retry.max_age > delivery.done_ttl) {
    section.AddFault("max_age",
                     absl::StrCat("is longer than delivery.done_ttl (",
                                  DurationToText(delivery.done_ttl),
                                  "): a copy of a lead could come after its delivery is forgotten, "
                                  "and be delivered again"));
  }
  return retry;
}

BreakerPolicy ReadBreaker(Section section) {
  BreakerPolicy breaker;
  breaker.failures = static_cast<int>(section.Int("failures", breaker.failures, 0, 1000));
  breaker.open = section.Duration("open", breaker.open, absl::Milliseconds(100), kDay);
  breaker.max_open = section.Duration(
      "max_open", std::max(breaker.max_open, breaker.open), absl::Milliseconds(100), kDay);
  if (breaker.max_open < breaker.open) section.AddFault("max_open", "is shorter than open");
  return breaker;
}

Destination ReadDestination(std::string name, Section section, const Delivery& delivery) {
  Destination destination;
  if (!IsName(name)) section.AddFault(std::string(kNameRule));
  destination.name = std::move(name);
  destination.connector = section.RequiredText("connector");
  destination.consent_required = section.Bool("consent_required", destination.consent_required);
  for (Section& condition : section.Children("only_when")) {
    destination.only_when.push_back(ReadCondition(condition));
  }
  destination.mark_synced = section.Bool("mark_synced", destination.mark_synced);
  destination.concurrency =
      static_cast<int>(section.Int("concurrency", destination.concurrency, 1, 1024));
  destination.batch_size =
      static_cast<int>(section.Int("batch_size", destination.batch_size, 0, 10'000));
  destination.linger =
      section.Duration("linger", destination.linger, absl::ZeroDuration(), absl::Seconds(10));
  destination.timeout =
      section.Duration("timeout", destination.timeout, absl::Milliseconds(100), absl::Minutes(10));
  destination.allow_private_addresses =
      section.Bool("allow_private_addresses", destination.allow_private_addresses);
  const bool limits_given = section.Has("limits");
  std::vector<RateWindow> limits = ReadLimits(section);
  if (limits_given) destination.limits = std::move(limits);
  destination.retry = ReadRetry(section.Child("retry"), delivery);
  destination.breaker = ReadBreaker(section.Child("breaker"));
  destination.settings = section.Child("settings");
  destination.mapping = section.Child("mapping");
  destination.settings.AcceptEveryKey();
  destination.mapping.AcceptEveryKey();
  return destination;
}

}  // namespace

void ReadDestinations(Section& root, Config& config) {
  for (auto& [name, section] : root.NamedChildren("destinations")) {
    config.destinations.push_back(ReadDestination(name, section, config.delivery));
  }
}

}  // namespace leadrelay::config
