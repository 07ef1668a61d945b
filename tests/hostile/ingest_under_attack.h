#pragma once
// IngestUnderAttack: one leadrelay-ingest of the test program, and what its tests ask of it: it has
// published nothing that it did not answer for, and still serves others.

#include <string>

#include <gtest/gtest.h>

#include "tests/integration/ingest/installation.h"

namespace leadrelay::ingest {

// The same for every test of the program: it starts once.
Installation& TheIngest();
void StopTheIngest();

// "POST /v1/leads ..." of publisher "shop": the head with `fields` ("Name: value\r\n" each), then
// the body.
std::string LeadRequest(const std::string& body, const std::string& fields);
// The same, framed as it should be.
std::string LeadRequest(const std::string& body);
// A lead of a person that no other call has named.
std::string FreshLead();

class IngestUnderAttack : public testing::Test {
 protected:
  void SetUp() override;
  // Whatever came, an ordinary lead is still taken.
  void TearDown() override;

  // Leads that were accepted or answered again since SetUp().
  static double Taken();
  double TakenHere() const { return Taken() - taken_before_; }

 private:
  double taken_before_ = 0;
};

}  // namespace leadrelay::ingest
