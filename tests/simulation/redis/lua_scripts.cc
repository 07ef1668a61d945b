#include "tests/simulation/redis/lua_scripts.h"

#include <cstdlib>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include <lua5.1/lua.hpp>

#include "tests/simulation/redis/message_pack.h"

namespace leadrelay::simulation {
namespace {

using redis::Reply;

// Lua throws with longjmp, which skips destructors: so what owns memory is in functions of its own,
// which say by false that an error is on the stack, and only their callers raise it.

std::string TextAt(lua_State* lua, int index) {
  size_t size = 0;
  const char* text = lua_tolstring(lua, index, &size);
  return text == nullptr ? std::string() : std::string(text, size);
}

void PushText(lua_State* lua, std::string_view text) {
  lua_pushlstring(lua, text.data(), text.size());
}

void PushReply(lua_State* lua, const Reply& reply) {
  switch (reply.kind) {
    case Reply::Kind::kNil:
      lua_pushboolean(lua, 0);
      break;
    case Reply::Kind::kString:
      PushText(lua, reply.text);
      break;
    case Reply::Kind::kInteger:
      lua_pushnumber(lua, static_cast<lua_Number>(reply.integer));
      break;
    case Reply::Kind::kArray:
      lua_createtable(lua, static_cast<int>(reply.items.size()), 0);
      for (size_t i = 0; i < reply.items.size(); ++i) {
        PushReply(lua, reply.items[i]);
        lua_rawseti(lua, -2, static_cast<int>(i) + 1);
      }
      break;
  }
}

std::optional<std::string> FieldOf(lua_State* lua, int table, const char* name) {
  lua_getfield(lua, table, name);
  std::optional<std::string> text;
  if (lua_isstring(lua, -1) != 0) text = TextAt(lua, -1);
  lua_pop(lua, 1);
  return text;
}

// As Redis does: numbers are cut, arrays end at the first nil, true is 1.
absl::StatusOr<Reply> ReplyAt(lua_State* lua, int index) {
  switch (lua_type(lua, index)) {
    case LUA_TSTRING:
      return Reply{Reply::Kind::kString, TextAt(lua, index), 0, {}};
    case LUA_TNUMBER:
      return Reply{Reply::Kind::kInteger, "", static_cast<int64_t>(lua_tonumber(lua, index)), {}};
    case LUA_TBOOLEAN:
      if (lua_toboolean(lua, index) != 0) return Reply{Reply::Kind::kInteger, "", 1, {}};
      return Reply();
    case LUA_TTABLE:
      break;
    default:
      return Reply();
  }
  if (index < 0) index = lua_gettop(lua) + index + 1;
  if (std::optional<std::string> error = FieldOf(lua, index, "err")) {
    return absl::FailedPreconditionError(*error);
  }
  if (std::optional<std::string> ok = FieldOf(lua, index, "ok")) {
    return Reply{Reply::Kind::kString, *std::move(ok), 0, {}};
  }
  Reply array;
  array.kind = Reply::Kind::kArray;
  for (int i = 1;; ++i) {
    lua_rawgeti(lua, index, i);
    if (lua_isnil(lua, -1)) {
      lua_pop(lua, 1);
      return array;
    }
    absl::StatusOr<Reply> item = ReplyAt(lua, -1);
    lua_pop(lua, 1);
    if (!item.ok()) return item;
    array.items.push_back(*std::move(item));
  }
}

bool PackOrExplain(lua_State* lua) {
  std::vector<double> numbers(lua_objlen(lua, 1));
  for (size_t i = 0; i < numbers.size(); ++i) {
    lua_rawgeti(lua, 1, static_cast<int>(i) + 1);
    const bool is_number = lua_type(lua, -1) == LUA_TNUMBER;
    numbers[i] = lua_tonumber(lua, -1);
    lua_pop(lua, 1);
    if (!is_number) {
      PushText(lua, "only arrays of numbers are packed here");
      return false;
    }
  }
  PushText(lua, PackNumbers(numbers));
  return true;
}

bool UnpackOrExplain(lua_State* lua) {
  const std::optional<std::vector<double>> numbers = UnpackNumbers(TextAt(lua, 1));
  if (!numbers.has_value()) {
    PushText(lua, "only arrays of numbers are unpacked here");
    return false;
  }
  lua_createtable(lua, static_cast<int>(numbers->size()), 0);
  for (size_t i = 0; i < numbers->size(); ++i) {
    lua_pushnumber(lua, (*numbers)[i]);
    lua_rawseti(lua, -2, static_cast<int>(i) + 1);
  }
  return true;
}

int Pack(lua_State* lua) {
  return PackOrExplain(lua) ? 1 : lua_error(lua);
}

int Unpack(lua_State* lua) {
  return UnpackOrExplain(lua) ? 1 : lua_error(lua);
}

int ErrorReply(lua_State* lua) {
  lua_createtable(lua, 0, 1);
  lua_pushvalue(lua, 1);
  lua_setfield(lua, -2, "err");
  return 1;
}

void SetList(lua_State* lua, const char* name, const std::vector<std::string>& texts) {
  lua_createtable(lua, static_cast<int>(texts.size()), 0);
  for (size_t i = 0; i < texts.size(); ++i) {
    PushText(lua, texts[i]);
    lua_rawseti(lua, -2, static_cast<int>(i) + 1);
  }
  lua_setglobal(lua, name);
}

void SetFunction(lua_State* lua, const char* name, lua_CFunction function) {
  lua_pushcfunction(lua, function);
  lua_setfield(lua, -2, name);
}

}  // namespace

LuaScripts::LuaScripts() : lua_(luaL_newstate()) {
  if (lua_ == nullptr) std::abort();
  luaL_openlibs(lua_);
  lua_createtable(lua_, 0, 2);
  lua_pushlightuserdata(lua_, this);
  lua_pushcclosure(lua_, &LuaScripts::Call, 1);
  lua_setfield(lua_, -2, "call");
  SetFunction(lua_, "error_reply", ErrorReply);
  lua_setglobal(lua_, "redis");
  lua_createtable(lua_, 0, 2);
  SetFunction(lua_, "pack", Pack);
  SetFunction(lua_, "unpack", Unpack);
  lua_setglobal(lua_, "cmsgpack");
}

LuaScripts::~LuaScripts() {
  lua_close(lua_);
}

int LuaScripts::Call(lua_State* lua) {
  return CallOrExplain(lua) ? 1 : lua_error(lua);
}

bool LuaScripts::CallOrExplain(lua_State* lua) {
  auto* self = static_cast<LuaScripts*>(lua_touserdata(lua, lua_upvalueindex(1)));
  std::vector<std::string> command;
  const int count = lua_gettop(lua);
  command.reserve(static_cast<size_t>(count));
  for (int i = 1; i <= count; ++i) command.push_back(TextAt(lua, i));
  absl::StatusOr<Reply> reply =
      self->running_->keyspace.Execute(command, self->running_->now, self->running_->publish);
  if (!reply.ok()) {
    PushText(lua, std::string(reply.status().message()));
    return false;
  }
  PushReply(lua, *reply);
  return true;
}

bool LuaScripts::PushCompiled(redis::Script script) {
  const auto known = compiled_.find(script.source.data());
  if (known == compiled_.end()) {
    const std::string name(script.name);
    if (luaL_loadbuffer(lua_, script.source.data(), script.source.size(), name.c_str()) != 0) {
      return false;
    }
    compiled_[script.source.data()] = luaL_ref(lua_, LUA_REGISTRYINDEX);
  }
  lua_rawgeti(lua_, LUA_REGISTRYINDEX, compiled_[script.source.data()]);
  return true;
}

absl::StatusOr<Reply> LuaScripts::Run(redis::Script script,
                                      const std::vector<std::string>& keys,
                                      const std::vector<std::string>& arguments,
                                      Keyspace& keyspace,
                                      absl::Time now,
                                      const Keyspace::Publish& publish) {
  Running running{keyspace, now, publish};
  running_ = &running;
  SetList(lua_, "KEYS", keys);
  SetList(lua_, "ARGV", arguments);
  const bool ran = PushCompiled(script) && lua_pcall(lua_, 0, 1, 0) == 0;
  running_ = nullptr;
  absl::StatusOr<Reply> reply =
      ran ? ReplyAt(lua_, -1)
          : absl::StatusOr<Reply>(absl::FailedPreconditionError(TextAt(lua_, -1)));
  lua_settop(lua_, 0);
  return reply;
}

}  // namespace leadrelay::simulation
