#pragma once
// OpenApi: proto/openapi.yaml, to hold against what the services really answer.
//
//   const test::OpenApi api;
//   EXPECT_EQ(api.Check({"POST", "/v1/leads", 202, "application/json", body}), "");

#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"

namespace leadrelay::test {

class OpenApi {
 public:
  OpenApi();  // Aborts when the document cannot be read: then no test of it means anything.

  struct Operation {
    std::string method;  // "POST"
    std::string path;    // "/v1/forms/{form}"
    std::string tag;
  };
  const std::vector<Operation>& operations() const { return operations_; }

  struct Answer {
    std::string method;
    std::string path;  // As requested, without the query.
    int status = 0;
    std::string content_type;
    std::string body;
  };
  // What is not as documented, one line each; empty when all is.
  std::string Check(const Answer& answer) const;

  // The same for a value and one of components/schemas.
  std::string CheckSchema(std::string_view name, std::string_view json) const;

 private:
  const Operation* Find(std::string_view method, std::string_view path) const;
  json::Value Resolve(json::Value value) const;
  std::string CheckBody(const std::string& schema, std::string_view body) const;

  json::Document document_;
  std::string definitions_;  // components/schemas as `definitions` of a draft-04 schema.
  std::vector<Operation> operations_;
};

}  // namespace leadrelay::test
