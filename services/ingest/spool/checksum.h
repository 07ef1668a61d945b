#pragma once
// CRC-32C (Castagnoli), as iSCSI (RFC 3720, B.4) and ext4 have it.  Pure.

#include <cstdint>
#include <string_view>

namespace leadrelay::ingest {

uint32_t Crc32c(std::string_view bytes);

}  // namespace leadrelay::ingest
