#include "services/dlq/ledger/selection.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace leadrelay::dlq {

SqlCondition ToSql(const DeadLetterFilter& filter) {
  std::vector<std::string> terms;
  SqlCondition condition;
  const auto add = [&](const char* sql, SqlValue value) {
    terms.emplace_back(sql);
    condition.values.push_back(std::move(value));
  };
  if (filter.state.empty()) {
    terms.emplace_back("state != 'resolved'");
  } else if (filter.state != "all") {
    add("state = ?", filter.state);
  }
  if (!filter.destination.empty()) add("destination = ?", filter.destination);
  if (!filter.cause.empty()) add("cause = ?", filter.cause);
  if (!filter.group.empty()) add("reason_group = ?", filter.group);
  if (!filter.reason.empty()) add("instr(lower(reason), lower(?)) > 0", filter.reason);
  if (!filter.lead_id.empty()) add("lead_id = ?", filter.lead_id);
  if (filter.since != absl::InfinitePast()) add("at >= ?", absl::ToUnixMillis(filter.since));
  if (filter.until != absl::InfiniteFuture()) add("at < ?", absl::ToUnixMillis(filter.until));
  condition.sql = terms.empty() ? "1" : absl::StrJoin(terms, " AND ");
  return condition;
}

SqlCondition ToSql(const Selection& selection) {
  if (selection.ids.empty()) return ToSql(selection.filter);
  const std::string ids = absl::StrCat("[", absl::StrJoin(selection.ids, ","), "]");
  return {"id IN (SELECT value FROM json_each(?))", {ids}};
}

}  // namespace leadrelay::dlq
