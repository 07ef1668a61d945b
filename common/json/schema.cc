#include "common/json/schema_node.h"

namespace leadrelay::json {

struct Schema::Impl {
  CompiledSchema compiled;
};

absl::StatusOr<Schema> Schema::Compile(std::string_view text) {
  absl::StatusOr<CompiledSchema> compiled = CompileSchema(text);
  if (!compiled.ok()) return compiled.status();
  return Schema(std::make_shared<const Impl>(Impl{*std::move(compiled)}));
}

std::vector<SchemaFault> Schema::Validate(const Value& value) const {
  return FindFaults(*impl_->compiled.root, value, kMaxFaults);
}

}  // namespace leadrelay::json
