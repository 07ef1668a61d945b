#pragma once
// Trial: what a sample lead would become at a destination, or what became of it, and how that is
// shown.  Pure.

#include <optional>
#include <string>
#include <vector>

#include "common/json/json.h"
#include "services/delivery/connectors/connector.h"
#include "tools/leadctl/table.h"

namespace leadrelay::leadctl {

// A delivery's first request, before a credential is put into it.
struct Preview {
  std::string destination;
  std::string step;
  std::optional<http::Request> request;  // Nothing: decided without one, by `outcome`.
  std::optional<delivery::Outcome> outcome;

  bool ok() const;
};

// What became of the record that a delivery made.
enum class Cleanup {
  kNothingThere,  // No record that we know of.
  kDeleted,
  kFailed,
  kNotOffered,  // By the CRM, or by its connector.
  kNotOurs,     // It was there before, or nobody says that it was not.
};
std::string_view Name(Cleanup cleanup);

struct Trial {
  std::string destination;
  std::string why_withheld;
  std::string lead_id;
  std::string email;  // Of the fictitious person; empty: the lead is the operator's own.
  std::optional<delivery::Outcome> outcome;  // Nothing: no lead was sent.
  delivery::Progress progress;               // As the delivery left it.
  Cleanup cleanup = Cleanup::kNothingThere;
  std::string cleanup_detail;

  bool delivered() const;
  bool withheld() const { return !outcome.has_value(); }
};

// Whether the record of a delivery may be deleted again: only one that it certainly made itself.
Cleanup MayDelete(const delivery::Outcome& outcome);

std::string PreviewView(const Preview& preview, Look look);
std::string TrialView(const Trial& trial, Look look);
void WritePreview(json::Writer& writer, const Preview& preview);  // One object.
void WriteTrial(json::Writer& writer, const Trial& trial);        // Likewise.

}  // namespace leadrelay::leadctl
