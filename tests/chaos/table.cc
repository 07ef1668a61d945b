#include "tests/chaos/table.h"

#include <cstdio>

#include "absl/strings/str_cat.h"

namespace leadrelay::chaos {
namespace {

std::string BooksOf(const Verdict& verdict) {
  return absl::StrCat(verdict.wrong.empty() ? "balance" : "SEE BELOW",
                      ", ",
                      verdict.samples,
                      " + ",
                      verdict.recounts);
}

}  // namespace

void PrintTable(const std::vector<Verdict>& verdicts) {
  std::printf("\n%-14s %7s %9s %10s %10s %7s %10s %5s  %-24s %7s\n",
              "fault",
              "rounds",
              "accepted",
              "deliveries",
              "delivered",
              "copies",
              "duplicates",
              "lost",
              "books, looks + recounts",
              "took");
  for (const Verdict& each : verdicts) {
    std::printf("%-14s %7lld %9lld %10lld %10lld %7lld %10lld %5lld  %-24s %5.0f s\n",
                each.name.c_str(),
                static_cast<long long>(each.faults),
                static_cast<long long>(each.accepted),
                static_cast<long long>(each.deliveries),
                static_cast<long long>(each.delivered),
                static_cast<long long>(each.repeats),
                static_cast<long long>(each.duplicates),
                static_cast<long long>(each.lost),
                BooksOf(each).c_str(),
                each.seconds);
  }
  for (const Verdict& each : verdicts) {
    for (const std::string& what : each.wrong) {
      std::printf("%s: %s\n", each.name.c_str(), what.c_str());
    }
  }
}

void PrintReplicas(const std::vector<ReplicaVerdict>& verdicts) {
  std::printf("\n%-14s %-12s %-44s %8s %8s %8s %6s\n",
              "replicas",
              "",
              "allowed",
              "fullest",
              "leanest",
              "refused",
              "share");
  for (const ReplicaVerdict& each : verdicts) {
    std::printf("%-14d %-12s %-44s %8lld %8lld %8lld %6.3f%s\n",
                each.replicas,
                each.rate.crm.c_str(),
                each.rate.allowed.c_str(),
                static_cast<long long>(each.rate.fullest),
                static_cast<long long>(each.rate.leanest),
                static_cast<long long>(each.rate.refused),
                each.rate.Share(),
                each.good() ? "" : "  BAD");
  }
}

}  // namespace leadrelay::chaos
