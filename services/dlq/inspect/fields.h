#pragma once
// RequestFields: the named values of a request, whether from its query or from a JSON object, read
// by type-checked calls that collect every fault.  A value that nobody asked for is a fault, since
// a filter that is misspelt would select too much.  Pure.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/http/message.h"
#include "common/json/json.h"
#include "services/dlq/inspect/problem.h"
#include "services/dlq/ledger/selection.h"

namespace leadrelay::dlq {

class RequestFields {
 public:
  static RequestFields OfQuery(std::string_view query, std::vector<RequestFault>& faults);
  // `pointer` is where the object stands: "" or "/filter".  A value that is no object is a fault.
  static RequestFields OfJson(const json::Value& object,
                              std::string pointer,
                              std::vector<RequestFault>& faults);

  bool Has(std::string_view name) const;
  std::string Text(std::string_view name);
  bool Flag(std::string_view name);
  std::optional<double> Number(std::string_view name, double min, double max);
  int64_t Int(std::string_view name, int64_t fallback, int64_t min, int64_t max);
  std::optional<absl::Time> Time(std::string_view name);  // RFC 3339.
  std::string OneOf(std::string_view name, const std::vector<std::string>& allowed);
  std::vector<int64_t> Ids(std::string_view name);  // JSON only: 1 to 10,000 of them.
  json::Value Child(std::string_view name);         // JSON only.

  // The members of a filter on dead letters.
  DeadLetterFilter Filter();

  // Call last.
  void RefuseUnknown();
  void Fail(std::string_view name, std::string detail);

 private:
  explicit RequestFields(std::vector<RequestFault>& faults) : faults_(faults) {}
  std::string Where(std::string_view name) const;
  // The value as text, when there is one; names it as asked for.
  std::optional<std::string> Find(std::string_view name);

  std::vector<RequestFault>& faults_;
  bool is_query_ = false;
  std::string pointer_;
  http::Fields query_;
  json::Value object_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace leadrelay::dlq
