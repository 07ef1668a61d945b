#pragma once
// HttpPort: the HTTP client of one lane of one process, to one CRM.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/coro/completion.h"
#include "common/http/sender.h"
#include "tests/simulation/crm/crm.h"
#include "tests/simulation/host.h"

namespace leadrelay::simulation {

class HttpPort final : public http::Sender {
 public:
  // `on_leaving`: a request for these deliveries leaves now; nothing of a token endpoint's.
  using Leaving = std::function<void(const std::string& delivery_ids)>;

  HttpPort(Crm& crm, Host& host, Random& random, const Faults& faults, Leaving on_leaving)
      : crm_(crm),
        host_(host),
        random_(random),
        faults_(faults),
        on_leaving_(std::move(on_leaving)) {}

  coro::Task<http::SendResult> Send(http::Request request,
                                    http::SendOptions options,
                                    std::stop_token stop) override;
  void Close() override;

  void CutOff();

 private:
  struct Exchange {
    explicit Exchange(coro::Loop& loop) : done(loop) {}
    coro::Completion<http::SendResult> done;
    http::Request request;
    std::string delivery_ids;
    std::function<void()> on_sending;
    bool left = false;
    bool late = false;     // It had to connect first.
    bool dropped = false;  // What has left will not arrive.
  };
  void Leave(const std::shared_ptr<Exchange>& exchange);
  void Arrive(const std::shared_ptr<Exchange>& exchange);

  Crm& crm_;
  Host& host_;
  Random& random_;
  const Faults& faults_;
  const Leaving on_leaving_;
  std::vector<std::shared_ptr<Exchange>> exchanges_;
};

}  // namespace leadrelay::simulation
