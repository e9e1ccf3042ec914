#include <fmt/ranges.h>
#include <app/blog.hpp>
#include <app/call.hpp>
#include <app/known_modules.hpp>
#include <app/manifest.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <future>
#include <topology/run_files.hpp>
#include <topology/status.hpp>

namespace cleave::app {

namespace {

// Everything runs here: there is nobody else to reach.
class nobody_else final : public reachable {
    channel& channel_to(std::string_view module) override {
        throw std::logic_error("no process runs " + std::string(module));
    }
};

std::string module_of(const std::string& service) {
    return service.substr(0, service.find('.'));
}

void check_module(const std::string& module) {
    std::vector<std::string> names;
    for (const auto& m : known_modules()) {
        if (m.name == module) return;
        names.push_back(m.name);
    }
    throw topology::config_error(
        fmt::format("there is no module \"{}\"; there are {}", module, fmt::join(names, ", ")));
}

// The process that runs the module, as the processes themselves say.
std::optional<topology::process_status> find_owner(const std::filesystem::path& data,
                                                   const std::string& module) {
    const auto status = topology::fetch_status(data);
    if (!status) return std::nullopt;
    for (const auto& p : status->processes)
        if (p.role != topology::instance_role::replica &&
            std::ranges::find(p.modules, module) != p.modules.end())
            return p;
    return std::nullopt;
}

template <class F>
reply on_threads(io_threads& threads, F&& work) {
    std::promise<reply> done;
    const auto run = [&]() -> async<void> {
        try {
            done.set_value(co_await work());
        } catch (...) {
            done.set_exception(std::current_exception());
        }
    };
    asio::co_spawn(threads.context(0), run(), asio::detached);
    threads.start();
    return done.get_future().get();
}

call_context context_of(const tool_call& wanted) {
    call_context out;
    out.deadline = std::chrono::steady_clock::now() + wanted.timeout;
    if (wanted.user_id != 0) out.caller = {wanted.user_id, 0, role::author};
    out.trace = wanted.trace;
    return out;
}

// As the process that owns the module would.
void record_here(const tool_call& wanted, telemetry::span root, unsigned status) {
    if (!wanted.trace) return;
    root.trace = wanted.trace.trace_id;
    root.request = root.id = wanted.trace.span_id;
    root.took = std::chrono::steady_clock::now() - root.begin;
    root.name = telemetry::span_name(wanted.service, wanted.method);
    root.status = static_cast<std::uint16_t>(status);
    telemetry::record(root);
}

reply ask_owner(const tool_call& wanted, const topology::process_status& process) {
    io_threads threads(1);
    http::upstream one(process.name, threads,
                       http::parse_endpoint(topology::address_for_tools(wanted.data, process)));
    const http::credentials credentials{load_internal_key(wanted.data), &system_clock()};
    http::remote_channel owner(one, credentials);
    return on_threads(threads, [&]() -> async<reply> {
        outgoing_call call;
        call.service = wanted.service;
        call.method = wanted.method;
        call.kind = method_kind::command;  // Which it is, only its owner knows: never sent twice.
        call.body = wanted.body;
        call.context = context_of(wanted);
        auto answer = co_await owner.send(std::move(call));
        if (!answer) co_return to_reply(result<nothing>(fail(std::move(answer.error()))));
        co_return std::move(*answer);
    });
}

reply call_here(const tool_call& wanted) {
    io_threads threads(1);
    nobody_else others;
    blog_settings settings;
    settings.data = wanted.data;
    settings.storage = layout_of(wanted.data);
    for (const auto& m : known_modules()) settings.here.insert(m.name);
    settings.on_fatal = [](const std::string& why) { throw std::runtime_error(why); };
    blog all(std::move(settings), threads, others);
    const auto found = all.services().find(wanted.service);
    if (found == all.services().end())
        throw topology::config_error("there is no service \"" + wanted.service + "\"");
    return on_threads(threads, [&]() -> async<reply> {
        incoming_call call;
        call.method = wanted.method;
        call.body = wanted.body;
        call.context = context_of(wanted);
        telemetry::span root;
        root.begin = std::chrono::steady_clock::now();
        call.context.trace.within = call.context.trace.span_id;
        auto answer = co_await found->second(std::move(call));
        record_here(wanted, root, answer.status);
        all.close_feeds();
        co_await all.stop();
        co_return answer;
    });
}

}  // namespace

reply call_module(const tool_call& wanted) {
    check_module(module_of(wanted.service));
    if (!wanted.process.empty()) return ask_owner(wanted, {.name = wanted.process, .modules = {}});
    if (const auto owner = find_owner(wanted.data, module_of(wanted.service)))
        return ask_owner(wanted, *owner);
    return call_here(wanted);
}

}  // namespace cleave::app
