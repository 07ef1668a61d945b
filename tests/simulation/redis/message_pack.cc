#include "tests/simulation/redis/message_pack.h"

#include <bit>
#include <cmath>
#include <cstdint>

namespace leadrelay::simulation {
namespace {

void PutBytes(std::string& out, uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift & 0xff));
  }
}

void PutInteger(std::string& out, int64_t n) {
  const auto put = [&out, n](unsigned char mark, int bytes) {
    out.push_back(static_cast<char>(mark));
    PutBytes(out, static_cast<uint64_t>(n), bytes);
  };
  if (n >= 0) {
    if (n <= 127) {
      PutBytes(out, static_cast<uint64_t>(n), 1);
    } else if (n <= 0xff) {
      put(0xcc, 1);
    } else if (n <= 0xffff) {
      put(0xcd, 2);
    } else if (n <= 0xffffffff) {
      put(0xce, 4);
    } else {
      put(0xcf, 8);
    }
  } else if (n >= -32) {
    PutBytes(out, static_cast<uint64_t>(n), 1);
  } else if (n >= INT8_MIN) {
    put(0xd0, 1);
  } else if (n >= INT16_MIN) {
    put(0xd1, 2);
  } else if (n >= INT32_MIN) {
    put(0xd2, 4);
  } else {
    put(0xd3, 8);
  }
}

void PutDouble(std::string& out, double d) {
  const auto narrow = static_cast<float>(d);
  if (static_cast<double>(narrow) == d) {
    out.push_back(static_cast<char>(0xca));
    PutBytes(out, std::bit_cast<uint32_t>(narrow), 4);
  } else {
    out.push_back(static_cast<char>(0xcb));
    PutBytes(out, std::bit_cast<uint64_t>(d), 8);
  }
}

class Reader {
 public:
  explicit Reader(std::string_view packed) : rest_(packed) {}
  bool failed() const { return failed_; }
  bool done() const { return rest_.empty(); }

  uint64_t Take(size_t bytes) {
    if (rest_.size() < bytes) failed_ = true;
    if (failed_) return 0;
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; ++i) value = value << 8 | static_cast<unsigned char>(rest_[i]);
    rest_.remove_prefix(bytes);
    return value;
  }
  size_t TakeArray() {
    const uint64_t mark = Take(1);
    if (mark >= 0x90 && mark <= 0x9f) return mark & 0xf;
    if (mark == 0xdc) return Take(2);
    if (mark == 0xdd) return Take(4);
    failed_ = true;
    return 0;
  }
  double TakeNumber() {
    const uint64_t mark = Take(1);
    if (mark <= 0x7f) return static_cast<double>(mark);
    if (mark >= 0xe0) return static_cast<double>(static_cast<int8_t>(mark));
    switch (mark) {
      case 0xca:
        return std::bit_cast<float>(static_cast<uint32_t>(Take(4)));
      case 0xcb:
        return std::bit_cast<double>(Take(8));
      case 0xcc:
        return static_cast<double>(Take(1));
      case 0xcd:
        return static_cast<double>(Take(2));
      case 0xce:
        return static_cast<double>(Take(4));
      case 0xcf:
        return static_cast<double>(Take(8));
      case 0xd0:
        return static_cast<int8_t>(Take(1));
      case 0xd1:
        return static_cast<int16_t>(Take(2));
      case 0xd2:
        return static_cast<int32_t>(Take(4));
      case 0xd3:
        return static_cast<double>(static_cast<int64_t>(Take(8)));
      default:
        failed_ = true;
        return 0;
    }
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace

std::string PackNumbers(const std::vector<double>& numbers) {
  std::string out;
  if (numbers.size() <= 15) {
    out.push_back(static_cast<char>(0x90 | numbers.size()));
  } else if (numbers.size() <= 0xffff) {
    out.push_back(static_cast<char>(0xdc));
    PutBytes(out, numbers.size(), 2);
  } else {
    out.push_back(static_cast<char>(0xdd));
    PutBytes(out, numbers.size(), 4);
  }
  for (const double number : numbers) {
    if (std::trunc(number) == number && std::abs(number) < 9e18) {
      PutInteger(out, static_cast<int64_t>(number));
    } else {
      PutDouble(out, number);
    }
  }
  return out;
}

std::optional<std::vector<double>> UnpackNumbers(std::string_view packed) {
  Reader reader(packed);
  std::vector<double> numbers(reader.TakeArray());
  for (double& number : numbers) number = reader.TakeNumber();
  if (reader.failed() || !reader.done()) return std::nullopt;
  return numbers;
}

}  // namespace leadrelay::simulation
