#include "tests/chaos/run.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/crypto/crypto.h"
#include "tests/chaos/books_watch.h"
#include "tests/chaos/injector.h"
#include "tests/chaos/publisher.h"

namespace leadrelay::chaos {
namespace {

using std::chrono::seconds;
using test::Eventually;
using Clock = std::chrono::steady_clock;

// For something that must come about, on a machine that others use as well.
constexpr seconds kPatience(240);
// So many leads may wait for the first destination; then the publisher waits, too.
constexpr int64_t kBacklog = 10'000;

class Run {
 public:
  explicit Run(const RunOptions& options);
  Verdict Do();

 private:
  bool BringFaults();
  bool Wait(const std::string& what, const std::function<bool()>& condition);
  void Note(int64_t done, const std::string& what);
  int64_t Arrived();
  int64_t ExpectedAt(const Destination& destination) const;
  bool Balanced();
  void Count();
  void CheckPoison();

  const RunOptions& options_;
  Verdict verdict_;
  World world_;
  Publisher publisher_;
  BooksWatch watch_;
  Injector injector_;
  std::ofstream log_;
};

PublisherOptions PublisherFor(const RunOptions& options, World& world) {
  PublisherOptions publisher;
  publisher.port = world.stack().ingest_port();
  publisher.api_key = std::string(e2e::kApiKey);
  publisher.leads = options.leads;
  publisher.full_every = options.full_every;
  return publisher;
}

WorldOptions WorldFor(const RunOptions& options) {
  WorldOptions world = options.world;
  world.replicas = options.plan.replicas;
  return world;
}

Run::Run(const RunOptions& options)
    : options_(options),
      world_(WorldFor(options)),
      publisher_(PublisherFor(options, world_)),
      watch_(world_, publisher_),
      injector_(world_) {
  std::filesystem::create_directories(options.folder);
  log_.open(options.folder + "/faults.log", std::ios::app);
  Note(0, absl::StrCat("begins; seed ", options.plan.seed));
}

bool Run::Wait(const std::string& what, const std::function<bool()>& condition) {
  if (Eventually(condition, kPatience)) return true;
  verdict_.wrong.push_back(absl::StrCat("in ", kPatience.count(), " s not: ", what));
  return false;
}

int64_t Run::Arrived() {
  const std::optional<Counts> counts = world_.CountAt(world_.destinations().front());
  return counts.has_value() ? counts->records : 0;
}

void Run::Note(int64_t done, const std::string& what) {
  const std::optional<Counts> first = world_.CountAt(world_.destinations().front());
  const Counts counts = first.value_or(Counts());
  const BooksWatch::Seen seen = watch_.seen();
  const auto books = seen.last.find(world_.destinations().front().name);
  const BooksRow row = books == seen.last.end() ? BooksRow() : books->second;
  const std::string line = absl::StrCat(what,
                                        " | accepted ",
                                        publisher_.accepted(),
                                        ", delivered ",
                                        counts.records,
                                        ", copies ",
                                        counts.repeats,
                                        ", duplicates ",
                                        counts.duplicates,
                                        " | books: in flight ",
                                        row.in_flight,
                                        ", difference ",
                                        row.difference,
                                        ", looks ",
                                        seen.samples,
                                        seen.wrong.empty() ? "" : ", WRONG");
  log_ << absl::FormatTime("%H:%M:%E3S", absl::Now(), absl::LocalTimeZone()) << " " << done << "/"
       << options_.plan.faults << " " << line << std::endl;
  if (options_.progress != nullptr) options_.progress(done, line);
}

bool Run::BringFaults() {
  const std::vector<Fault> plan = MakePlan(options_.plan);
  const int64_t share = std::max<int64_t>(1, options_.leads / options_.plan.faults);
  std::vector<Fault> going_on;
  for (size_t i = 0; i < plan.size(); ++i) {
    const auto done = static_cast<int64_t>(i);
    // Of the leads that are left for after this fault enough to be under load while it lasts.
    publisher_.Allow((done + 2) * share);
    // What goes on from the one before may be what keeps leads from being accepted.
    const bool flows = !going_on.empty() ||
                       Wait("leads are accepted before " + plan[i].ToString(),
                            [&] { return publisher_.accepted() >= done * share + share / 4; });
    if (!flows) return false;
    injector_.Begin(plan[i]);
    // The fault itself: by the clock, whatever happens.
    std::this_thread::sleep_for(plan[i].lasts);
    if (plan[i].into_next) {
      going_on.push_back(plan[i]);
    } else {
      injector_.End(plan[i]);
      for (const Fault& each : std::exchange(going_on, {})) injector_.End(each);
    }
    ++verdict_.faults;
    Note(done + 1, plan[i].ToString());
    const bool flowing =
        plan[i].into_next || Wait("deliveries go on after " + plan[i].ToString(),
                                  [this] { return Arrived() >= publisher_.accepted() - kBacklog; });
    if (!flowing) return false;
  }
  return true;
}

int64_t Run::ExpectedAt(const Destination& destination) const {
  return destination.full ? publisher_.accepted_full() : publisher_.accepted();
}

bool Run::Balanced() {
  const json::Document books = world_.stack().Dlq("/v1/books");
  if (!books.root().Find("balanced").BoolOr(false)) return false;
  std::map<std::string, BooksRow> rows;
  for (const json::Value& each : books.root().Find("destinations").Elements()) {
    rows[each.Find("destination").StringOr("")] = ReadBooksRow(each);
  }
  return std::ranges::all_of(world_.destinations(), [&](const Destination& destination) {
    const BooksRow& row = rows[destination.name];
    return row.accepted == ExpectedAt(destination) && row.in_flight == 0;
  });
}

void Run::Count() {
  for (const Destination& destination : world_.destinations()) {
    const int64_t expected = ExpectedAt(destination);
    const Counts counts = world_.CountAt(destination).value_or(Counts());
    const int64_t lost = std::max<int64_t>(0, expected - counts.records) + counts.missing;
    const int64_t more = std::max<int64_t>(0, counts.records - expected);
    verdict_.deliveries += expected;
    verdict_.delivered += counts.records;
    verdict_.repeats += counts.repeats;
    verdict_.duplicates += std::max(counts.duplicates, more);
    verdict_.lost += lost;
    const BooksRow row = watch_.seen().last[destination.name];
    const bool told = row.accepted == expected && row.delivered == expected && row.difference == 0;
    if (lost == 0 && more == 0 && counts.duplicates == 0 && told) continue;
    verdict_.wrong.push_back(absl::StrCat(destination.name,
                                          ": ",
                                          expected,
                                          " expected, ",
                                          counts.records,
                                          " there, ",
                                          counts.duplicates,
                                          " duplicates, ",
                                          counts.missing,
                                          " deals and notes too few or too many; books: ",
                                          row.accepted,
                                          " accepted, ",
                                          row.delivered,
                                          " delivered, ",
                                          row.in_flight,
                                          " in flight, ",
                                          row.dead,
                                          " dead"));
  }
}

// Each poisoned message must be kept with its bytes.
void Run::CheckPoison() {
  const json::Document letters = world_.stack().Dlq("/v1/dead-letters?cause=unreadable&limit=1000");
  std::multiset<std::string> found;
  for (const json::Value& each : letters.root().Find("dead_letters").Elements()) {
    const json::Document letter =
        world_.stack().Dlq(absl::StrCat("/v1/dead-letters/", each.Find("id").Int64Or(0)));
    found.insert(crypto::FromBase64(letter.root().Find("body_base64").StringOr("")).value_or(""));
  }
  const std::multiset<std::string> dead(injector_.dead().begin(), injector_.dead().end());
  if (found != dead) {
    verdict_.wrong.push_back(absl::StrCat("of ",
                                          dead.size(),
                                          " unreadable messages ",
                                          found.size(),
                                          " are dead letters, or with other bytes"));
  }
  const auto rejected = static_cast<int64_t>(injector_.set_aside().size());
  // The broker's statistics are some seconds old.
  (void)Wait("what is no lead stands in leads.rejected",
             [&] { return world_.stack().QueueDepth("leads.rejected") >= rejected; });
}

Verdict Run::Do() {
  const Clock::time_point begun = Clock::now();
  verdict_.name = options_.name;
  if (BringFaults()) {
    publisher_.Allow(options_.leads);
    (void)Wait("every lead is accepted",
               [this] { return publisher_.accepted() + publisher_.refused() == options_.leads; });
    (void)Wait("the books balance", [this] { return Balanced(); });
  }
  watch_.LookNow();
  Note(verdict_.faults, "ends");
  verdict_.accepted = publisher_.accepted();
  Count();
  CheckPoison();
  if (publisher_.refused() != 0) {
    verdict_.wrong.push_back(absl::StrCat(publisher_.refused(), " leads were refused"));
  }
  const BooksWatch::Seen seen = watch_.seen();
  verdict_.samples = seen.samples;
  verdict_.recounts = seen.recounts;
  verdict_.widest = seen.widest;
  for (const std::vector<std::string>* each : {&seen.wrong, &injector_.wrong()}) {
    verdict_.wrong.insert(verdict_.wrong.end(), each->begin(), each->end());
  }
  for (const std::string& what : verdict_.wrong) log_ << "WRONG: " << what << std::endl;
  if (!verdict_.good()) world_.SaveLogs(options_.folder);
  verdict_.seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  return verdict_;
}

}  // namespace

Verdict RunChaos(const RunOptions& options) {
  return Run(options).Do();
}

}  // namespace leadrelay::chaos
