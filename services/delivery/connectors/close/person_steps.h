#pragma once
// The steps that bring a person into Close.  Pure.
//
//   find contact -> read contact -> update contact -> update lead
//                \-> (find company ->) create lead | create contact

#include <memory>

#include "services/delivery/connectors/close/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::close {

// Scratch.
inline constexpr std::string_view kContactLooked = "contact looked";
inline constexpr std::string_view kCompanyLooked = "company looked";
inline constexpr std::string_view kContactChanges = "contact changes";  // A body.
inline constexpr std::string_view kContactsAlike = "contacts alike";    // How many more.

std::unique_ptr<const Step> FindContact(const Settings& settings);
std::unique_ptr<const Step> FindCompany(const Settings& settings);
std::unique_ptr<const Step> CreateLead(const Settings& settings);
std::unique_ptr<const Step> CreateContact(const Settings& settings);
std::unique_ptr<const Step> ReadContact(const Settings& settings);
std::unique_ptr<const Step> UpdateContact(const Settings& settings);
std::unique_ptr<const Step> UpdateLead(const Settings& settings);

}  // namespace leadrelay::delivery::close
