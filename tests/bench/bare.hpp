#pragma once
// Programs that do as little as can be done, to measure against. Each has core 0 for as long as its
// object lives.
#include <memory>
#include <string>
#include <support/child_process.hpp>
#include <support/scratch_folder.hpp>

namespace cleave::bench {

class bare_program {
public:
    const std::string& address() const { return address_; }  // "127.0.0.1:41234"

protected:
    // It prints its port when it listens.
    bare_program(const char* binary, std::vector<std::string> arguments);

private:
    test::scratch_folder scratch_;
    std::unique_ptr<test::child_process> process_;
    std::string address_;
};

// Beast, which answers everything with this body, and does nothing of use for so long before.
class bare_beast : public bare_program {
public:
    explicit bare_beast(const std::string& body, double busy_us = 0);
};

// Beast and coroutines, passing each request on over a connection of its own and the answer back.
class bare_forwarder : public bare_program {
public:
    explicit bare_forwarder(const std::string& to);
};

}  // namespace cleave::bench
