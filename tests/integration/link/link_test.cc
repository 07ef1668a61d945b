// What a Link does to those who talk through it.

#include "tests/support/link/link.h"

#include <chrono>
#include <string>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/process/process.h"

namespace leadrelay::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kSoon = 10'000;  // Milliseconds: for what must come.
constexpr int kNever = 50;     // For what must not.

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int fd() const { return fd_; }
  void Say(const std::string& what) const {
    EXPECT_EQ(send(fd_, what.data(), what.size(), MSG_NOSIGNAL), std::ssize(what));
  }
  // What comes within the time: "" for nothing, "closed" for the end or a reset.
  std::string Hear(int patience) const {
    pollfd watched{fd_, POLLIN, 0};
    if (poll(&watched, 1, patience) != 1) return "";
    char buffer[4096];
    const ssize_t got = recv(fd_, buffer, sizeof buffer, 0);
    return got <= 0 ? "closed" : std::string(buffer, static_cast<size_t>(got));
  }

 private:
  int fd_;
};

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

int Connect(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  EXPECT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return fd;
}

int Listen(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  EXPECT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(listen(fd, 16), 0);
  return fd;
}

class LinkTest : public ::testing::Test {
 protected:
  int Accept() const { return accept(server_.fd(), nullptr, nullptr); }

  int port_ = FreePort();
  Socket server_{Listen(port_)};
  Link link_{port_};
  Socket client_{Connect(link_.port())};
  Socket peer_{Accept()};
};

TEST_F(LinkTest, CarriesBothWaysAndTellsOfTheEnd) {
  client_.Say("question");
  EXPECT_EQ(peer_.Hear(kSoon), "question");
  peer_.Say("answer");
  EXPECT_EQ(client_.Hear(kSoon), "answer");
  shutdown(peer_.fd(), SHUT_WR);
  EXPECT_EQ(client_.Hear(kSoon), "closed");
  client_.Say("still heard");
  EXPECT_EQ(peer_.Hear(kSoon), "still heard");
}

TEST_F(LinkTest, CutResetsWhatIsThereAndWhoComes) {
  link_.Cut();
  EXPECT_EQ(client_.Hear(kSoon), "closed");
  EXPECT_EQ(peer_.Hear(kSoon), "closed");
  const Socket late(Connect(link_.port()));
  EXPECT_EQ(late.Hear(kSoon), "closed");
  link_.Open();
  const Socket later(Connect(link_.port()));
  const Socket its_peer(Accept());
  later.Say("back");
  EXPECT_EQ(its_peer.Hear(kSoon), "back");
}

TEST_F(LinkTest, DropResetsOnce) {
  link_.Drop();
  EXPECT_EQ(client_.Hear(kSoon), "closed");
  const Socket next(Connect(link_.port()));
  const Socket its_peer(Accept());
  next.Say("hello");
  EXPECT_EQ(its_peer.Hear(kSoon), "hello");
}

TEST_F(LinkTest, StallHoldsBackWhatIsSaidUntilItOpens) {
  link_.Stall();
  client_.Say("later");
  EXPECT_EQ(peer_.Hear(kNever), "");
  link_.Open();
  EXPECT_EQ(peer_.Hear(kSoon), "later");
}

TEST_F(LinkTest, SlowIsLateAndNarrow) {
  link_.Slow(milliseconds(20), 10'000);
  const auto said = steady_clock::now();
  client_.Say(std::string(1000, 'x'));
  std::string heard;
  for (std::string more = "-"; heard.size() < 1000 && !more.empty(); heard += more) {
    more = peer_.Hear(kSoon);
  }
  EXPECT_EQ(heard, std::string(1000, 'x'));
  // 20 ms, and ten portions of 100 bytes at 10 ms from each other.
  EXPECT_GE(steady_clock::now() - said, milliseconds(20 + 9 * 10));
}

TEST(LinkToNobodyTest, ResetsWhoComes) {
  Link link(FreePort());
  const Socket client(Connect(link.port()));
  EXPECT_EQ(client.Hear(kSoon), "closed");
}

}  // namespace
}  // namespace leadrelay::test
