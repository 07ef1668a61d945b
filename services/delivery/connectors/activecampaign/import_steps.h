#pragma once
// The requests of the bulk importer (import.h), each for many jobs.  Pure.

#include <string>
#include <string_view>
#include <vector>

#include "services/delivery/connectors/activecampaign/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::activecampaign {

// Scratch.
inline constexpr std::string_view kOfTheRest = "of_the_rest";  // Not to blame for a refused import.
std::string TagNameKey(std::string_view tag);                  // "tag_name_20"

// An import knows tags by name, our settings by number.
class ReadTagStep final : public Step {
 public:
  ReadTagStep(const Settings& settings, const std::string& tag);
  std::string_view name() const override { return name_; }
  size_t MaxJobs() const override;
  http::Request Build(const std::vector<const Job*>& jobs) const override;
  bool Understands(const Answer& /*answer*/) const override { return true; }
  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override;

 private:
  const std::string name_;
  const std::string url_;
  const std::string key_;
};

// When an import is refused for some contacts' sake, the rest go again, once.
class ImportStep final : public Step {
 public:
  enum class Which { kAll, kRest };
  ImportStep(const Settings& settings, Which which) : settings_(settings), which_(which) {}
  std::string_view name() const override {
    return which_ == Which::kAll ? "import contacts" : "import the rest";
  }
  size_t MaxJobs() const override;
  size_t Inputs(const Job& job) const override;  // Bytes.
  size_t MaxInputs() const override;
  std::string_view scope() const override;
  http::Request Build(const std::vector<const Job*>& jobs) const override;
  bool Understands(const Answer& /*answer*/) const override { return true; }
  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override;

 private:
  std::string ContactOf(const Job& job) const;
  void Regroup(const std::vector<Job*>& jobs, const json::Value& body) const;

  const Settings& settings_;
  const Which which_;
};

// Asks for some ten minutes; what is left of a group asks for less, since it costs the same.
// Gives up once: a later attempt that finds the import not through yet sends its jobs by sync.
class AskStep final : public Step {
 public:
  explicit AskStep(const Settings& settings) : settings_(settings) {}
  std::string_view name() const override { return "ask after the import"; }
  size_t MaxJobs() const override;
  std::string Group(const Job& job) const override;
  bool Polls() const override { return true; }
  absl::Duration After(const std::vector<const Job*>& jobs) const override;
  http::Request Build(const std::vector<const Job*>& jobs) const override;
  bool Understands(const Answer& /*answer*/) const override { return true; }
  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override;

 private:
  void Settle(const std::vector<Job*>& jobs, const json::Value& failure) const;

  const Settings& settings_;
};

}  // namespace leadrelay::delivery::activecampaign
