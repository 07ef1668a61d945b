#pragma once
// Steps that find out whether an earlier attempt came through.  Pure.
//
// Deals and notes are found through the contact they belong to: associations are read from the
// records, while a search lags behind writes ("a few moments" by the docs, 30 s seen:
// solspace/craft-freeform#2500).  Only a contact without a key has to be searched for.

#include <functional>
#include <string>

#include "services/delivery/connectors/hubspot/settings.h"
#include "services/delivery/connectors/hubspot/step.h"

namespace leadrelay::delivery::hubspot {

// What is looked up: deals or notes.
struct LookUp {
  std::string object;                   // "deals"
  std::string_view found;               // Progress: the id of the record that is ours.
  std::vector<std::string> properties;  // That tell.
  // Whether a record that belongs to the job's contact is the one that the job made.
  std::function<bool(const Job& job, const json::Value& record)> is_ours;

  // May be missing.  True when it has decided a job whose record is not there.
  std::function<bool(Job& job)> not_there;

  // Scratch.
  std::string looked() const { return object + "_looked_up"; }
  std::string candidates() const { return object + "_candidates"; }  // "77,78"
  // It was written in this very attempt, and the answer did not say under which id.
  std::string written() const { return object + "_written"; }

  void NotThere(Job& job) const;
};

// Step 1: which records belong to the contacts.
class ListStep final : public Step {
 public:
  ListStep(const Settings& settings, const LookUp& what);
  std::string_view name() const override { return name_; }
  http::Request Build(const std::vector<const Job*>& jobs) const override;
  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override;

 private:
  std::string name_;
  std::string url_;
  const LookUp& what_;
};

// Step 2: is one of them ours.
class ReadStep final : public Step {
 public:
  ReadStep(const Settings& settings, const LookUp& what);
  std::string_view name() const override { return name_; }
  size_t Inputs(const Job& job) const override;
  http::Request Build(const std::vector<const Job*>& jobs) const override;
  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override;

 private:
  std::string name_;
  std::string url_;
  const LookUp& what_;
};

// A contact that could only be created, by the values that it was created with.
class FindContactStep final : public Step {
 public:
  explicit FindContactStep(const Settings& settings);
  std::string_view name() const override { return "find contact"; }
  size_t MaxJobs() const override { return 1; }
  std::string_view scope() const override { return kSearchScope; }
  http::Request Build(const std::vector<const Job*>& jobs) const override;
  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override;

 private:
  const Settings& settings_;
};

}  // namespace leadrelay::delivery::hubspot
