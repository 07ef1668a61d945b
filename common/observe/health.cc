#include "common/observe/health.h"

#include "common/json/json.h"

namespace leadrelay::observe {
namespace {

http::Response JsonResponse(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.headers.Add("content-type", "application/json");
  response.headers.Add("cache-control", "no-store");
  response.body = std::move(body);
  return response;
}

int64_t WholeSeconds(absl::Duration duration) {
  return absl::ToInt64Seconds(duration);
}

}  // namespace

void Health::Progress::Moved() {
  since_ = clock_.Monotonic();
}

void Health::Progress::SetBusy(bool busy) {
  if (busy && !busy_) Moved();
  busy_ = busy;
}

void Health::Progress::SetWaiting(std::optional<std::string> why) {
  if (!why.has_value() && waiting_.has_value()) Moved();
  waiting_ = std::move(why);
}

void Health::Add(std::string name, Check check) {
  checks_.emplace_back(std::move(name), std::move(check));
}

Health::Progress& Health::Watch(std::string name, absl::Duration patience) {
  watched_.push_back(std::unique_ptr<Progress>(new Progress(clock_)));
  Progress& progress = *watched_.back();
  Add(std::move(name), [&progress, patience]() -> std::optional<std::string> {
    if (!progress.busy_ || progress.waiting_.has_value()) return std::nullopt;
    const absl::Duration still = progress.clock_.Monotonic() - progress.since_;
    if (still <= patience) return std::nullopt;
    return absl::StrCat("has work and has not moved for ", WholeSeconds(still), " s");
  });
  return progress;
}

std::vector<Health::Failure> Health::Failing() const {
  std::vector<Failure> failures;
  for (const auto& [name, check] : checks_) {
    if (std::optional<std::string> reason = check()) failures.push_back({name, *std::move(reason)});
  }
  return failures;
}

http::Response Health::Healthz() const {
  return JsonResponse(200, R"({"status":"ok"})");
}

http::Response Health::Readyz() const {
  const std::vector<Failure> failures = Failing();
  if (failures.empty()) return JsonResponse(200, R"({"status":"ready"})");
  json::Writer writer;
  writer.StartObject().Member("status", "unready").Key("failing").StartArray();
  for (const Failure& failure : failures) {
    writer.StartObject()
        .Member("check", failure.check)
        .Member("reason", failure.reason)
        .EndObject();
  }
  writer.EndArray().EndObject();
  return JsonResponse(503, writer.Take());
}

Health::Check FailsAfter(coro::Clock& clock,
                         absl::Duration patience,
                         std::function<bool()> good,
                         std::function<std::string()> reason) {
  struct State {
    bool was_good = false;
    std::optional<absl::Duration> bad_since;
  };
  return [&clock,
          patience,
          good = std::move(good),
          reason = std::move(reason),
          state = State{}]() mutable -> std::optional<std::string> {
    if (good()) {
      state = State{true, std::nullopt};
      return std::nullopt;
    }
    if (!state.was_good) return absl::StrCat("not yet: ", reason());
    const absl::Duration now = clock.Monotonic();
    if (!state.bad_since.has_value()) state.bad_since = now;
    const absl::Duration bad = now - *state.bad_since;
    if (bad < patience) return std::nullopt;
    return absl::StrCat("for ", WholeSeconds(bad), " s: ", reason());
  };
}

}  // namespace leadrelay::observe
