#include "services/ingest/spool/spooling.h"

#include <memory>
#include <utility>

#include "common/observe/log.h"
#include "services/ingest/spool/disk_directory.h"

namespace leadrelay::ingest {

absl::StatusOr<SpoolFiles> OpenSpool(const std::string& path) {
  absl::StatusOr<std::unique_ptr<DiskDirectory>> directory = DiskDirectory::Open(path);
  if (!directory.ok()) return directory.status();
  if ((*directory)->open_to_others()) {
    observe::Warning("the spool's folder is open to others than its owner; its files are not")
        .Text("directory", path);
  }
  absl::StatusOr<Inventory> inventory = TakeInventory(**directory);
  if (!inventory.ok()) return inventory.status();
  return SpoolFiles{*std::move(directory), *std::move(inventory)};
}

Spooling::Spooling(Parts parts, SpoolFiles files, Options options)
    : meters_(parts.metrics),
      spool_(parts.loop, parts.timers, meters_, std::move(files), options.spool),
      drain_(parts.loop, parts.timers, parts.publisher, spool_, meters_, options.drain),
      draining_(parts.loop) {}

void Spooling::Start() {
  spool_.Start();
  draining_.Spawn(drain_.Run(draining_.stop_token()));
}

coro::Task<void> Spooling::StopDraining() {
  draining_.RequestStop();
  return draining_.Join();
}

}  // namespace leadrelay::ingest
