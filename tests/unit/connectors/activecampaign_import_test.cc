// How much goes into an import of ActiveCampaign.

#include <set>

#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using delivery::Call;
using delivery::Reply;

Configured ConfigureImport(int from) {
  return ConfigureFrom("activecampaign",
                       absl::StrCat("settings: {base_url: 'https://a.example', api_token: "
                                    "'${TOKEN}', bulk_from: ",
                                    from,
                                    "}\nmapping: {6: form_data.plan}"));
}

// Leads with a custom field of so many bytes.
Leads LeadsOf(size_t count, size_t bytes) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < count; ++i) {
    texts.push_back(absl::StrCat(R"({"email":"p)",
                                 i,
                                 R"(@example.com","form_data":{"plan":")",
                                 std::string(bytes, 'x'),
                                 R"("}})"));
  }
  return Leads(texts);
}

// The sizes of the imports that a batch leads to, in contacts.
std::vector<size_t> ImportsOf(Leads leads) {
  const Configured configured = ConfigureImport(2);
  std::vector<size_t> sizes;
  std::set<std::string> addresses;
  std::optional<Call> call = configured.connector->Next(leads.batch, nullptr);
  while (call.has_value()) {
    Reply reply{*call, {}};
    reply.response.status = 200;
    reply.response.body = R"({"status":"completed","failure":[]})";
    if (call->step == "import contacts") {
      EXPECT_LE(call->request.body.size(), 399'999u);
      EXPECT_EQ(call->scope, "import");
      const json::Document body = *json::Document::Parse(call->request.body);
      sizes.push_back(body.root().Find("contacts").size());
      for (const json::Value& contact : body.root().Find("contacts").Elements()) {
        EXPECT_TRUE(addresses.insert(contact.Find("email").StringOr("")).second);
      }
      reply.response.body = absl::StrCat(R"({"Success":1,"batchId":"b-)", sizes.size(), R"("})");
    }
    call = configured.connector->Next(leads.batch, &reply);
  }
  EXPECT_EQ(addresses.size(), leads.batch.jobs.size());
  for (const delivery::Job& job : leads.batch.jobs) {
    EXPECT_EQ(*job.outcome, delivery::Outcome::Delivered("", "", 200));
  }
  return sizes;
}

TEST(ActiveCampaignImport, KeepsWithinItsLimits) {
  struct Case {
    const char* name;
    size_t count;
    size_t bytes;
    std::vector<size_t> imports;
  };
  const Case cases[] = {
      {"few", 3, 10, {3}},
      {"as many as it takes", 250, 10, {250}},
      {"one more", 251, 10, {250, 1}},
      {"many bytes", 9, 100'000, {3, 3, 3}},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    EXPECT_EQ(ImportsOf(LeadsOf(each.count, each.bytes)), each.imports);
  }
}

TEST(ActiveCampaignImport, IsAskedOfTheLoopAsConfigured) {
  EXPECT_EQ(ConfigureImport(0).connector->Bulk().from, 0);
  EXPECT_EQ(ConfigureImport(20).connector->Bulk().from, 20);
  EXPECT_EQ(ConfigureImport(20).connector->Bulk().most, 250);
}

}  // namespace
}  // namespace leadrelay::test
