#include "bare.hpp"

#include <fstream>

#include "driver.hpp"

namespace cleave::bench {

namespace {

// The body is a file, which the program reads once when it starts, and which goes then.
std::vector<std::string> beast_arguments(const std::filesystem::path& file, const std::string& body,
                                         double busy_us) {
    std::ofstream(file) << body;
    return {file.string(), std::to_string(busy_us)};
}

}  // namespace

bare_program::bare_program(const char* binary, std::vector<std::string> arguments) {
    const auto port_file = scratch_.path() / "port";
    pin_to(0);
    process_ = std::make_unique<test::child_process>(
        binary, std::move(arguments), test::output_files{port_file, scratch_.path() / "log"});
    pin_to(last_core());
    test::eventually([&] { return test::text_of(port_file).ends_with('\n'); });
    address_ = "127.0.0.1:" + std::to_string(std::stoi(test::text_of(port_file)));
}

bare_beast::bare_beast(const std::string& body, double busy_us)
    : bare_program(CLEAVE_BARE_BEAST,
                   beast_arguments(test::scratch_folder().path() / "body", body, busy_us)) {
}

bare_forwarder::bare_forwarder(const std::string& to)
    : bare_program(CLEAVE_BARE_FORWARDER, {to.substr(to.rfind(':') + 1)}) {
}

}  // namespace cleave::bench
