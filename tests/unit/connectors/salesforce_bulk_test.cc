// The CSV of bulk jobs, who goes into one, and that it comes to an end.

#include <set>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "services/delivery/connectors/salesforce/bulk_rows.h"
#include "services/delivery/connectors/salesforce/errors.h"
#include "tests/unit/connectors/configure.h"

namespace leadrelay::delivery::salesforce {
namespace {

using test::Configured;
using test::Leads;

using Results = std::map<std::string, BulkResult>;

TEST(SalesforceBulkRows, HaveAColumnForEveryFieldOfAny) {
  const std::vector<Fields> rows = {
      {{"LastName", "Smith"}, {"Key__c", "a"}},
      {{"LastName", "O'Brien, \"Bob\""}, {"Key__c", "b"}, {"Employees", int64_t{12}}},
      {{"Key__c", "c"}, {"Hot__c", true}, {"Score__c", 1.5}, {"Note__c", "x\r\ny\nz"}},
      {{"Key__c", "d"}, {"LastName", " Zo\xC3\xAB "}}};
  EXPECT_EQ(BulkRows(rows),
            "LastName,Key__c,Employees,Hot__c,Score__c,Note__c\n"
            "Smith,a,,,,\n"
            "\"O'Brien, \"\"Bob\"\"\",b,12,,,\n"
            ",c,,true,1.5,\"x\r\ny\nz\"\n"
            " Zo\xC3\xAB ,d,,,,\n");
}

TEST(SalesforceBulkRows, TakeWhatTheyWriteAsACollectionWould) {
  struct Case {
    const char* what;
    Scalar value;
    bool fits;
  };
  for (const Case& each : {Case{"text", "Smith", true},
                           Case{"what CSV needs quotes for", "a,\"b\"\r\n\tc", true},
                           Case{"a number", int64_t{0}, true},
                           Case{"false", false, true},
                           Case{"what empties the field", "#N/A", false},
                           Case{"in the middle it does not", "x #N/A", true},
                           Case{"an empty text", "", false},
                           Case{"a control character", std::string("a\0b", 3), false},
                           Case{"another", "a\x1b[1m", false},
                           Case{"the longest", std::string(32'000, 'x'), true},
                           Case{"too long", std::string(32'001, 'x'), false}}) {
    EXPECT_EQ(FitsBulk({{"Key__c", "k"}, {"A", each.value}}), each.fits) << each.what;
  }
  EXPECT_FALSE(FitsBulk(Fields(13, {"A", std::string(32'000, 'x')}))) << "too much for a record";
}

TEST(SalesforceBulkRows, AreCountedWithWhatAnAnswerAddsToThem) {
  const Fields fields = {{"LastName", "Sm\"ith"}, {"Key__c", "a"}};
  const std::string row = "\"00Q5g00000Aa001EAA\",\"true\",\"Sm\"\"ith\",\"a\",\"\",\"\"\n";
  EXPECT_GE(BulkBytes(fields, 4), row.size());
  EXPECT_EQ(BulkBytes(fields, 5) - BulkBytes(fields, 4), std::string("\"\",").size());
}

TEST(SalesforceBulkResults, AreReadByTheirNames) {
  struct Case {
    const char* what;
    const char* csv;
    std::optional<Results> results;
  };
  const BulkResult ann{"00Q1", true, ""};
  const BulkResult bob{"", false, "STRING_TOO_LONG:x"};
  for (const Case& each : {
           Case{"nothing", "", Results()},
           Case{"nobody", "\"sf__Id\",\"sf__Created\",\"Key__c\"\n", Results()},
           Case{"no table", "<html>\n", std::nullopt},
           Case{"another table", "Id,Key__c\n00Q1,ann\n", std::nullopt},
           Case{"no key", "sf__Id,sf__Created\n00Q1,true\n", std::nullopt},
           Case{"a header that breaks off", "sf__Id,Key__c,\"Last", std::nullopt},
           Case{"any order, and CRLF",
                "key__C,sf__created,SF__ID\r\nANN,true,00Q1\r\n",
                Results{{"ann", ann}}},
           Case{"quotes, and line breaks in them",
                "\"sf__Id\",\"sf__Created\",\"A\",\"Key__c\"\n"
                "\"00Q1\",\"true\",\"x\"\"\n\"\"00Q9,true,y\",\"ann\"\n",
                Results{{"ann", ann}}},
           Case{"an error",
                "sf__Id,sf__Error,Key__c\n,STRING_TOO_LONG:x,bob\n",
                Results{{"bob", bob}}},
           Case{"cells too few or too many",
                "sf__Id,sf__Created,Key__c\n00Q7,true\n00Q8,true,a,b\n00Q1,true,ann\n",
                Results{{"ann", ann}}},
           Case{"no CSV in between",
                "sf__Id,sf__Created,Key__c\n00Q7,true,\"bob\"by\n00Q1,true,ann\n",
                Results{{"ann", ann}}},
           // Whether it is "ann" or the beginning of "ann@example.com" cannot be told.
           Case{"a last row without an end",
                "sf__Id,sf__Created,Key__c\n00Q1,true,ann\n00Q2,true,bob",
                Results{{"ann", ann}}},
       }) {
    EXPECT_EQ(ReadBulkResults(each.csv, "Key__c"), each.results) << each.what;
  }
}

TEST(SalesforceBulkResults, TellTheirErrorsInOneText) {
  struct Case {
    const char* text;
    ApiError error;
  };
  for (const Case& each :
       {Case{"REQUIRED_FIELD_MISSING:Required fields are missing: [LastName, Company]:LastName, "
             "Company --",
             {"REQUIRED_FIELD_MISSING", {"LastName", "Company"}, "", false}},
        Case{"STRING_TOO_LONG:Title: data value too large: a:b --c:Title --",
             {"STRING_TOO_LONG", {"Title"}, "", false}},
        Case{"UNABLE_TO_LOCK_ROW:unable to obtain exclusive access:--",
             {"UNABLE_TO_LOCK_ROW", {}, "", false}},
        Case{"DUPLICATE_VALUE:duplicate value found: K__c duplicates value on record with id: "
             "00Q5g00000Aa001:--",
             {"DUPLICATE_VALUE", {"K__c"}, "00Q5g00000Aa001", false}},
        Case{"DUPLICATE_VALUE:duplicate value found: K__c duplicates value on record",
             {"DUPLICATE_VALUE", {"K__c"}, "", false}},
        Case{"NEW_CODE", {"NEW_CODE", {}, "", false}},
        Case{"ann@example.com: no code", {}},
        Case{"", {}}}) {
    EXPECT_EQ(ReadRowError(each.text), each.error) << each.text;
  }
}

Configured BulkFrom(int from) {
  return test::ConfigureFrom(
      "salesforce",
      absl::StrCat("settings: {client_id: c, client_secret: '${SECRET}', refresh_token: "
                   "'${TOKEN}', base_url: 'https://a.my.salesforce.com', key_field: Key__c, "
                   "bulk_from: ",
                   from,
                   "}\n"));
}

std::vector<std::string> LeadTexts(size_t count, size_t title_bytes = 0) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < count; ++i) {
    texts.push_back(absl::StrCat(
        R"({"email":"p)", i, R"(@example.com","company":")", std::string(title_bytes, 'x'), "\"}"));
  }
  return texts;
}

TEST(SalesforceBulk, BeginsWithEnoughPeople) {
  struct Case {
    const char* what;
    int from;
    size_t leads;
    std::string step;
    size_t jobs;
  };
  for (const Case& each : {Case{"never", 0, 300, "upsert persons", 200},
                           Case{"too few", 20, 19, "upsert persons", 19},
                           Case{"enough", 20, 20, "create bulk job", 20},
                           Case{"more", 20, 1000, "create bulk job", 1000}}) {
    const Configured configured = BulkFrom(each.from);
    ASSERT_EQ(configured.faults, "");
    Leads leads(LeadTexts(each.leads));
    const std::optional<Call> call = configured.connector->Next(leads.batch, nullptr);
    ASSERT_TRUE(call.has_value());
    EXPECT_EQ(call->step, each.step) << each.what;
    EXPECT_EQ(call->jobs.size(), each.jobs) << each.what;
  }
}

// Two of one person are neither in it nor enough for it.
TEST(SalesforceBulk, CountsWhoCanGoInIt) {
  const Configured configured = BulkFrom(3);
  std::vector<std::string> texts = LeadTexts(3);
  texts.push_back(texts.front());
  Leads leads(texts);
  EXPECT_EQ(configured.connector->Next(leads.batch, nullptr)->step, "upsert persons");
}

TEST(SalesforceBulk, TakesNoMoreThanAnAnswerHolds) {
  const Configured configured = BulkFrom(20);
  Leads leads(LeadTexts(200, 30'000));
  const std::optional<Call> call = configured.connector->Next(leads.batch, nullptr);
  EXPECT_EQ(call->step, "create bulk job");
  EXPECT_EQ(call->jobs.size(), 115u) << "3.5 MB in rows of 30 kB";
}

// The loop hands a batch over again after each failure.
TEST(SalesforceBulk, IsChosenOnceInABatch) {
  const Configured configured = BulkFrom(20);
  Leads leads(LeadTexts(60));
  std::optional<Call> call = configured.connector->Next(leads.batch, nullptr);
  ASSERT_EQ(call->jobs.size(), 60u);
  Reply reply{*call, {404, {}, ""}};
  call = configured.connector->Next(leads.batch, &reply);
  EXPECT_EQ(call->step, "upsert persons");
  call = configured.connector->Next(leads.batch, nullptr);
  EXPECT_EQ(call->step, "upsert persons");
}

TEST(SalesforceBulk, IsAskedForByTheSettings) {
  EXPECT_EQ(BulkFrom(0).connector->Bulk().from, 0);
  EXPECT_EQ(BulkFrom(2000).connector->Bulk().from, 2000);
  EXPECT_EQ(BulkFrom(2000).connector->Bulk().most, 5000);
  EXPECT_EQ(BulkFrom(8000).connector->Bulk().most, 8000);
}

TEST(SalesforceBulk, GivesUpBeforeTheBrokerDoes) {
  const Configured configured = BulkFrom(20);
  Leads leads(LeadTexts(60));
  for (Job& job : leads.batch.jobs) Set(job.progress, "bulk_job", "7505g00000Aa001AAA");
  absl::Duration waited;
  std::optional<Call> call = configured.connector->Next(leads.batch, nullptr);
  while (call.has_value()) {
    ASSERT_EQ(call->step, "ask after bulk job");
    EXPECT_LE(call->after, kLongestWait);
    waited += call->after;
    const Reply reply{*call, {200, {}, R"({"state":"InProgress"})"}};
    call = configured.connector->Next(leads.batch, &reply);
  }
  // After a quarter of an hour in hand, and with time for the requests, within half an hour.
  EXPECT_EQ(waited, absl::Seconds(584));
  for (const Job& job : leads.batch.jobs) {
    EXPECT_EQ(*job.outcome, Outcome::Retry("the bulk job is not done yet", 200));
    EXPECT_EQ(Get(job.progress, "bulk_job"), "7505g00000Aa001AAA");
  }
}

}  // namespace
}  // namespace leadrelay::delivery::salesforce
