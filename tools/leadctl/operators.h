#pragma once
// Operators: calls to the operators' API of leadrelay-dlq.  Loop thread only.

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/coro/task.h"
#include "common/json/json.h"
#include "tools/leadctl/context.h"
#include "tools/leadctl/settings.h"

namespace leadrelay::leadctl {

// What a problem document says, with all its errors: "The request is not valid: ..."
std::string ProblemText(const http::Response& response);

class Operators {
 public:
  using Result = std::variant<json::Document, Failure>;

  Operators(Context& context, Endpoint endpoint)
      : context_(context), endpoint_(std::move(endpoint)) {}

  coro::Task<Result> Get(std::string path);
  coro::Task<Result> Post(std::string path, std::string body);
  const std::string& url() const { return endpoint_.url; }

 private:
  coro::Task<Result> Call(http::Request request);

  Context& context_;
  Endpoint endpoint_;
};

}  // namespace leadrelay::leadctl
