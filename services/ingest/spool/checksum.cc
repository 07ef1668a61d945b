#include "services/ingest/spool/checksum.h"

#include <boost/crc.hpp>

namespace leadrelay::ingest {

uint32_t Crc32c(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return static_cast<uint32_t>(crc.checksum());
}

}  // namespace leadrelay::ingest
