#pragma once
// A TCP proxy between two processes that does to requests what networks do, and worse. It knows
// HTTP/1.1 as far as processes speak it among themselves: requests one by one, answers of a known
// length; anything else is passed on untouched.
//
// What happens to a request depends on the seed, its request line and how many of the kind came
// before, and on nothing else: so a run can be repeated, whatever else is under way.
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <support/http_peer.hpp>
#include <vector>

namespace cleave::test {

enum class fault {
    none,
    delay,            // some milliseconds, before the request goes on
    drop_request,     // it never arrives, and nobody says so
    drop_answer,      // it is done, and nobody says so
    reset_before,     // the connection is reset; nothing arrives
    reset_after,      // it arrives, and then the connection is reset
    corrupt_request,  // a bit is another
    corrupt_answer,
    cut_answer,  // the connection ends within it
    slow,        // both come in small pieces
    duplicate,   // the request arrives twice, as if somebody had recorded it
};
inline constexpr fault last_fault = fault::duplicate;
const char* name_of(fault what);

class fault_proxy {
public:
    // On a free port of the loopback, and a thread of its own.
    explicit fault_proxy(std::uint64_t seed);
    ~fault_proxy();
    fault_proxy(const fault_proxy&) = delete;

    const address& at() const;
    // Where connections go from now on, "127.0.0.1:PORT". Until then they are closed.
    void lead_to(const address& to);
    // Of these requests one in `one_in` gets one of these faults from now on.
    void set(std::vector<fault> faults, unsigned one_in);
    // No more of them; and what hangs because of one is reset.
    void heal();
    // How often each was done.
    std::map<fault, int> done() const;

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace cleave::test
