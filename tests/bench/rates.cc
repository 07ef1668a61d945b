#include "tests/bench/rates.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"

#include "tests/bench/load.h"
#include "tests/e2e/stack.h"
#include "tests/sandbox/systems/google-sheets/account.h"
#include "tests/sandbox/systems/salesforce/salesforce.h"

namespace leadrelay::bench {
namespace {

using std::chrono::milliseconds;

struct Crm {
  std::string name;  // Of the sandbox's system and of the connector.
  std::string title;
  // The limit of the smallest plan.  Where the real window is longer than ten seconds it is one of
  // ten here, on both sides, with the same share left as a margin (decision 6).
  std::vector<std::string> windows;  // As the sandbox calls them; the first is measured.
  int64_t requests = 0;
  milliseconds per{10'000};
  // What a full batch takes of it.
  int64_t batch = 0;
  int64_t requests_per_batch = 1;
  std::string unit = "requests";
  std::string persons;   // Where the sandbox reports how many there are.
  std::string limits;    // Of the destination, when they are not the connector's own.
  std::string settings;  // Without those that every destination of the bench has.
  std::map<std::string, std::string> environment;
  int64_t measured_windows = 2;
};

std::string Ten(std::string_view scope, int64_t requests) {
  return absl::StrCat("      - {requests: ",
                      requests,
                      ", per: 10s",
                      scope.empty() ? "" : absl::StrCat(", scope: ", std::string(scope)),
                      "}\n");
}

std::vector<Crm> Crms() {
  std::vector<Crm> crms;
  {
    Crm& crm = crms.emplace_back();
    crm.name = "hubspot";
    crm.title = "HubSpot";
    crm.windows = {"TEN_SECONDLY_ROLLING"};
    crm.requests = 100;
    crm.batch = 100;
    crm.persons = "contacts";
    crm.settings =
        "      base_url: ${SANDBOX}\n"
        "      access_token: ${HUBSPOT_TOKEN}\n";
  }
  {
    Crm& crm = crms.emplace_back();
    crm.name = "salesforce";
    crm.title = "Salesforce";
    crm.windows = {"day"};
    crm.requests = 40;
    crm.batch = 200;
    crm.requests_per_batch = 2;  // Looked up, then created.
    crm.persons = "leads";
    crm.limits = Ten("", crm.requests);
    crm.settings = absl::StrCat("      login_url: ${SANDBOX}/salesforce\n      client_id: ",
                                std::string(sandbox::Salesforce::kClientId),
                                "\n      client_secret: ${SALESFORCE_SECRET}\n");
    crm.environment = {{"SALESFORCE_SECRET", std::string(sandbox::Salesforce::kClientSecret)}};
  }
  {
    Crm& crm = crms.emplace_back();
    crm.name = "zoho";
    crm.title = "Zoho";
    crm.windows = {"CREDITS"};
    crm.requests = 100;
    crm.batch = 100;
    crm.requests_per_batch = 10;  // One request for ten credits.
    crm.unit = "credits";
    crm.persons = "leads";
    crm.limits = Ten("", crm.requests);
    crm.settings =
        "      base_url: ${SANDBOX}/zoho\n"
        "      client_id: 1000.SANDBOX\n"
        "      client_secret: ${ZOHO_SECRET}\n"
        "      refresh_token: ${ZOHO_REFRESH}\n";
    crm.environment = {{"ZOHO_SECRET", "zoho-sandbox-secret"},
                       {"ZOHO_REFRESH", "1000.zoho-sandbox-refresh"}};
  }
  {
    Crm& crm = crms.emplace_back();
    crm.name = "airtable";
    crm.title = "Airtable";
    crm.windows = {"second"};
    crm.requests = 5;
    crm.per = milliseconds(1000);
    crm.batch = 10;
    crm.persons = "People";
    crm.settings =
        "      base_url: ${SANDBOX}/airtable/v0\n"
        "      base_id: appSandbox0000001\n"
        "      table: People\n"
        "      access_token: ${AIRTABLE_TOKEN}\n";
    crm.environment = {{"AIRTABLE_TOKEN", "patSandbox0000001.sandbox"}};
    crm.measured_windows = 10;
  }
  {
    Crm& crm = crms.emplace_back();
    crm.name = "google-sheets";
    crm.title = "Google Sheets";
    crm.windows = {"writes", "reads"};
    crm.requests = 10;
    crm.batch = 100;
    crm.unit = "writes, as many reads";
    crm.persons = "rows";
    crm.limits = Ten("read", crm.requests) + Ten("write", crm.requests);
    crm.settings = absl::StrCat(
        "      base_url: ${SANDBOX}/google-sheets\n"
        "      token_url: ${SANDBOX}/google-sheets/token\n"
        "      client_email: ",
        std::string(sandbox::google_sheets::kEmail),
        "\n      private_key: ${SHEETS_KEY}\n      spreadsheet_id: ",
        std::string(sandbox::google_sheets::kSpreadsheetId),
        "\n");
    crm.environment = {{"SHEETS_KEY", std::string(sandbox::google_sheets::kPrivateKey)}};
  }
  return crms;
}

e2e::StackOptions OptionsFor(const Crm& crm) {
  e2e::StackOptions options;
  options.destinations = absl::StrCat("  crm:\n    connector: ",
                                      crm.name,
                                      "\n    allow_private_addresses: true\n",
                                      crm.limits.empty() ? "" : "    limits:\n" + crm.limits,
                                      "    settings:\n      allow_http: true\n",
                                      crm.settings);
  options.environment = crm.environment;
  return options;
}

std::string AllowedBy(const Crm& crm) {
  return absl::StrCat(crm.requests,
                      " ",
                      crm.unit,
                      " in ",
                      crm.per.count() / 1000,
                      " s; ",
                      crm.requests_per_batch,
                      " for ",
                      crm.batch,
                      " leads");
}

// How many a second came after those that filled the first window.
double SteadyRate(const std::vector<int64_t>& arrivals, const Crm& crm) {
  const auto from = static_cast<size_t>(crm.requests);
  const size_t to = from * static_cast<size_t>(1 + crm.measured_windows);
  if (arrivals.size() < to) return 0;
  return static_cast<double>(to - from) * 1e6 /
         static_cast<double>(arrivals[to - 1] - arrivals[from - 1]);
}

// Windows one after the other from the first arrival on, without the first.  What is granted comes
// in bursts, one at the beginning of each.
int64_t LeanestWindow(const std::vector<int64_t>& arrivals, const Crm& crm) {
  if (arrivals.empty()) return 0;
  const int64_t per = std::chrono::microseconds(crm.per).count();
  int64_t leanest = crm.requests;
  for (int64_t window = 1; window <= crm.measured_windows; ++window) {
    const int64_t from = arrivals.front() + window * per;
    const auto first = std::lower_bound(arrivals.begin(), arrivals.end(), from);
    const auto last = std::lower_bound(arrivals.begin(), arrivals.end(), from + per);
    leanest = std::min<int64_t>(leanest, last - first);
  }
  return leanest;
}

void ReadWindows(e2e::Stack& stack, const Crm& crm, RateResult& result) {
  const json::Document report = stack.Report();
  for (const json::Value& window : report.root().Find(crm.name).Find("windows").Elements()) {
    result.refused += window.Find("refused").Int64Or(0);
    if (window.Find("name").StringOr("") == crm.windows.front()) {
      result.fullest = window.Find("fullest").Int64Or(0);
    }
  }
}

RateResult Measure(const Crm& crm, int replicas) {
  // Several processes do not come to the end of a backlog together: there is more of it than is
  // measured.
  const int64_t windows = 1 + crm.measured_windows + (replicas > 1 ? 1 : 0);
  const int64_t leads = crm.requests * windows / crm.requests_per_batch * crm.batch;
  std::fprintf(stderr,
               "  %s: %s; %lld leads\n",
               crm.title.c_str(),
               AllowedBy(crm).c_str(),
               static_cast<long long>(leads));
  e2e::Stack stack(OptionsFor(crm));
  for (int i = 1; i < replicas; ++i) stack.StartDelivery();
  const auto started = std::chrono::steady_clock::now();
  stack.DlqPost("/v1/destinations/crm:pause", R"({"reason":"a backlog is made"})");
  for (const std::string& window : crm.windows) {
    stack.Limit(crm.name, window, crm.requests, crm.per);
  }
  LoadOptions load;
  load.port = stack.ingest_port();
  load.api_key = std::string(e2e::kApiKey);
  load.leads = leads;
  const int64_t accepted = SendLeads(load).accepted;
  // A window of which nothing is known counts as used up.
  std::this_thread::sleep_until(started + crm.per + crm.per / 10);
  stack.DlqPost("/v1/destinations/crm:resume");
  const bool balanced =
      stack.WaitForBalance("crm", accepted, crm.per * (windows + 3) + milliseconds(30'000));
  if (!balanced) std::fprintf(stderr, "%s\n", stack.Log("delivery").c_str());

  RateResult result;
  result.crm = crm.title;
  result.allowed = AllowedBy(crm);
  const double per = std::chrono::duration<double>(crm.per).count();
  const double leads_per_request =
      static_cast<double>(crm.batch) / static_cast<double>(crm.requests_per_batch);
  result.allowed_per_second = static_cast<double>(crm.requests) / per * leads_per_request;
  const std::vector<int64_t> arrivals = stack.Arrivals(crm.name, crm.windows.front());
  result.leads_per_request = static_cast<double>(leads) / static_cast<double>(arrivals.size());
  result.used_per_second = SteadyRate(arrivals, crm) * result.leads_per_request;
  result.leanest = LeanestWindow(arrivals, crm);
  result.limit = crm.requests;
  result.missing = std::abs(leads - stack.Reported(absl::StrCat("/", crm.name, "/", crm.persons)));
  ReadWindows(stack, crm, result);
  return result;
}

}  // namespace

std::vector<RateResult> RunRates(const std::string& only, int replicas) {
  std::vector<RateResult> results;
  for (const Crm& crm : Crms()) {
    if (only.empty() || crm.name == only) results.push_back(Measure(crm, replicas));
  }
  return results;
}

}  // namespace leadrelay::bench
