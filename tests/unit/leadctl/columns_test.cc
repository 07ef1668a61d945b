#include "tools/leadctl/columns.h"

#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadrelay::leadctl {
namespace {

using Strings = std::vector<std::string>;

struct LeadCase {
  std::string name;
  Strings header;
  Strings cells;
  std::string lead;
  std::string key_column;
  std::string key;

  friend void PrintTo(const LeadCase& c, std::ostream* to) { *to << c.name; }
};

class ColumnsTest : public testing::TestWithParam<LeadCase> {};

TEST_P(ColumnsTest, MakesALead) {
  const LeadCase& tested = GetParam();
  auto columns = Columns::Read(tested.header, tested.key_column);
  ASSERT_TRUE(columns.ok()) << columns.status();
  auto row = columns->ToLead(tested.cells);
  ASSERT_TRUE(row.ok()) << row.status();
  EXPECT_EQ(*row, (Columns::Row{tested.key, tested.lead})) << row->lead;
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    ColumnsTest,
    testing::Values(
        LeadCase{"Plain",
                 {"email", "name"},
                 {"a@example.com", "Ada"},
                 R"({"email":"a@example.com","name":"Ada"})",
                 "",
                 ""},
        LeadCase{"SpelledAsPeopleDo",
                 {" E-Mail ", "First Name", "CONSENT"},
                 {" a@example.com ", "Ada", "Yes"},
                 R"({"email":"a@example.com","first_name":"Ada","consent_given":true})",
                 "",
                 ""},
        LeadCase{"EmptyIsAbsent",
                 {"email", "phone", "plan"},
                 {"a@example.com", " ", ""},
                 R"({"email":"a@example.com"})",
                 "",
                 ""},
        LeadCase{
            "Groups",
            {"utm_source", "email", "deal.value", "source.url"},
            {"news", "a@example.com", "12.5", "https://example.com"},
            R"({"email":"a@example.com","source":{"utm_source":"news","url":"https://example.com"},"deal":{"value":12.5}})",
            "",
            ""},
        LeadCase{"UnknownIsFormData",
                 {"email", "Favourite Plan", "form_data.Size"},
                 {"a@example.com", "pro", "10"},
                 R"({"email":"a@example.com","form_data":{"Favourite Plan":"pro","Size":"10"}})",
                 "",
                 ""},
        LeadCase{"WhatMakesNoSenseIsForIngest",
                 {"email", "consent", "deal.value"},
                 {"a", "perhaps", "much"},
                 R"({"email":"a","consent_given":"perhaps","deal":{"value":"much"}})",
                 "",
                 ""},
        LeadCase{"KeyColumn",
                 {"id", "email"},
                 {" 17 ", "a@example.com"},
                 R"({"email":"a@example.com"})",
                 "id",
                 "17"}),
    [](const auto& tested) { return tested.param.name; });

TEST(ColumnsTest, RefusesHeaders) {
  const auto fault = [](const Strings& header, const std::string& key) {
    return std::string(Columns::Read(header, key).status().message());
  };
  EXPECT_EQ(fault({"email", " "}, ""), "column 2 has no name");
  EXPECT_EQ(fault({"email", "E-Mail"}, ""), "column 2 (E-Mail) means the same as one before it");
  EXPECT_EQ(fault({"email", "order_id"}, "orderid"),
            "there is no column orderid; did you mean \"order_id\"?");
}

TEST(ColumnsTest, RefusesRows) {
  auto columns = Columns::Read({"id", "email"}, "id");
  ASSERT_TRUE(columns.ok());
  EXPECT_EQ(columns->ToLead({"1"}).status().message(), "the row has 1 cells, the header has 2");
  EXPECT_EQ(columns->ToLead({" ", "a@example.com"}).status().message(), "the key column is empty");
}

TEST(ColumnsTest, NamesWhatItDoesNotKnow) {
  auto columns = Columns::Read({"email", "nmae", "form_data.plan"}, "");
  ASSERT_TRUE(columns.ok());
  EXPECT_THAT(columns->Unknown(), testing::ElementsAre("nmae"));
}

}  // namespace
}  // namespace leadrelay::leadctl
