#pragma once
// OneCall: base of connectors that send each job by one request of its own.  Pure.

#include <optional>

#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery {

class OneCall : public Connector {
 public:
  std::optional<Call> Next(Batch& batch, const Reply* last) const final;

 protected:
  virtual http::Request Build(const Job& job) const = 0;
  virtual Outcome Judge(const Job& job, const http::Response& response, absl::Time now) const = 0;
};

}  // namespace leadrelay::delivery
