#pragma once
// RowsStep: one request for the rows of many jobs, by functions.  Pure.

#include <functional>
#include <string>

#include "services/delivery/connectors/google-sheets/plan.h"

namespace leadrelay::delivery::google_sheets {

class RowsStep final : public Step {
 public:
  struct Plan {
    std::string name;
    std::string_view scope;
    bool creates = false;
    std::function<http::Request(const std::vector<const Job*>& jobs)> build;
    std::function<void(const std::vector<Job*>& jobs, const Answer& answer)> absorb;
    std::function<std::string(const Job& job)> key = nullptr;  // Missing: the delivery id.
    std::function<size_t(const Job& job)> bytes = nullptr;     // Of the request; missing: none.
  };
  explicit RowsStep(Plan plan) : plan_(std::move(plan)) {}

  std::string_view name() const override { return plan_.name; }
  std::string_view scope() const override { return plan_.scope; }
  bool Creates() const override { return plan_.creates; }
  size_t MaxJobs() const override { return kMostRows; }
  // Inputs are bytes here: Google recommends bodies of up to 2 MB.
  size_t Inputs(const Job& job) const override { return plan_.bytes ? plan_.bytes(job) : 0; }
  size_t MaxInputs() const override { return 1'500'000; }
  std::string Key(const Job& job) const override {
    return plan_.key ? plan_.key(job) : Step::Key(job);
  }
  http::Request Build(const std::vector<const Job*>& jobs) const override {
    return plan_.build(jobs);
  }
  void Absorb(const Batch& /*batch*/,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override {
    plan_.absorb(jobs, answer);
  }

 private:
  const Plan plan_;
};

}  // namespace leadrelay::delivery::google_sheets
