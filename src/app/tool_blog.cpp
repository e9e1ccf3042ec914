#include <app/known_modules.hpp>
#include <app/manifest.hpp>
#include <app/tool_blog.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <topology/run_files.hpp>
#include <topology/status.hpp>

namespace cleave::app {

namespace {

constexpr std::chrono::seconds call_patience(60);
constexpr std::chrono::milliseconds look_again_after(20);

}  // namespace

command_context tool_command() {
    command_context c;
    c.deadline = std::chrono::steady_clock::now() + call_patience;
    return c;
}

tool_blog::tool_blog(std::filesystem::path data, users::settings users) : data_(std::move(data)) {
    const auto storage = layout_of(data_);
    check_manifest(data_, storage);
    if (const auto status = topology::fetch_status(data_))
        for (const auto& p : status->processes)
            if (p.role != topology::instance_role::replica)
                for (const auto& module : p.modules) owners_.emplace(module, p);
    blog_settings settings;
    settings.data = data_;
    settings.storage = storage;
    settings.users = users;
    for (const auto& m : known_modules())
        if (!owners_.contains(m.name)) settings.here.insert(m.name);
    settings.on_fatal = [](const std::string& why) {
        log::error("store", "{}; this ends now", why);
        std::_Exit(70);
    };
    credentials_ = {load_internal_key(data_), &system_clock()};
    blog_ = std::make_unique<app::blog>(std::move(settings), threads_, *this);
}

tool_blog::~tool_blog() = default;

channel& tool_blog::channel_to(std::string_view module) {
    const auto owner = owners_.find(module);
    if (owner == owners_.end()) throw std::logic_error("no process runs " + std::string(module));
    const auto& name = owner->second.name;
    auto& found = channels_[name];
    if (!found) {
        const auto address = topology::address_for_tools(data_, owner->second);
        auto& process = processes_[name];
        process = std::make_unique<http::upstream>(name, threads_, http::parse_endpoint(address));
        found = std::make_unique<http::remote_channel>(*process, credentials_);
    }
    return *found;
}

void tool_blog::run(std::function<async<void>(tool_blog&)> work) {
    blog_->start();
    asio::co_spawn(threads_.context(0), work_then_stop(std::move(work)), asio::detached);
    threads_.run();
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

async<void> tool_blog::work_then_stop(std::function<async<void>(tool_blog&)> work) {
    try {
        co_await work(*this);
    } catch (...) {
        thrown_ = std::current_exception();
    }
    blog_->close_feeds();
    co_await blog_->stop();
    threads_.stop();
}

// Twice in a row, since one module's effect may be another one's event.
async<void> tool_blog::settle() {
    for (int quiet = 0; quiet < 2;) {
        const bool done = blog_->has_caught_up().value_or(true);
        quiet = done ? quiet + 1 : 0;
        if (!done) co_await resume_after(look_again_after);
    }
}

}  // namespace cleave::app
