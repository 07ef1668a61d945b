#pragma once
// The fields of persons, deals and inbox leads, and how a mapped value is written into each.  Pure.
// Facts: request bodies of the vendor's specs, v2 (persons, deals) and v1 (leads).
//
// Mapped names are Pipedrive's, but for these: email and phone are the person's lists of one,
// organization is the name of the organization to find or make, stage is the lead's word.

#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"
#include "services/delivery/connectors/field_facts.h"

namespace leadrelay::delivery::pipedrive {

const std::vector<FieldFact>& PersonFields();
const std::vector<FieldFact>& DealFields();
const std::vector<FieldFact>& InboxLeadFields();

// "39365abf109ea01960620ae35f468978ae611bc8": the key of a field that an account made itself.
bool IsCustom(std::string_view field);

// A member of an open object, with numbers where Pipedrive wants them.  What is no number goes out
// as it is, for Pipedrive to refuse.
void WriteField(json::Writer& writer, const MappedField& field);
// Of inbox leads, whose labels are UUIDs and whose visibility is a text.
void WriteInboxField(json::Writer& writer, const MappedField& field);

// The value under that name, or null.
const Scalar* Find(const std::vector<MappedField>& fields, std::string_view name);
std::string TextOf(const std::vector<MappedField>& fields, std::string_view name);

}  // namespace leadrelay::delivery::pipedrive
