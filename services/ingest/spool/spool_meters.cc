#include "services/ingest/spool/spool_meters.h"

namespace leadrelay::ingest {
namespace {

observe::Counter Refused(observe::Metrics& metrics, const char* reason) {
  return metrics.Counter("leadrelay_ingest_spool_refused_total",
                         "Leads that the spool could not keep.",
                         {{"reason", reason}});
}

}  // namespace

SpoolMeters::SpoolMeters(observe::Metrics& metrics)
    : bytes_(metrics.Gauge("leadrelay_ingest_spool_bytes", "Of the spool's files.")),
      records_(metrics.Gauge("leadrelay_ingest_spool_records",
                             "Leads in the spool that the broker has not confirmed.")),
      oldest_(metrics.Gauge("leadrelay_ingest_spool_oldest_timestamp_seconds",
                            "When the oldest of them was kept; 0: the spool is empty.")),
      kept_(metrics.Counter("leadrelay_ingest_spool_kept_total",
                            "Leads that were accepted into the spool.")),
      syncs_(metrics.Counter("leadrelay_ingest_spool_syncs_total",
                             "Times that the disk was told to write what it has.")),
      write_seconds_(metrics.Histogram("leadrelay_ingest_spool_write_seconds",
                                       "One group of leads, written and synced.")),
      refused_full_(Refused(metrics, "full")),
      refused_by_disk_(Refused(metrics, "disk")),
      drained_(metrics.Counter("leadrelay_ingest_spool_drained_total",
                               "Leads out of the spool that the broker has confirmed.")),
      damaged_(metrics.Counter("leadrelay_ingest_spool_damaged_total",
                               "Files of the spool that were set aside.")) {}

void SpoolMeters::Levels(int64_t bytes, int64_t records, absl::Time oldest) {
  bytes_.Set(static_cast<double>(bytes));
  records_.Set(static_cast<double>(records));
  oldest_.Set(oldest == absl::InfiniteFuture() ? 0
                                               : absl::ToDoubleSeconds(oldest - absl::UnixEpoch()));
}

void SpoolMeters::Kept(size_t records, absl::Duration took) {
  kept_.Add(static_cast<double>(records));
  write_seconds_.Observe(absl::ToDoubleSeconds(took));
}

void SpoolMeters::Syncs(int64_t ever) {
  syncs_.Add(static_cast<double>(ever - syncs_so_far_));
  syncs_so_far_ = ever;
}

}  // namespace leadrelay::ingest
