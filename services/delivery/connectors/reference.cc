#include "services/delivery/connectors/reference.h"

#include "absl/strings/str_cat.h"

namespace leadrelay::delivery {

std::string ReferenceOf(const Job& job) {
  return absl::StrCat("[leadrelay ", job.delivery_id, "]");
}

std::string WithReference(const std::string& text, const Job& job) {
  return text.empty() ? ReferenceOf(job) : absl::StrCat(text, "\n\n", ReferenceOf(job));
}

bool BearsReference(const Job& job, std::string_view text) {
  return text.find(ReferenceOf(job)) != std::string_view::npos;
}

}  // namespace leadrelay::delivery
