#pragma once
// Step: one kind of request that a HubSpot delivery may need, for many jobs at once.  Pure.
//
//   upsert contacts | find contact, create contacts
//   -> upsert deals, link deals | list deals, read deals, create deals
//   -> list notes, read notes, create notes
//
// Finding, listing and reading happen only for jobs whose earlier attempt may have been processed.

#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"
#include "services/delivery/connectors/connector.h"
#include "services/delivery/connectors/hubspot/errors.h"

namespace leadrelay::delivery::hubspot {

inline constexpr size_t kMostInputs = 100;  // Of a batch endpoint.

class Step {
 public:
  virtual ~Step() = default;

  virtual std::string_view name() const = 0;
  virtual size_t MaxJobs() const { return kMostInputs; }
  // How many inputs of the request the job takes up.
  virtual size_t Inputs(const Job& /*job*/) const { return 1; }
  virtual std::string_view scope() const { return ""; }
  // Repeating the request would make a second record.
  virtual bool Creates() const { return false; }

  // Two jobs with one key never travel in one request.
  virtual std::string Key(const Job& job) const { return job.delivery_id; }
  // Whether a conflict is only a race, which a repetition decides.
  virtual bool ConflictPasses(const Job& /*job*/) const { return false; }
  // Whether the request carries this property of the job.
  virtual bool Sends(const Job& /*job*/, std::string_view /*property*/) const { return false; }

  virtual http::Request Build(const std::vector<const Job*>& jobs) const = 0;

  // Takes a 2xx answer, which has a list of results unless the step creates, to the request of
  // `jobs`, which are of `batch`: notes down what it found or wrote in each job's progress or
  // scratch, or decides the job.  A job that it leaves as it was is sent again alone; alone
  // already, it is decided by the caller.
  virtual void Absorb(const Batch& batch,
                      const std::vector<Job*>& jobs,
                      const http::Response& response,
                      const json::Value& body) const = 0;

  // Decides a job whose record was refused.  When what it hangs on is gone from HubSpot, what we
  // knew is worth nothing: the next attempt begins anew, and looks before it creates.
  void Refuse(Job& job, const ApiError& error, int status) const;
};

http::Request PostJson(std::string url, std::string body);

}  // namespace leadrelay::delivery::hubspot
