#include "common/amqp/confirm_window.h"

#include <gtest/gtest.h>

namespace leadrelay::amqp {
namespace {

using Ids = std::vector<uint64_t>;

struct Confirm {
  uint64_t number;
  bool multiple;
  Ids answered;
};

struct Case {
  const char* name;
  std::vector<Confirm> confirms;
  Ids left;
};

Ids IdsOf(const std::vector<ConfirmWindow::Answered>& answered) {
  Ids ids;
  for (const ConfirmWindow::Answered& one : answered) ids.push_back(one.id);
  return ids;
}

// Five messages, ids 11 to 15, published as numbers 1 to 5.
const Case kCases[] = {
    {"in order", {{1, false, {11}}, {2, false, {12}}}, {13, 14, 15}},
    {"out of order", {{4, false, {14}}, {1, false, {11}}, {5, false, {15}}}, {12, 13}},
    {"multiple takes all before it", {{3, true, {11, 12, 13}}}, {14, 15}},
    {"multiple skips what is answered",
     {{2, false, {12}}, {4, true, {11, 13, 14}}, {5, true, {15}}},
     {}},
    {"the same again answers nothing",
     {{2, false, {12}}, {2, false, {}}, {2, true, {11}}, {2, true, {}}, {1, false, {}}},
     {13, 14, 15}},
    {"a number that was never published",
     {{6, true, {}}, {0, true, {}}, {9, false, {}}},
     {11, 12, 13, 14, 15}},
};

TEST(ConfirmWindowTest, AnswersByNumber) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.name);
    ConfirmWindow window;
    for (uint64_t id = 11; id <= 15; ++id) window.Add(id, 0);
    for (const Confirm& confirm : c.confirms) {
      EXPECT_EQ(IdsOf(window.Answer(confirm.number, confirm.multiple)), confirm.answered);
    }
    EXPECT_EQ(window.unanswered(), c.left.size());
    EXPECT_EQ(window.Clear(), c.left);
  }
}

TEST(ConfirmWindowTest, NumbersStartAgainAtOneAfterClear) {
  ConfirmWindow window;
  window.Add(11, 0);
  window.Add(12, 0);
  EXPECT_EQ(window.Clear(), (Ids{11, 12}));
  window.Add(13, 0);
  EXPECT_EQ(IdsOf(window.Answer(1, false)), Ids{13});
}

TEST(ConfirmWindowTest, AReturnBelongsToTheOldestMessageWithItsKey) {
  const uint64_t lead = ConfirmWindow::ReturnKey("leads", "deliver.gone", "lead-1");
  const uint64_t other = ConfirmWindow::ReturnKey("leads", "deliver.gone", "lead-2");
  ConfirmWindow window;
  window.Add(11, 0);  // Not mandatory: never returned.
  window.Add(12, lead);
  window.Add(13, other);
  window.Add(14, lead);

  EXPECT_TRUE(window.Return(lead, "first"));
  EXPECT_TRUE(window.Return(lead, "second"));
  EXPECT_FALSE(window.Return(lead, "third"));
  const std::vector<ConfirmWindow::Answered> expected = {
      {11, ""}, {12, "first"}, {13, ""}, {14, "second"}};
  EXPECT_EQ(window.Answer(4, true), expected);
}

TEST(ConfirmWindowTest, KeysTellFieldsApart) {
  EXPECT_NE(ConfirmWindow::ReturnKey("a", "b", "c"), ConfirmWindow::ReturnKey("ab", "", "c"));
  EXPECT_NE(ConfirmWindow::ReturnKey("a", "b", "c"), ConfirmWindow::ReturnKey("a", "bc", ""));
  EXPECT_NE(ConfirmWindow::ReturnKey("", "", ""), 0U);
}

}  // namespace
}  // namespace leadrelay::amqp
