#include "tests/support/process/process.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>

#include "absl/strings/str_cat.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace leadrelay::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

[[noreturn]] void Become(const std::vector<std::string>& arguments,
                         const std::map<std::string, std::string>& environment,
                         const std::string& output,
                         pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // The parent was quicker to die.
  int file = open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file >= 0) {
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
  }
  int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing >= 0) dup2(nothing, STDIN_FILENO);
  for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  _exit(127);
}

// Two test processes may ask at the same moment, and what is free is taken only later: so a port is
// ours from now until this process ends, by a lock that dies with it.
bool Reserve(int port) {
  const std::string path = absl::StrCat("/tmp/leadrelay-test-port-", port, ".lock");
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) return false;
  if (flock(file, LOCK_EX | LOCK_NB) == 0) return true;  // And stays open.
  close(file);
  return false;
}

}  // namespace

Process::Process(std::vector<std::string> arguments,
                 std::map<std::string, std::string> environment,
                 std::string output)
    : output_(std::move(output)) {
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) Become(arguments, environment, output_, parent);
  if (pid_ < 0) {
    std::perror("fork");
    std::abort();
  }
}

Process::~Process() {
  Kill9();
}

bool Process::running() {
  return !Wait(milliseconds(0)).has_value();
}

void Process::Signal(int number) const {
  if (!exit_code_.has_value()) kill(pid_, number);
}

std::optional<int> Process::Wait(milliseconds timeout) {
  Eventually(
      [this] {
        if (exit_code_.has_value()) return true;
        int status = 0;
        if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
        exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        return true;
      },
      timeout);
  return exit_code_;
}

void Process::Kill9() {
  Signal(SIGKILL);
  (void)Wait(milliseconds(5000));
}

int FreePort() {
  static std::mt19937 random{std::random_device{}()};
  for (int attempt = 0; attempt < 200; ++attempt) {
    const int port = std::uniform_int_distribution<int>(20000, 24999)(random);
    int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    const bool free = bind(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    close(probe);
    if (free && Reserve(port)) return port;
  }
  std::fprintf(stderr, "no free port between 20000 and 24999\n");
  std::abort();
}

bool Eventually(const std::function<bool()>& condition, milliseconds timeout) {
  const auto until = steady_clock::now() + timeout;
  timespec pause{0, 1'000'000};
  while (!condition()) {
    if (steady_clock::now() >= until) return false;
    nanosleep(&pause, nullptr);
    if (pause.tv_nsec < 20'000'000) pause.tv_nsec *= 2;
  }
  return true;
}

std::string ReadWholeFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace leadrelay::test
