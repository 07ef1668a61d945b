#include <curl/curl.h>
#include <gtest/gtest.h>

#include "tests/hostile/ingest_under_attack.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  curl_global_init(CURL_GLOBAL_ALL);
  const int result = RUN_ALL_TESTS();
  leadrelay::ingest::StopTheIngest();
  leadrelay::ingest::StopTheBroker();
  return result;
}
