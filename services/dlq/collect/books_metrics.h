#pragma once
// BooksMetrics: the books as gauges: leadrelay_books{destination,state} and
// leadrelay_books_difference{destination}.  Loop thread only.

#include <map>
#include <string>

#include "common/observe/metrics.h"
#include "services/dlq/ledger/books.h"

namespace leadrelay::dlq {

class BooksMetrics {
 public:
  explicit BooksMetrics(observe::Metrics& metrics) : metrics_(metrics) {}
  void Show(const Books& books);

 private:
  struct Gauges {
    Gauges(observe::Metrics& metrics, const std::string& destination);
    observe::Gauge accepted;
    observe::Gauge in_flight;
    observe::Gauge retrying;
    observe::Gauge delivered;
    observe::Gauge suppressed;
    observe::Gauge dead;
    observe::Gauge discarded;
    observe::Gauge difference;
  };

  observe::Metrics& metrics_;
  std::map<std::string, Gauges> gauges_;
};

}  // namespace leadrelay::dlq
