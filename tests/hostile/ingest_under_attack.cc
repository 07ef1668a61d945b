#include "tests/hostile/ingest_under_attack.h"

#include <algorithm>
#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include <sys/resource.h>

namespace leadrelay::ingest {
namespace {

std::unique_ptr<Installation>& Slot() {
  static std::unique_ptr<Installation> ingest;
  return ingest;
}

// How many files this process and its children may have; at most as many as it may ask for.
void AllowFiles(rlim_t most) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = std::min(most, files.rlim_max);
  setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

Installation& TheIngest() {
  if (Slot() != nullptr) return *Slot();
  (void)TheBroker();
  // Fewer than a crowd has connections: ingest has to ask for more by itself.
  AllowFiles(256);
  Slot() = std::make_unique<Installation>();
  AllowFiles(RLIM_INFINITY);
  return *Slot();
}

void StopTheIngest() {
  Slot().reset();
}

std::string LeadRequest(const std::string& body, const std::string& fields) {
  return absl::StrCat("POST /v1/leads HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ",
                      kShopKey,
                      "\r\nContent-Type: application/json\r\n",
                      fields,
                      "\r\n",
                      body);
}

std::string LeadRequest(const std::string& body) {
  return LeadRequest(body, absl::StrCat("Content-Length: ", body.size(), "\r\n"));
}

std::string FreshLead() {
  static int count = 0;
  return LeadOf(absl::StrCat("fresh", ++count, "@example.com"));
}

double IngestUnderAttack::Taken() {
  return TheIngest().Metric("leadrelay_ingest_accepted_total") +
         TheIngest().Metric("leadrelay_ingest_replayed_total");
}

void IngestUnderAttack::SetUp() {
  TheIngest().EmptyQueues();
  taken_before_ = Taken();
}

void IngestUnderAttack::TearDown() {
  EXPECT_EQ(TheIngest().Post(FreshLead()).status, 202);
  EXPECT_TRUE(TheIngest().process().running());
  if (HasFailure()) std::cerr << TheIngest().Log();
}

}  // namespace leadrelay::ingest
