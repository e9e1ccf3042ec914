#include "serve_alone.hpp"

#include <app/known_modules.hpp>
#include <fstream>
#include <stdexcept>
#include <topology/status.hpp>

namespace cleave::bench {

namespace {

// Returns when every process is ready.
served start(const std::filesystem::path& data, const std::vector<std::string>& arguments) {
    served out;
    const test::output_files logs{data / "log", data / "log"};
    out.process = std::make_unique<test::child_process>(CLEAVE_BUILT_BINARY, arguments, logs);
    const bool started = test::eventually([&] {
        const auto status = topology::fetch_status(data);
        if (!status || status->processes.empty()) return false;
        for (const auto& p : status->processes) {
            if (!p.ready) return false;
            if (p.public_address) out.public_at = *p.public_address;
            out.internal = p.internal.value_or("");
        }
        return !out.public_at.empty();
    });
    if (!started) throw std::runtime_error("the blog did not start: " + test::text_of(logs.err));
    return out;
}

}  // namespace

served serve_alone(const std::filesystem::path& data) {
    auto layout = topology::monolith(app::known_modules());
    layout.settings["main"].internal = {"127.0.0.1:0"};
    layout.settings["main"].threads = 1;
    const auto config = data / "one.toml";
    std::ofstream(config) << topology::to_toml(layout);
    return start(data, {"serve", "--process", "main", "--config", config.string(), "--data",
                        data.string(), "--listen", "127.0.0.1:0"});
}

served serve_split(const std::filesystem::path& data, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "up");
    arguments.insert(arguments.end(), {"--data", data.string(), "--listen", "127.0.0.1:0"});
    return start(data, arguments);
}

}  // namespace cleave::bench
