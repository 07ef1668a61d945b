#pragma once
// The text of proto/lead.v1.schema.json, built into the program.

#include <string_view>

namespace leadrelay::ingest {

std::string_view LeadSchemaText();

}  // namespace leadrelay::ingest
