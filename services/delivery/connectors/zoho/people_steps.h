#pragma once
// The steps that write a person.  Pure.

#include <memory>
#include <string>

#include "services/delivery/connectors/step.h"
#include "services/delivery/connectors/zoho/settings.h"

namespace leadrelay::delivery::zoho {

// Scratch: the person without a key was looked for, and perhaps found.
inline constexpr std::string_view kPersonLooked = "person_looked_up";
inline constexpr std::string_view kPersonFound = "person_found";

// "https://..." comes before it when it is sent.
std::string ModuleUrl(const Settings& settings, const std::string& module);
std::string CoqlUrl(const Settings& settings);

// `stand_ins`: how many fields get one; it is part of the name.
std::unique_ptr<const Step> UpsertPeople(const Settings& settings,
                                         const std::string& module,
                                         size_t stand_ins);
std::unique_ptr<const Step> CreatePeople(const Settings& settings,
                                         const std::string& module,
                                         size_t stand_ins);
std::unique_ptr<const Step> FindPeople(const Settings& settings, const std::string& module);
std::unique_ptr<const Step> UpdatePeople(const Settings& settings, const std::string& module);

}  // namespace leadrelay::delivery::zoho
