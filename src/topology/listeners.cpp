#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <http/endpoint.hpp>
#include <system_error>
#include <topology/listeners.hpp>
#include <topology/run_files.hpp>

namespace cleave::topology {

namespace {

constexpr std::string_view any_port = "127.0.0.1:0";

class binder {
public:
    explicit binder(bound_topology& out) : out_(out) {}

    // Binds one listener of an instance and returns the address that it got.
    std::string bind(const std::string& instance, std::string_view name, const std::string& address,
                     std::string_view how_to_change) {
        unique_fd fd;
        try {
            fd = http::listen_on(http::parse_endpoint(address));
        } catch (const std::system_error& e) {
            throw std::system_error(
                e.code(), fmt::format("cannot listen on {} ({} of {}; change it with {})", address,
                                      name, instance, how_to_change));
        }
        constexpr std::string_view unix_prefix = "unix:";
        if (address.starts_with(unix_prefix))
            out_.socket_files.emplace_back(address.substr(unix_prefix.size()));
        return keep(instance, name, std::move(fd));
    }

    std::string keep(const std::string& instance, std::string_view name, unique_fd fd) {
        auto address = http::to_string(http::local_endpoint(fd.get()));
        out_.listeners[instance].emplace(name, std::move(fd));
        return address;
    }

private:
    bound_topology& out_;
};

}  // namespace

std::string own_choice(const topology& t, std::string_view instance) {
    if (t.wire == call_wire::tcp) return std::string(any_port);
    make_run_directory(t.data);
    return "unix:" + calls_path(t.data, instance).string();
}

void bind_instance(bound_topology& into, const std::string& process, unsigned number) {
    binder all(into);
    auto& settings = into.effective.settings[process];
    const auto place = fmt::format("[processes.{}]", process);
    const auto instance = instance_id{process, number}.name();
    const auto bind = [&](std::vector<std::string>& addresses, std::string_view listener,
                          const std::string& otherwise) {
        addresses.resize(std::max<std::size_t>(addresses.size(), number));
        auto& address = addresses[number - 1];
        address = all.bind(instance, listener, address.empty() ? otherwise : address, place);
    };
    bind(settings.internal, internal_listener, own_choice(into.effective, instance));
    if (settings.foreign) return;
    bind(settings.ops, ops_listener, std::string(any_port));
    // The public one is shared: whoever of them is free takes the next connection.
    if (!into.effective.process(process).is_public || number == 1) return;
    const int shared = into.listeners.at(process).at(std::string(public_listener)).get();
    unique_fd copy(::fcntl(shared, F_DUPFD_CLOEXEC, 0));
    if (!copy) throw std::system_error(errno, std::generic_category(), "cannot share a listener");
    all.keep(instance, public_listener, std::move(copy));
}

bound_topology bind_all(topology t, inherited_listeners inherited) {
    bound_topology out;
    out.effective = std::move(t);
    binder all(out);
    for (const auto& process : out.effective.processes()) {
        if (!process.is_supervised()) continue;
        if (process.is_public) {
            // Without a gateway several are, and who has no address of its own gets any.
            const bool has_gateway = out.effective.gateway == gateway_use::on;
            const bool listens = out.effective.process_of(gateway_name) == process.name;
            const auto found = listens ? inherited.find(public_listener) : inherited.end();
            auto at =
                found == inherited.end()
                    ? all.bind(process.name, public_listener, out.effective.public_address(process),
                               listens ? "--listen" : "[processes." + process.name + "]")
                    : all.keep(process.name, public_listener, std::move(found->second));
            if (has_gateway)
                out.effective.listen = std::move(at);
            else
                out.effective.settings[process.name].public_at = std::move(at);
        }
        for (unsigned i = 1; i <= process.replicas(); ++i) bind_instance(out, process.name, i);
    }
    return out;
}

}  // namespace cleave::topology
