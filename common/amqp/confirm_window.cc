#include "common/amqp/confirm_window.h"

#include <utility>

namespace leadrelay::amqp {

void ConfirmWindow::Add(uint64_t id, uint64_t return_key) {
  entries_.push_back(Entry{id, return_key, false, {}});
  ++unanswered_;
}

uint64_t ConfirmWindow::ReturnKey(std::string_view exchange,
                                  std::string_view routing_key,
                                  std::string_view message_id) {
  uint64_t hash = 14695981039346656037ULL;  // FNV-1a.
  for (std::string_view part : {exchange, routing_key, message_id}) {
    for (char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    hash = (hash ^ 0xff) * 1099511628211ULL;  // Not a byte of UTF-8: ("a","b") is not ("ab","").
  }
  return hash == 0 ? 1 : hash;
}

bool ConfirmWindow::Return(uint64_t return_key, std::string words) {
  for (Entry& entry : entries_) {
    if (entry.answered || entry.return_key != return_key || !entry.returned.empty()) continue;
    entry.returned = std::move(words);
    return true;
  }
  return false;
}

std::vector<ConfirmWindow::Answered> ConfirmWindow::Answer(uint64_t number, bool multiple) {
  std::vector<Answered> answered;
  const uint64_t end = first_number_ + entries_.size();
  if (number < first_number_ || number >= end) return answered;
  for (uint64_t n = multiple ? first_number_ : number; n <= number; ++n) {
    Entry& entry = entries_[n - first_number_];
    if (entry.answered) continue;
    entry.answered = true;
    --unanswered_;
    answered.push_back(Answered{entry.id, std::move(entry.returned)});
  }
  while (!entries_.empty() && entries_.front().answered) {
    entries_.pop_front();
    ++first_number_;
  }
  return answered;
}

std::vector<uint64_t> ConfirmWindow::Clear() {
  std::vector<uint64_t> left;
  left.reserve(unanswered_);
  for (const Entry& entry : entries_) {
    if (!entry.answered) left.push_back(entry.id);
  }
  entries_.clear();
  first_number_ = 1;
  unanswered_ = 0;
  return left;
}

}  // namespace leadrelay::amqp
