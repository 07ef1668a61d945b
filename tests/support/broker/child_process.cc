#include "tests/support/broker/child_process.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace leadrelay::test {
namespace {

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

bool IsFree(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  const bool free = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  close(fd);
  return free;
}

}  // namespace

pid_t StartChild(const std::vector<std::string>& command,
                 const std::vector<std::string>& environment,
                 const std::string& log) {
  // Prepared before fork(): another thread may hold the allocator's lock.
  const std::vector<char*> argv = Pointers(command);
  const std::vector<char*> envp = Pointers(environment);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) {
    std::perror("fork");
    std::abort();
  }
  if (child > 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // It died before prctl().
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int null = open("/dev/null", O_RDONLY);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(null, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  execvpe(argv[0], argv.data(), envp.data());
  _exit(127);
}

bool HasEnded(pid_t& child) {
  if (child < 0) return true;
  if (waitpid(child, nullptr, WNOHANG) != child) return false;
  child = -1;
  return true;
}

void EndChild(pid_t& child, int signal, int patience_seconds) {
  if (child < 0) return;
  kill(child, SIGCONT);
  kill(child, signal);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(patience_seconds);
  while (!HasEnded(child)) {
    if (std::chrono::steady_clock::now() >= until) {
      kill(child, SIGKILL);
      waitpid(child, nullptr, 0);
      child = -1;
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

int FreeLoopbackPort() {
  std::mt19937 generator(std::random_device{}());
  std::uniform_int_distribution<int> candidates(20000, 31999);
  for (int i = 0; i < 1000; ++i) {
    const int port = candidates(generator);
    if (IsFree(port)) return port;
  }
  std::fprintf(stderr, "no free port on 127.0.0.1\n");
  std::abort();
}

}  // namespace leadrelay::test
