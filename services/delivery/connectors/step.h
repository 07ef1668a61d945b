#pragma once
// Step: one kind of request that a delivery may need, for one job or for many at once; and
// StepConnector, the base of connectors that get there in several steps.  Pure.
//
//   plan:   upsert person -> find deal -> create deal -> create note      (the connector's own)
//   each turn:  every open job names the step that it needs next, from its progress;
//               the first step of the plan that somebody needs is sent for as many as it can carry;
//               its answer is noted in their progress, or decides them.
//
// What the base does for all of them: an answer about the account decides everybody; an answer that
// refuses a whole request for one record's sake is sought by halving, so that only that record
// pays; an answer that leaves a job where it was is asked again for it alone, and then given up.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery {

// An answer to a step's request.
struct Answer {
  const http::Response& response;
  json::Value body;  // Missing when it is no JSON.
};

// What a whole answer means.
struct Verdict {
  enum class Reach {
    kNone,     // Not an error: Absorb() finds what became of each record.
    kAccount,  // For every open job: `outcome`.
    kCall,     // For the jobs of this call: `outcome`.
    kRecords,  // One of the records is at fault; alone, Refuse() decides it, by default `outcome`.
  };
  Reach reach = Reach::kNone;
  Outcome outcome;
};

class Step {
 public:
  virtual ~Step() = default;

  virtual std::string_view name() const = 0;
  virtual size_t MaxJobs() const { return 1; }
  // How many inputs of the request the job takes up, and how many there may be.
  virtual size_t Inputs(const Job& /*job*/) const { return 1; }
  virtual size_t MaxInputs() const { return MaxJobs(); }
  virtual std::string_view scope() const { return ""; }                          // Call::scope
  virtual int Cost(const std::vector<const Job*>& /*jobs*/) const { return 1; }  // Call::cost
  // Repeating the request would make a second record.
  virtual bool Creates() const { return false; }
  // Two jobs with one key never travel in one request.
  virtual std::string Key(const Job& job) const { return job.delivery_id; }
  // Two jobs of different groups neither: those of one bulk job are asked after together.
  virtual std::string Group(const Job& /*job*/) const { return ""; }
  // Asks how far the CRM is, and may be asked again when an answer leaves its jobs where they were.
  // It says itself when that is often enough.
  virtual bool Polls() const { return false; }
  virtual absl::Duration After(const std::vector<const Job*>& /*jobs*/) const {  // Call::after
    return absl::ZeroDuration();
  }

  virtual http::Request Build(const std::vector<const Job*>& jobs) const = 0;

  // Whether an answer without an error has the form that Absorb() reads.
  virtual bool Understands(const Answer& answer) const { return answer.body.IsObject(); }
  // Takes an answer without an error to the request of `jobs`, which are of `batch`: notes down
  // what it found or wrote in each job's progress or scratch, or decides the job.  A job that it
  // leaves as it was is sent again alone; alone already, it is given up.
  virtual void Absorb(const Batch& batch,
                      const std::vector<Job*>& jobs,
                      const Answer& answer) const = 0;

  // Decides a job that was refused alone, or that IsAtFault().
  virtual void Refuse(Job& job, const Verdict& verdict, const Answer& answer) const;
  // Whether a refusal of many is this job's fault, when the answer tells.  When it is nobody's,
  // the fault is sought by halving.
  virtual bool IsAtFault(const Job& job, const Answer& answer) const;
};

// A step for one job, by functions: for CRMs without batches.
class JobStep final : public Step {
 public:
  struct Plan {
    std::string name;
    std::string scope;
    int cost = 1;
    bool creates = false;
    std::function<http::Request(const Job& job)> build;
    // Reads an answer without an error.  A job that is left as it was is given up: unknown after a
    // create, else tried again.
    std::function<void(Job& job, const Answer& answer, absl::Time now)> absorb;
    // May be missing: then the verdict's outcome it is.
    std::function<void(Job& job, const Verdict& verdict, const Answer& answer)> refuse = nullptr;
    // 204 and other answers without a JSON object are understood as well.
    bool any_body = false;
  };
  explicit JobStep(Plan plan) : plan_(std::move(plan)) {}

  std::string_view name() const override { return plan_.name; }
  std::string_view scope() const override { return plan_.scope; }
  int Cost(const std::vector<const Job*>& jobs) const override;
  bool Creates() const override { return plan_.creates; }
  http::Request Build(const std::vector<const Job*>& jobs) const override;
  bool Understands(const Answer& answer) const override;
  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override;
  void Refuse(Job& job, const Verdict& verdict, const Answer& answer) const override;

 private:
  const Plan plan_;
};

class StepConnector : public Connector {
 public:
  std::optional<Call> Next(Batch& batch, const Reply* last) const final;

 protected:
  virtual std::string_view crm() const = 0;  // "HubSpot", for people.
  // In the order in which a batch goes through them.  Names are unique.
  virtual const std::vector<const Step*>& Steps() const = 0;
  // Looks at a batch before its first call, and again after its credential was replaced: for what
  // depends on how many there are, noted in the jobs' scratch.
  virtual void Begin(Batch& /*batch*/) const {}
  // Null: everything is there.
  virtual const Step* NextStep(const Job& job) const = 0;
  virtual Verdict Judge(const Step& step, const Answer& answer, absl::Time now) const = 0;
  // A job that needs no asking: the CRM takes no such record.
  virtual std::optional<Outcome> RefuseUnasked(const Job& job) const;
  // Of a job for which everything is there.  `status`: of the last answer; 0: nothing was asked.
  virtual Outcome Finished(const Job& job, int status) const = 0;

 private:
  void Absorb(Batch& batch, const Reply& reply) const;
  void AbsorbSuccess(Batch& batch,
                     const Step& step,
                     const Reply& reply,
                     const Answer& answer) const;
  void SeekFault(Batch& batch,
                 const Step& step,
                 const Reply& reply,
                 const Verdict& verdict,
                 const Answer& answer) const;
  void DecideUnasked(Batch& batch, const Reply* last) const;
  std::optional<Call> NextCall(const Batch& batch) const;
};

http::Request JsonRequest(std::string method, std::string url, std::string body);

}  // namespace leadrelay::delivery
