#pragma once
// Selection: which dead letters an operator means.  Pure, but for knowing the tables' columns.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"

namespace leadrelay::dlq {

// Empty members do not narrow.
struct DeadLetterFilter {
  std::string destination;
  std::string cause;
  std::string group;   // The whole group text.
  std::string reason;  // A part of the reason, in any case.
  std::string lead_id;
  std::string state;  // "open", "replaying", "resolved", "all"; empty: open and replaying.
  absl::Time since = absl::InfinitePast();    // at >= since
  absl::Time until = absl::InfiniteFuture();  // at < until
  bool narrows() const { return *this != DeadLetterFilter(); }
  friend bool operator==(const DeadLetterFilter&, const DeadLetterFilter&) = default;
};

// Those ids, or, without any, all that the filter lets through.
struct Selection {
  std::vector<int64_t> ids;
  DeadLetterFilter filter;
  friend bool operator==(const Selection&, const Selection&) = default;
};

// A condition on dead_letters with "?" for its values, in order.
using SqlValue = std::variant<int64_t, std::string>;
struct SqlCondition {
  std::string sql;
  std::vector<SqlValue> values;
  friend bool operator==(const SqlCondition&, const SqlCondition&) = default;
};
SqlCondition ToSql(const DeadLetterFilter& filter);
SqlCondition ToSql(const Selection& selection);  // By id: in whatever state.

}  // namespace leadrelay::dlq
