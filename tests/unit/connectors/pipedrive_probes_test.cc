#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using delivery::Finding;
using delivery::Probe;

constexpr char kHost[] = "https://example.pipedrive.com";

class PipedriveProbes : public testing::Test {
 protected:
  Finding Judge(std::string_view path, int status, const std::string& body) const {
    for (const Probe& probe : configured_.connector->Probes(absl::UnixEpoch())) {
      if (probe.request.url == absl::StrCat(kHost, std::string(path))) {
        return configured_.connector->JudgeProbe(probe, {status, {}, body});
      }
    }
    ADD_FAILURE() << "no probe of " << path;
    return {};
  }

  const Configured configured_ = ConfigureFrom("pipedrive", R"(
settings:
  company_domain: example
  api_token: ${TOKEN}
  deal_key_field: 39365abf109ea01960620ae35f468978ae611bc8
  deal_stages: {demo: 8, signed: won, old: Contacted}
mapping: {0123456789abcdef0123456789abcdef01234567: note}
)");
};

void ExpectFinding(const Finding& finding, const Finding& expected) {
  EXPECT_EQ(finding.ok, expected.ok);
  EXPECT_EQ(finding.message, expected.message);
  EXPECT_EQ(finding.remedy, expected.remedy);
}

constexpr std::string_view kMe = "/api/v1/users/me";
constexpr std::string_view kPersonFields = "/api/v2/personFields?limit=500";
constexpr std::string_view kDealFields = "/api/v2/dealFields?limit=500";
constexpr std::string_view kStages = "/api/v2/stages?limit=500";

TEST_F(PipedriveProbes, OnlyRead) {
  ASSERT_EQ(configured_.faults, "");
  EXPECT_EQ(configured_.connector->Probes(absl::UnixEpoch()).size(), 7u);
  for (const Probe& probe : configured_.connector->Probes(absl::UnixEpoch())) {
    EXPECT_EQ(probe.request.method, "GET") << probe.what;
    EXPECT_EQ(probe.request.body, "") << probe.what;
  }
}

TEST_F(PipedriveProbes, Account) {
  ExpectFinding(Judge(kMe, 200, R"({"success":true,"data":{"id":7,"company_id":123}})"),
                {true, "the token is accepted: company 123", ""});
  EXPECT_FALSE(Judge(kMe, 401, R"({"success":false,"errorCode":401})").ok);
  ExpectFinding(Judge(kMe, 200, "<html>"),
                {false,
                 "the answer is not Pipedrive's",
                 "check company_domain: of https://example.pipedrive.com it is \"example\""});
  ExpectFinding(Judge(kMe, 503, ""),
                {false, "HTTP 503", "Pipedrive is in trouble or over its limit: try again later"});
}

TEST_F(PipedriveProbes, Fields) {
  constexpr char kRemedy[] =
      "make the field in Pipedrive or correct the mapping: its key is under Company settings > "
      "Data "
      "fields, and `leadctl crm` lists them";
  ExpectFinding(
      Judge(
          kPersonFields,
          200,
          R"({"data":[{"field_code":"name"},{"field_code":"0123456789abcdef0123456789abcdef01234567"}]})"),
      {true, "the mapped fields of persons exist", ""});
  ExpectFinding(Judge(kPersonFields, 200, R"({"data":[{"field_code":"name"}]})"),
                {false, "there is no field 0123456789abcdef0123456789abcdef01234567", kRemedy});
  ExpectFinding(Judge(kDealFields, 200, R"({"data":[{"field_code":"title"}]})"),
                {false, "there is no field 39365abf109ea01960620ae35f468978ae611bc8", kRemedy});
}

TEST_F(PipedriveProbes, Stages) {
  const std::string demo = R"({"id":8,"name":"Demo","pipeline_id":1})";
  const std::string others = R"({"id":1,"name":"qualified","pipeline_id":1},)"
                             R"({"id":2,"name":"Proposal Made","pipeline_id":1},)"
                             R"({"id":3,"name":"Contacted","pipeline_id":1})";
  ExpectFinding(Judge(kStages, 200, R"({"data":[)" + demo + "," + others + "]}"),
                {true, "the deal's pipeline and stages exist", ""});
  ExpectFinding(Judge(kStages, 200, R"({"data":[)" + others + "]}"),
                {false,
                 "there is no stage 8 (for demo)",
                 "set deal_stages to ids or names of: 1 qualified, 2 Proposal Made, 3 Contacted"});
  EXPECT_FALSE(Judge(kStages, 200, R"({"data":[]})").ok);
}

}  // namespace
}  // namespace leadrelay::test
