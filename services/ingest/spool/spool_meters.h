#pragma once
// SpoolMeters: what the spool counts.

#include <cstdint>
#include <string>

#include "absl/time/time.h"

#include "common/observe/metrics.h"

namespace leadrelay::ingest {

class SpoolMeters {
 public:
  explicit SpoolMeters(observe::Metrics& metrics);

  // `oldest`: InfiniteFuture when it is empty.
  void Levels(int64_t bytes, int64_t records, absl::Time oldest);
  void Kept(size_t records, absl::Duration took);
  void Syncs(int64_t ever);
  void RefusedFull() { refused_full_.Add(); }
  void RefusedByTheDisk(size_t records) { refused_by_disk_.Add(static_cast<double>(records)); }
  void Drained() { drained_.Add(); }
  void Damaged() { damaged_.Add(); }

 private:
  observe::Gauge bytes_;
  observe::Gauge records_;
  observe::Gauge oldest_;
  observe::Counter kept_;
  observe::Counter syncs_;
  observe::Histogram write_seconds_;
  observe::Counter refused_full_;
  observe::Counter refused_by_disk_;
  observe::Counter drained_;
  observe::Counter damaged_;
  int64_t syncs_so_far_ = 0;
};

}  // namespace leadrelay::ingest
