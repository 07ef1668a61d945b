#include "common/config/shapes.h"

namespace leadrelay::config {
namespace {

struct ShapeCase {
  std::string text;
  bool expected;
};

void Check(bool (*shape)(std::string_view), const std::vector<ShapeCase>& cases) {
  for (const ShapeCase& c : cases) EXPECT_EQ(shape(c.text), c.expected) << c.text;
}

TEST(Shapes, Name) {
  Check(IsName,
        {{"hubspot-eu", true},
         {"a", true},
         {"0", true},
         {std::string(64, 'a'), true},
         {std::string(65, 'a'), false},
         {"", false},
         {"Hubspot", false},
         {"hub_spot", false},
         {"hub.spot", false},
         {"hub spot", false},
         {"h\xc3\xbc", false}});
}

TEST(Shapes, HttpUrl) {
  Check(IsHttpUrl,
        {{"https://www.example.com", true},
         {"http://127.0.0.1:8080/thanks?x=1#y", true},
         {"https:///path", false},
         {"https://", false},
         {"www.example.com", false},
         {"/thanks", false},
         {"javascript:alert(1)", false},
         {"https://www.example.com/a b", false},
         {"https://www.example.com/\n", false},
         {"HTTPS://www.example.com", false}});
}

TEST(Shapes, Origin) {
  Check(IsOrigin,
        {{"https://www.example.com", true},
         {"http://localhost:3000", true},
         {"https://[::1]:3000", true},
         {"https://www.example.com/", false},
         {"https://www.example.com/path", false},
         {"https://WWW.example.com", false},
         {"https://user@www.example.com", false},
         {"www.example.com", false},
         {"*", false},
         {"null", false},
         {"", false}});
}

TEST(Shapes, Sha256Hex) {
  Check(IsSha256Hex,
        {{std::string(64, 'a'), true},
         {std::string(32, 'A') + std::string(32, '9'), true},
         {std::string(63, 'a'), false},
         {std::string(65, 'a'), false},
         {std::string(64, 'g'), false},
         {"", false}});
}

TEST(Shapes, Region) {
  Check(IsRegion, {{"DE", true}, {"de", false}, {"DEU", false}, {"D1", false}, {"", false}});
}

TEST(Shapes, Loopback) {
  Check(IsLoopback,
        {{"127.0.0.1", true},
         {"127.5.0.1", true},
         {"::1", true},
         {"localhost", true},
         {"0.0.0.0", false},
         {"::", false},
         {"10.0.0.1", false}});
}

struct AddressCase {
  std::string text;
  std::optional<std::pair<std::string, int>> alone;         // Without a default port.
  std::optional<std::pair<std::string, int>> with_default;  // 5672.
};

TEST(Shapes, HostPort) {
  const auto at = [](std::string host, int port) { return std::make_pair(std::move(host), port); };
  const std::vector<AddressCase> cases = {
      {"rabbit:5673", at("rabbit", 5673), at("rabbit", 5673)},
      {"rabbit", std::nullopt, at("rabbit", 5672)},
      {"0.0.0.0:0", at("0.0.0.0", 0), at("0.0.0.0", 0)},
      {"[::1]:80", at("::1", 80), at("::1", 80)},
      {"[::]", std::nullopt, at("::", 5672)},
      {"::1", std::nullopt, std::nullopt},
      {"fe80::1:5672", std::nullopt, std::nullopt},
      {":8080", std::nullopt, std::nullopt},
      {"host:", std::nullopt, std::nullopt},
      {"host:65536", std::nullopt, std::nullopt},
      {"host:-1", std::nullopt, std::nullopt},
      {"host:80x", std::nullopt, std::nullopt},
      {"[::1", std::nullopt, std::nullopt},
      {"[::1]80", std::nullopt, std::nullopt},
      {"amqp://host:5672", std::nullopt, std::nullopt},
      {"user@host:1", std::nullopt, std::nullopt},
      {"a b:1", std::nullopt, std::nullopt},
      {"", std::nullopt, std::nullopt},
  };
  for (const AddressCase& c : cases) {
    EXPECT_EQ(ParseHostPort(c.text), c.alone) << c.text;
    EXPECT_EQ(ParseHostPort(c.text, 5672), c.with_default) << c.text;
  }
}

}  // namespace
}  // namespace leadrelay::config
