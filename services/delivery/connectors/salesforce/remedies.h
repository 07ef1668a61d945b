#pragma once
// What an operator can do about a record that Salesforce refuses.  Pure.

#include <string_view>

namespace leadrelay::delivery::salesforce {

// By the code of the refusal; never empty.
std::string_view RemedyFor(std::string_view code);

}  // namespace leadrelay::delivery::salesforce
