#pragma once
// NormalLead: a valid lead in our own spelling (validator.h), as the JSON text that travels.
//
// Most leads are only passed on; the text is parsed when a routing rule asks for one of its fields,
// and not before: parsing costs as much as all the rest of routing.  Not for several threads.

#include <optional>
#include <string>
#include <utility>

#include "common/json/json.h"

namespace leadrelay::ingest {

class NormalLead {
 public:
  NormalLead() = default;
  // `json` is valid JSON; the others are what it says under those names.
  NormalLead(std::string json, bool consent_given, std::string form_name)
      : json_(std::move(json)), consent_given_(consent_given), form_name_(std::move(form_name)) {}

  const std::string& json() const { return json_; }
  bool consent_given() const { return consent_given_; }
  const std::string& form_name() const { return form_name_; }

  // Valid for as long as this object.
  json::Value root() const {
    if (!parsed_.has_value()) parsed_ = json::Document::Parse(json_).value_or(json::Document());
    return parsed_->root();
  }

 private:
  std::string json_;
  bool consent_given_ = false;
  std::string form_name_;
  mutable std::optional<json::Document> parsed_;
};

}  // namespace leadrelay::ingest
