#include "tests/support/redis/redis_server.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <utility>

#include <hiredis/hiredis.h>

namespace leadrelay::test {
namespace {

using std::chrono::seconds;

constexpr const char* kProgram = "/usr/bin/redis-server";
constexpr int kTries = 20;

[[noreturn]] void Fail(const std::string& why) {
  std::fprintf(stderr, "test::RedisServer: %s\n", why.c_str());
  std::abort();
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
  if (process_ != nullptr) return;
  for (int i = 0; i < kTries; ++i) {
    if (TryStart()) return;
  }
  Fail("redis-server does not start again; see " + folder_ + "/redis.log");
}

bool RedisServer::TryStart() {
  std::vector<std::string> command = {kProgram,
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
  process_ = std::make_unique<Process>(
      command, std::map<std::string, std::string>(), folder_ + "/output.log");
  bool answers = false;
  Eventually(
      [&] {
        answers = Command({"PING"}) == "PONG";
        return answers || !process_->running();
      },
      seconds(10));
  if (!answers || !process_->running()) {
    if (process_->Wait(seconds(0)) == 127) Fail(std::string(kProgram) + " is not installed");
    process_.reset();
    return false;
  }
  return true;
}

void RedisServer::Stop() {
  if (process_ == nullptr) return;
  process_->Signal(SIGCONT);
  process_->Signal(SIGTERM);
  process_->Wait(seconds(10));
  process_.reset();
}

void RedisServer::Kill9() {
  process_.reset();
}

void RedisServer::Freeze() {
  process_->Signal(SIGSTOP);
}
void RedisServer::Thaw() {
  process_->Signal(SIGCONT);
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
