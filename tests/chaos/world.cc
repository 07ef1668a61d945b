#include "tests/chaos/world.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include <unistd.h>

#include "tests/chaos/plan.h"

namespace leadrelay::chaos {
namespace {

using std::chrono::seconds;
using test::Eventually;

constexpr int64_t kDiskBytes = 48 << 20;

constexpr char kPatient[] =
    "    retry: {ladder: [@LADDER@], jitter: 0}\n"
    "    breaker: {failures: 10, open: 500ms, max_open: 1s}\n";

[[noreturn]] void Fail(const std::string& why) {
  std::fprintf(stderr, "chaos: %s\n", why.c_str());
  std::abort();
}

std::string Patient() {
  std::string ladder = "1s";
  for (int i = 1; i < 50; ++i) absl::StrAppend(&ladder, ", 1s");
  return absl::StrReplaceAll(kPatient, {{"@LADDER@", ladder}});
}

std::string FullDestination(const std::string& name, const std::string& settings) {
  return absl::StrCat("  ",
                      name,
                      ":\n    connector: ",
                      name,
                      "\n    allow_private_addresses: true\n    timeout: 2s\n    limits: []\n",
                      Patient(),
                      "    settings:\n      allow_http: true\n",
                      settings);
}

test::BrokerOptions WithManagement() {
  test::BrokerOptions options;
  options.management = true;
  return options;
}

int64_t DoublesOf(const json::Value& system) {
  return system.Find("duplicates").Int64Or(0);
}

}  // namespace

World::World(const WorldOptions& options)
    : broker_(WithManagement()), sandbox_port_(test::FreePort()) {
  const std::map<std::string, int> targets = {
      {"broker", broker_.port()}, {"redis", redis_.port()}, {"crm", sandbox_port_}};
  for (const std::string_view name : kLinks) {
    const std::string link(name);
    const int target = targets.at(link.substr(link.find('-') + 1));
    links_[link] = std::make_unique<test::Link>(target);
  }
  stack_ = std::make_unique<e2e::Stack>(OptionsFor(options));
  for (int i = 1; i < options.replicas; ++i) stack_->StartDelivery();
  const std::pair<const char*, const char*> windows[] = {{"hubspot", "TEN_SECONDLY_ROLLING"},
                                                         {"hubspot", "SECONDLY"},
                                                         {"hubspot", "DAILY"},
                                                         {"pipedrive", "burst"},
                                                         {"pipedrive", "search"},
                                                         {"pipedrive", "day"}};
  for (const auto& [system, window] : windows) stack_->Limit(system, window, 0);
  for (const char* group :
       {"data", "lead", "contact", "opportunity", "activity", "task", "status"}) {
    stack_->Limit("close", group, 0);
  }
}

World::~World() {
  stack_.reset();
  if (disk_holder_ != nullptr) disk_holder_->Kill9();
  if (!disk_.empty()) std::filesystem::remove_all(disk_);
  if (!disk_.empty()) std::filesystem::remove(disk_ + ".log");
}

e2e::StackOptions World::OptionsFor(const WorldOptions& options) {
  e2e::StackOptions stack;
  stack.servers =
      e2e::Servers{broker_.port(), broker_.management_port(), redis_.port(), broker_.pid()};
  stack.sandbox_port = sandbox_port_;
  for (const auto& [name, link] : links_) {
    const size_t dash = name.find('-');
    e2e::Detour& detour = stack.detours[name.substr(0, dash)];
    const std::string server = name.substr(dash + 1);
    (server == "broker"  ? detour.broker
     : server == "redis" ? detour.redis
                         : detour.sandbox) = link->port();
  }
  stack.log_level = options.log_level;
  // A write over a limit is to fail, as on a disk, and not to end the process.
  stack.launchers["dlq"] = {"/usr/bin/env", "--ignore-signal=XFSZ"};
  AddDestinations(options, stack);
  if (options.small_disk) MountDisk(stack);
  return stack;
}

void World::AddDestinations(const WorldOptions& options, e2e::StackOptions& stack) {
  std::string all;
  for (int i = 0; i < options.webhooks; ++i) {
    const std::string name = absl::StrCat("hook-", i);
    destinations_.push_back({name, "webhook", false});
    absl::StrAppend(&stack.destinations,
                    e2e::WebhookDestination(name, "    concurrency: 32\n" + Patient()));
    absl::StrAppend(&all, all.empty() ? "" : ", ", name);
  }
  absl::StrAppend(
      &stack.destinations,
      FullDestination("hubspot",
                      "      base_url: ${SANDBOX}\n      access_token: ${HUBSPOT_TOKEN}\n"),
      FullDestination("close",
                      "      base_url: ${SANDBOX}/close\n      api_key: ${CLOSE_API_KEY}\n"
                      "      search_lag: 3s\n"),
      FullDestination("pipedrive",
                      "      base_url: ${SANDBOX}/pipedrive\n      company_domain: sandbox\n"
                      "      api_token: ${PIPEDRIVE_API_TOKEN}\n"));
  for (const char* name : {"hubspot", "close", "pipedrive"}) {
    destinations_.push_back({name, name, true});
  }
  stack.routes = absl::StrCat("  - destinations: [",
                              all,
                              "]\n  - forms: [full]\n"
                              "    destinations: [hubspot, close, pipedrive]\n");
  stack.environment = {{"CLOSE_API_KEY", "api_sandbox.key"},
                       {"PIPEDRIVE_API_TOKEN", "sandbox-pipedrive-token"}};
}

// A disk that only dlq sees: a tmpfs in a mount namespace of its own, which needs no more rights
// than making such a namespace does, and which outlives dlq's process.
void World::MountDisk(e2e::StackOptions& stack) {
  std::string pattern = std::filesystem::temp_directory_path() / "leadrelay-disk-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) Fail("no scratch folder");
  disk_ = pattern;
  const bool root = geteuid() == 0;
  std::vector<std::string> holder = {"/usr/bin/unshare", "--mount"};
  if (!root) holder.insert(holder.end(), {"--user", "--map-root-user"});
  holder.insert(holder.end(),
                {"/bin/sh",
                 "-c",
                 absl::StrCat("mount -t tmpfs -o size=",
                              kDiskBytes,
                              " tmpfs \"$0\" && touch \"$0/mounted\" && exec sleep infinity"),
                 disk_});
  disk_holder_ =
      std::make_unique<test::Process>(holder, std::map<std::string, std::string>(), disk_ + ".log");
  const bool mounted = Eventually(
      [&] { return std::filesystem::exists(OnDisk("mounted")) || !disk_holder_->running(); },
      seconds(20));
  if (!mounted || !disk_holder_->running()) {
    Fail("no disk of a few megabytes to be had (unshare, mount): " +
         test::ReadWholeFile(disk_ + ".log"));
  }
  std::vector<std::string>& launcher = stack.launchers["dlq"];
  launcher = {"/usr/bin/nsenter", "--target", absl::StrCat(disk_holder_->pid()), "--mount"};
  if (!root) launcher.insert(launcher.end(), {"--user", "--preserve-credentials"});
  stack.database = disk_ + "/ledger.db";
}

// Through the eyes of whoever holds it.
std::string World::OnDisk(const std::string& name) const {
  return absl::StrCat("/proc/", disk_holder_->pid(), "/root", disk_, "/", name);
}

std::string World::LedgerPath() const {
  return disk_.empty() ? stack_->folder() + "/ledger.db" : OnDisk("ledger.db");
}

void World::FillDisk() const {
  std::ofstream ballast(OnDisk("ballast"));
  const std::string block(64 * 1024, 'x');
  while (ballast.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
  }
}

void World::EmptyDisk() const {
  std::filesystem::remove(OnDisk("ballast"));
}

std::optional<Counts> World::CountAt(const Destination& destination) {
  const json::Document report = stack_->Report(destination.system);
  const json::Value system = report.root().Find(destination.system);
  if (!system.IsObject()) return std::nullopt;
  Counts counts;
  if (!destination.full) {
    const json::Value receiver = system.Find("receivers").Find(destination.name);
    counts.records = receiver.Find("records").Int64Or(0);
    counts.repeats = receiver.Find("repeats").Int64Or(0);
    counts.duplicates = DoublesOf(receiver);
    return counts;
  }
  const bool close = destination.system == "close";
  const char* person = close ? "contact" : destination.system == "hubspot" ? "contacts" : "persons";
  counts.records = system.Find(person).Int64Or(0);
  for (const char* part : {close ? "opportunity" : "deals", close ? "note" : "notes"}) {
    counts.missing += std::abs(counts.records - system.Find(part).Int64Or(0));
  }
  counts.duplicates = DoublesOf(system);
  return counts;
}

void World::SaveLogs(const std::string& folder) const {
  std::filesystem::create_directories(folder);
  for (const char* service : {"ingest", "delivery", "dlq", "sandbox"}) {
    std::ofstream(absl::StrCat(folder, "/", service, ".log")) << stack_->Log(service);
  }
}

}  // namespace leadrelay::chaos
