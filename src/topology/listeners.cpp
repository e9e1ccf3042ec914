#include <fmt/format.h>

#include <http/endpoint.hpp>
#include <system_error>
#include <topology/listeners.hpp>

namespace cleave::topology {

namespace {

class binder {
public:
    explicit binder(bound_topology& out) : out_(out) {}

    // Binds one listener and returns the address that it got.
    std::string bind(const placed_process& process, std::string_view name,
                     const std::string& address, std::string_view how_to_change) {
        unique_fd fd;
        try {
            fd = http::listen_on(http::parse_endpoint(address));
        } catch (const std::system_error& e) {
            throw std::system_error(
                e.code(), fmt::format("cannot listen on {} ({} of {}; change it with {})", address,
                                      name, process.name, how_to_change));
        }
        constexpr std::string_view unix_prefix = "unix:";
        if (address.starts_with(unix_prefix))
            out_.socket_files.emplace_back(address.substr(unix_prefix.size()));
        return keep(process, name, std::move(fd));
    }

    std::string keep(const placed_process& process, std::string_view name, unique_fd fd) {
        auto address = http::to_string(http::local_endpoint(fd.get()));
        out_.listeners[process.name].emplace(name, std::move(fd));
        return address;
    }

private:
    bound_topology& out_;
};

}  // namespace

bound_topology bind_all(topology t, inherited_listeners inherited) {
    bound_topology out;
    binder all(out);
    for (const auto& process : t.processes()) {
        if (process.has_gateway) {
            const auto found = inherited.find(public_listener);
            t.listen = found == inherited.end()
                           ? all.bind(process, public_listener, t.listen, "--listen")
                           : all.keep(process, public_listener, std::move(found->second));
        }
        auto& settings = t.settings[process.name];
        const auto place = fmt::format("[processes.{}]", process.name);
        const std::string any_port = "127.0.0.1:0";
        settings.internal =
            all.bind(process, internal_listener, settings.internal.value_or(any_port), place);
        settings.ops = all.bind(process, ops_listener, settings.ops.value_or(any_port), place);
    }
    out.effective = std::move(t);
    return out;
}

}  // namespace cleave::topology
