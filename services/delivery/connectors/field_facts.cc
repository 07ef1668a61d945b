#include "services/delivery/connectors/field_facts.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "common/config/suggest.h"

namespace leadrelay::delivery {

void LintFields(config::Section& section,
                const Mapping& mapping,
                const std::vector<FieldFact>& fields,
                const std::function<bool(std::string_view)>& is_custom,
                std::string_view crm) {
  const std::string name(crm);
  std::vector<std::string> writable;
  for (const FieldFact& fact : fields) {
    if (!fact.read_only) writable.push_back(fact.name);
    if (fact.required && !mapping.Fills(fact.name)) {
      section.AddFault(absl::StrCat(
          "has nothing for \"", fact.name, "\", and ", name, " takes no record without it"));
    }
  }
  for (const std::string& field : mapping.Fields()) {
    const auto fact = std::ranges::find(fields, field, &FieldFact::name);
    if (fact == fields.end()) {
      if (is_custom(field)) continue;
      section.AddFault(field,
                       absl::StrCat("is no field of ", name, config::DidYouMean(field, writable)));
    } else if (fact->read_only) {
      section.AddFault(field, absl::StrCat("is a field that ", name, " does not let us write"));
    }
  }
}

}  // namespace leadrelay::delivery
