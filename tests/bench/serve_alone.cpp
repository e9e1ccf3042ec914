#include "serve_alone.hpp"

#include <app/known_modules.hpp>
#include <fstream>
#include <stdexcept>
#include <topology/status.hpp>

namespace cleave::bench {

served serve_alone(const std::filesystem::path& data) {
    auto layout = topology::monolith(app::known_modules());
    layout.settings["main"].internal = {"127.0.0.1:0"};
    layout.settings["main"].threads = 1;
    const auto config = data / "one.toml";
    std::ofstream(config) << topology::to_toml(layout);

    served out;
    const test::output_files logs{data / "log", data / "log"};
    const std::vector<std::string> arguments{"serve",       "--process",     "main",
                                             "--config",    config.string(), "--data",
                                             data.string(), "--listen",      "127.0.0.1:0"};
    out.process = std::make_unique<test::child_process>(CLEAVE_BUILT_BINARY, arguments, logs);
    test::eventually([&] {
        const auto status = topology::fetch_status(data);
        if (!status || status->processes.empty() || !status->processes.front().ready) return false;
        out.public_at = status->processes.front().public_address.value_or("");
        out.internal = status->processes.front().internal.value_or("");
        return true;
    });
    if (out.internal.empty())
        throw std::runtime_error("the blog did not start: " + test::text_of(logs.err));
    return out;
}

}  // namespace cleave::bench
