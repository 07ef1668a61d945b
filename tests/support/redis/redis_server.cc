#include "tests/support/redis/redis_server.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace leadrelay::test {
namespace {

constexpr int kTries = 20;

[[noreturn]] void Fail(const std::string& why) {
  std::fprintf(stderr, "test::RedisServer: %s\n", why.c_str());
  std::abort();
}

int FreePort() {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    Fail("no free port");
  }
  close(fd);
  return ntohs(address.sin_port);
}

std::string ToText(const redisReply& reply) {
  switch (reply.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      return {reply.str, reply.len};
    case REDIS_REPLY_ERROR:
      return "ERROR " + std::string(reply.str, reply.len);
    case REDIS_REPLY_INTEGER:
      return std::to_string(reply.integer);
    case REDIS_REPLY_ARRAY: {
      std::string lines;
      for (size_t i = 0; i < reply.elements; ++i) lines += ToText(*reply.element[i]) + "\n";
      return lines;
    }
    default:
      return "";
  }
}

}  // namespace

RedisServer::RedisServer(std::vector<std::string> arguments) : arguments_(std::move(arguments)) {
  for (size_t i = 0; i + 1 < arguments_.size(); ++i) {
    if (arguments_[i] == "--requirepass") password_ = arguments_[i + 1];
  }
  std::string pattern =
      (std::filesystem::temp_directory_path() / "leadrelay-redis-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) Fail("no scratch folder");
  folder_ = pattern;
  for (int i = 0; i < kTries; ++i) {  // Somebody else may take the port first.
    port_ = FreePort();
    if (TryStart()) return;
  }
  Fail("redis-server does not start; see " + folder_ + "/redis.log");
}

RedisServer::~RedisServer() {
  Stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void RedisServer::Start() {
  if (pid_ >= 0) return;
  for (int i = 0; i < kTries; ++i) {
    if (TryStart()) return;
  }
  Fail("redis-server does not start again; see " + folder_ + "/redis.log");
}

bool RedisServer::TryStart() {
  std::vector<std::string> command = {"redis-server",
                                      "--bind",
                                      "127.0.0.1",
                                      "--port",
                                      std::to_string(port_),
                                      "--dir",
                                      folder_,
                                      "--logfile",
                                      folder_ + "/redis.log",
                                      "--save",
                                      "",
                                      "--appendonly",
                                      "yes",
                                      "--appendfsync",
                                      "everysec",
                                      "--daemonize",
                                      "no"};
  command.insert(command.end(), arguments_.begin(), arguments_.end());
  std::vector<char*> argv;
  for (std::string& argument : command) argv.push_back(argument.data());
  argv.push_back(nullptr);

  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) Fail("fork failed");
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);  // It died before prctl().
    int null = open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  for (int i = 0; i < 1000; ++i) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      if (WIFEXITED(status) && WEXITSTATUS(status) == 127) Fail("redis-server is not installed");
      return false;
    }
    if (Command({"PING"}) == "PONG") return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  Kill9();
  return false;
}

void RedisServer::Signal(int number) {
  if (pid_ >= 0) kill(pid_, number);
}

void RedisServer::Reap() {
  if (pid_ < 0) return;
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void RedisServer::Stop() {
  Signal(SIGCONT);
  Signal(SIGTERM);
  Reap();
}

void RedisServer::Kill9() {
  Signal(SIGKILL);
  Reap();
}

void RedisServer::Freeze() {
  Signal(SIGSTOP);
}
void RedisServer::Thaw() {
  Signal(SIGCONT);
}

void RedisServer::Flush() {
  Command({"FLUSHALL"});
  Command({"SCRIPT", "FLUSH"});
}

std::string RedisServer::Command(const std::vector<std::string>& arguments) {
  const timeval timeout{2, 0};
  std::unique_ptr<redisContext, void (*)(redisContext*)> context(
      redisConnectWithTimeout("127.0.0.1", port_, timeout), &redisFree);
  if (context == nullptr || context->err != 0) return "ERROR not reachable";
  redisSetTimeout(context.get(), timeout);
  auto send = [&context](const std::vector<std::string>& command) -> std::string {
    std::vector<const char*> texts;
    std::vector<size_t> lengths;
    for (const std::string& argument : command) {
      texts.push_back(argument.data());
      lengths.push_back(argument.size());
    }
    std::unique_ptr<redisReply, void (*)(redisReply*)> reply(
        static_cast<redisReply*>(redisCommandArgv(
            context.get(), static_cast<int>(command.size()), texts.data(), lengths.data())),
        [](redisReply* owned) { freeReplyObject(owned); });
    return reply == nullptr ? std::string("ERROR no answer") : ToText(*reply);
  };
  if (!password_.empty()) send({"AUTH", password_});
  return send(arguments);
}

}  // namespace leadrelay::test
