// Processes that are another program: started with a file that says what it needs to know, and
// ready when they give their OpenAPI document (docs/protocol.md). One that somebody else starts is
// looked at now and then.
#include <base/timer.hpp>
#include <boost/json.hpp>
#include <http/endpoint.hpp>
#include <http/openapi_routes.hpp>
#include <telemetry/log.hpp>
#include <topology/program.hpp>
#include <topology/supervisor_impl.hpp>

namespace cleave::topology {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using std::chrono::milliseconds;

constexpr milliseconds document_timeout(2'000);
constexpr milliseconds asked_again_after(20);  // until it is ready
constexpr milliseconds looked_at_every(1'000);

}  // namespace

fs::path supervisor::impl::foreign_file(const supervised_instance& p) const {
    return run_directory(options.layout.data) / (p.name + ".json");
}

// The file is written anew each time, and is its last argument.
child_command supervisor::impl::foreign_command_of(const supervised_instance& p) const {
    const auto file = foreign_file(p);
    const auto& all = bound.effective;
    json::object peers;
    for (const auto& other : all.processes()) {
        const auto found = all.settings.find(other.name);
        if (other.name == p.plan.name || found == all.settings.end() ||
            found->second.internal.empty())
            continue;
        for (const auto& module : other.modules) peers[module] = found->second.called_at(0);
    }
    const json::object told{{"module", p.plan.modules.front()},
                            {"listen", all.settings.at(p.plan.name).internal.front()},
                            {"data", all.data.string()},
                            {"key_file", fs::absolute(options.key_file).string()},
                            {"peers", std::move(peers)}};
    write_atomically(file, json::serialize(told) + "\n");
    const auto& words = p.plan.settings.command;
    child_command command{.binary = find_program(words.front()),
                          .args = {words.begin() + 1, words.end()}};
    command.args.push_back(file.string());
    for (const auto& [name, fd] : p.listeners) command.listeners.emplace_back(name, fd.get());
    return command;
}

async<bool> supervisor::impl::gives_document(http::client& program, milliseconds patience) const {
    http::client_request ask;
    ask.target = http::openapi_target;
    ask.repeatable = true;
    http::seal(ask, options.credentials, {});
    const auto answer = co_await program.send(ask, std::chrono::steady_clock::now() + patience);
    co_return answer && answer->status == 200;
}

// It has said that it is ready then, as it were.
async<void> supervisor::impl::await_document(supervised_instance& p, std::shared_ptr<child> which) {
    const auto& at = bound.effective.settings.at(p.plan.name).internal.front();
    http::client program(threads, http::parse_endpoint(at));
    while (which->runs() && !stopping) {
        const bool is_ready = co_await gives_document(program, document_timeout);
        if (is_ready && which->runs()) co_return was_told(p, *which, report::ready);
        co_await resume_after(asked_again_after);
    }
}

async<void> supervisor::impl::watch_foreign(supervised_instance& p) {
    http::client program(threads, http::parse_endpoint(p.plan.settings.internal.front()));
    while (!stopping) {
        const bool was_ready = p.state == process_state::ready;
        const bool is_ready = co_await gives_document(program, document_timeout);
        if (is_ready && !was_ready) became_ready(p);
        if (!is_ready && was_ready) {
            log::warning("up", "{} does not answer", p.name);
            change_state(p, process_state::down);
        }
        co_await resume_after(is_ready ? looked_at_every : asked_again_after);
    }
}

}  // namespace cleave::topology
