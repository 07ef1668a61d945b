#include "common/http/address_check.h"

#include <cstring>
#include <ostream>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace leadrelay::http {
namespace {

bool IsPublic(const std::string& text) {
  alignas(sockaddr_in6) char storage[sizeof(sockaddr_in6)] = {};
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    std::memcpy(storage, &v4, sizeof v4);
  } else if (inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    std::memcpy(storage, &v6, sizeof v6);
  } else {
    ADD_FAILURE() << "not an address: " << text;
  }
  return IsPublicAddress(*reinterpret_cast<sockaddr*>(storage));
}

struct Case {
  const char* address;
  const char* what;

  friend void PrintTo(const Case& c, std::ostream* to) { *to << c.address; }
};

class RefusedTest : public testing::TestWithParam<Case> {};
class PublicTest : public testing::TestWithParam<Case> {};

TEST_P(RefusedTest, IsNotPublic) {
  EXPECT_FALSE(IsPublic(GetParam().address)) << GetParam().what;
}

TEST_P(PublicTest, IsPublic) {
  EXPECT_TRUE(IsPublic(GetParam().address)) << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(V4,
                         RefusedTest,
                         testing::ValuesIn(std::vector<Case>{
                             {"0.0.0.0", "unspecified: Linux connects it to loopback"},
                             {"0.255.255.255", "this network"},
                             {"10.0.0.0", "RFC 1918"},
                             {"10.255.255.255", "RFC 1918"},
                             {"100.64.0.0", "carrier-grade NAT"},
                             {"100.100.100.200", "Alibaba's metadata"},
                             {"100.127.255.255", "carrier-grade NAT"},
                             {"127.0.0.1", "loopback"},
                             {"127.255.255.254", "loopback"},
                             {"168.63.129.16", "Azure's platform endpoint"},
                             {"169.254.169.254", "metadata"},
                             {"169.254.170.2", "container credentials"},
                             {"172.16.0.1", "RFC 1918"},
                             {"172.31.255.255", "RFC 1918"},
                             {"192.0.0.192", "Oracle's metadata"},
                             {"192.0.2.1", "documentation"},
                             {"192.88.99.1", "6to4 relay"},
                             {"192.168.0.1", "RFC 1918"},
                             {"198.18.0.1", "benchmarking"},
                             {"198.19.255.255", "benchmarking"},
                             {"198.51.100.7", "documentation"},
                             {"203.0.113.7", "documentation"},
                             {"224.0.0.1", "multicast"},
                             {"239.255.255.255", "multicast"},
                             {"240.0.0.1", "reserved"},
                             {"255.255.255.255", "broadcast"}}));

INSTANTIATE_TEST_SUITE_P(V6,
                         RefusedTest,
                         testing::ValuesIn(std::vector<Case>{
                             {"::", "unspecified"},
                             {"::1", "loopback"},
                             {"::7f00:1", "IPv4-compatible loopback"},
                             {"::808:808", "IPv4-compatible, withdrawn"},
                             {"::ffff:127.0.0.1", "mapped loopback"},
                             {"::ffff:10.0.0.1", "mapped RFC 1918"},
                             {"::ffff:169.254.169.254", "mapped metadata"},
                             {"::ffff:0:127.0.0.1", "translated, RFC 2765"},
                             {"64:ff9b::10.0.0.1", "NAT64 of RFC 1918"},
                             {"64:ff9b::a9fe:a9fe", "NAT64 of metadata"},
                             {"64:ff9b:1::808:808", "local NAT64"},
                             {"100::1", "discard"},
                             {"2001::1", "Teredo"},
                             {"2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"},
                             {"2001:2::1", "benchmarking"},
                             {"2001:10::1", "ORCHID"},
                             {"2001:1ff:ffff::1", "last of the IETF assignments"},
                             {"2001:db8::1", "documentation"},
                             {"2002:7f00:1::", "6to4 of loopback"},
                             {"2002:a9fe:a9fe::1", "6to4 of metadata"},
                             {"2002:c0a8:101::1", "6to4 of RFC 1918"},
                             {"3fff::1", "documentation"},
                             {"5f00::1", "segment routing"},
                             {"fc00::1", "unique local"},
                             {"fd00:ec2::254", "Amazon's metadata"},
                             {"fe80::1", "link-local"},
                             {"fec0::1", "site-local"},
                             {"ff02::1", "multicast"}}));

INSTANTIATE_TEST_SUITE_P(BothFamilies,
                         PublicTest,
                         testing::ValuesIn(std::vector<Case>{
                             {"1.1.1.1", "a resolver"},
                             {"9.255.255.255", "before 10/8"},
                             {"11.0.0.0", "after 10/8"},
                             {"100.63.255.255", "before 100.64/10"},
                             {"100.128.0.0", "after 100.64/10"},
                             {"126.255.255.255", "before 127/8"},
                             {"128.0.0.1", "after 127/8"},
                             {"168.63.129.15", "beside Azure's"},
                             {"169.253.255.255", "before 169.254/16"},
                             {"169.255.0.0", "after 169.254/16"},
                             {"172.15.255.255", "before 172.16/12"},
                             {"172.32.0.0", "after 172.16/12"},
                             {"192.0.1.1", "between two reserved ranges"},
                             {"192.169.0.1", "after 192.168/16"},
                             {"198.17.255.255", "before 198.18/15"},
                             {"198.20.0.0", "after 198.18/15"},
                             {"223.255.255.255", "before multicast"},
                             {"::ffff:8.8.8.8", "mapped"},
                             {"64:ff9b::8.8.8.8", "NAT64"},
                             {"2001:200::1", "after the IETF assignments"},
                             {"2002:808:808::1", "6to4"},
                             {"2606:4700::1111", "a resolver"},
                             {"2a00:1450:4001::1", "Europe"}}));

TEST(AddressCheckTest, RefusesOtherFamilies) {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  EXPECT_FALSE(IsPublicAddress(reinterpret_cast<sockaddr&>(local)));
}

}  // namespace
}  // namespace leadrelay::http
