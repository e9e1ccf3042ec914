#pragma once
// What other processes of the system reach here: calls to this process's modules
// (POST /rpc/<service>/<method>), public requests that the gateway forwards, and the route tables
// (GET /routes). Nothing is answered without an envelope whose MAC fits, and every answer to one is
// sealed. A command without a key that comes a second time is not done again: its outcome is known
// to whoever sent it first.
#include <atomic>
#include <contract/service.hpp>
#include <http/received_once.hpp>
#include <http/remote_channel.hpp>
#include <http/route_table.hpp>
#include <http/server.hpp>
#include <map>

namespace cleave::http {

inline constexpr std::size_t call_body_bytes_max = 4 << 20;

class call_service final : public service {
public:
    using services = std::map<std::string, call_handler, std::less<>>;

    // All must outlive the service.
    call_service(const services& calls, const route_table& routes, const credentials& who)
        : calls_(calls), routes_(routes), who_(who) {}

    admission admit(request& r) override;
    async<response> handle(request& r, std::size_t target) override;

    // While another process takes over: whoever is refused with 503 is told to come again over a
    // new connection (moving_header). From any thread.
    void set_moving(bool moving) { moving_ = moving; }

private:
    result<bool> authenticate(request& r) const;
    async<response> call(request& r);
    async<response> answer(request& r, std::size_t target);

    const services& calls_;
    const route_table& routes_;
    const credentials& who_;
    std::atomic<bool> moving_ = false;
    received_once received_;
};

}  // namespace cleave::http
