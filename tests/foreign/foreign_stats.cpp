#include <sys/wait.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <http/endpoint.hpp>
#include <http/openapi_routes.hpp>
#include <support/deliver.hpp>
#include <topology/program.hpp>

#include "foreign_stats.hpp"

namespace cleave::test {

namespace {

namespace fs = std::filesystem;

const sqlite::migration_list publisher_schema{"publisher", {}};

// Both consumers are called "stats": this one asks as somebody who only looks.
class unnamed_reader final : public events::feed {
public:
    explicit unnamed_reader(events::feed& source) : source_(source) {}
    task<events::feed_page> read(query_context context, events::feed_request request) override {
        request.consumer.reset();
        return source_.read(context, std::move(request));
    }

private:
    events::feed& source_;
};

class parked_proxy final : public proxy_of<events::parked_api> {
public:
    using proxy_of::proxy_of;
    task<events::parked_list> list(query_context c, events::parked_choice r) override {
        return call<&parked_api::list>(c, std::move(r));
    }
    task<events::retry_outcome> retry(command_context c, events::parked_choice r) override {
        return call<&parked_api::retry>(c, std::move(r));
    }
    task<events::parked_event> drop(command_context c, events::parked_choice r) override {
        return call<&parked_api::drop>(c, std::move(r));
    }
};

}  // namespace

publisher::publisher() {
    begin_anew();
}

void publisher::begin_anew() {
    logs_.push_back(std::make_unique<scratch_platform>(publisher_schema));
}

task<events::feed_page> publisher::read(query_context context, events::feed_request request) {
    return log().outbox.read(context, std::move(request));
}

program::program(std::vector<std::string> command, int listener) {
    topology::child_command what{.binary = topology::find_program(command.front()),
                                 .args = {command.begin() + 1, command.end()},
                                 .listeners = {{"internal", listener}}};
    child_ = topology::spawn(what);
}

program::~program() {
    if (child_.pid > 0) end(SIGKILL);
}

void program::end(int signal) {
    ::kill(child_.pid, signal);  // Not waited for yet, so the number is its own.
    ::waitpid(std::exchange(child_.pid, -1), nullptr, 0);
}

foreign_stats::foreign_stats() : settings_(data.path() / "stats.json") {
    own_.clock.advance(
        std::chrono::milliseconds(system_clock().now().unix_ms - own_.clock.now().unix_ms));
    services_.emplace("posts", make_call_handler<posts::api>(posts));
    services_.emplace("posts.feed", make_call_handler<events::feed>(posts_feed));
    services_.emplace("comments.feed", make_call_handler<events::feed>(comments_feed));
    services_.emplace("users.feed", make_call_handler<events::feed>(users_feed));
    const auto listen = [] { return http::listen_on(http::parse_endpoint("127.0.0.1:0")); };
    auto mine = listen();
    listener_ = listen();
    const auto here = http::to_string(http::local_endpoint(mine.get()));
    const auto there = http::local_endpoint(listener_.get());
    server_ = std::make_unique<http::server>(threads, std::move(mine), calls_);
    const json::object told{{"module", "stats"},
                            {"listen", http::to_string(there)},
                            {"data", data.path().string()},
                            {"key_file", app::internal_key_file(data.path()).string()},
                            {"peers", {{"users", here}, {"posts", here}, {"comments", here}}}};
    std::ofstream(settings_) << json::serialize(told);
    program_at_ = std::make_unique<http::upstream>("stats", threads, there);
    channel_ = std::make_unique<http::remote_channel>(*program_at_, credentials);
    foreign_ = std::make_unique<stats::proxy>(*channel_);
    foreign_events_ = std::make_unique<parked_proxy>(*channel_, "stats.events");
    foreign_saga_ = std::make_unique<saga::participant_proxy>(*channel_, "stats.saga");
    threads.start();
    server_->start();
    start();
}

foreign_stats::~foreign_stats() {
    program_.reset();
    on_thread([this] {
        for (auto* feed : {&posts_feed, &comments_feed, &users_feed}) feed->log().outbox.close();
    });
    std::promise<void> drained;
    server_->drain(std::chrono::milliseconds(0), [&drained] { drained.set_value(); });
    drained.get_future().wait();
    threads.stop();
    threads.join();
}

// SQLite's readers belong to a thread, and the publishers' are read on this one.
void foreign_stats::on_thread(const std::function<void()>& work) {
    std::promise<void> done;
    asio::post(threads.context(0), [&] {
        try {
            work();
            done.set_value();
        } catch (...) {
            done.set_exception(std::current_exception());
        }
    });
    done.get_future().get();
}

void foreign_stats::begin_anew(publisher& feed) {
    on_thread([&feed] {
        feed.log().outbox.close();
        feed.begin_anew();
    });
}

void foreign_stats::start() {
    const fs::path example = fs::path(CLEAVE_ROOT) / "docs" / "examples" / "stats-node";
    program_ = std::make_unique<program>(
        std::vector<std::string>{"node", (example / "main.mjs").string(), settings_.string()},
        listener_.get());
    REQUIRE(eventually([this] {
        const auto answer = send(sealed(http::verb::get, std::string(http::openapi_target), ""));
        return answer && answer->status == 200;
    }));
}

void foreign_stats::kill_and_start() {
    program_->end(SIGKILL);
    start();
}

void foreign_stats::stop_and_start() {
    program_->end(SIGTERM);
    start();
}

void foreign_stats::tell_raw(publisher& feed, std::string_view kind, const std::string& body,
                             std::int64_t key) {
    REQUIRE(feed.log().write([&](sqlite::connection& db) {
        feed.log().outbox.append_raw(db, kind, key, system_clock().now(), body, false);
    }));
}

void foreign_stats::deliver_to_native() {
    on_thread([this] {
        const auto bring = [this](std::string_view name, publisher& feed) {
            unnamed_reader reader(feed);
            deliver(own_.outbox, subscription_to(name, native_->subscriptions()), reader);
        };
        bring("posts", posts_feed);
        bring("comments", comments_feed);
        bring("users", users_feed);
    });
}

bool foreign_stats::has_asked_for_more(publisher& of) {
    bool has = false;
    on_thread([&] {
        const auto state = of.log().outbox.look();
        REQUIRE(state);
        const auto found = state->consumers.find("stats");
        has = found != state->consumers.end() && found->second.position == state->head;
    });
    return has;
}

void foreign_stats::settle() {
    deliver_to_native();
    for (auto* feed : {&posts_feed, &comments_feed, &users_feed})
        REQUIRE(eventually([&] { return has_asked_for_more(*feed); }));
}

http::client_request foreign_stats::sealed(http::verb method, std::string target, std::string body,
                                           envelope what) const {
    http::client_request out;
    out.method = method;
    out.target = std::move(target);
    out.body = std::move(body);
    http::seal(out, credentials, std::move(what));
    return out;
}

result<http::client_response> foreign_stats::send(http::client_request request,
                                                  std::chrono::milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    return asio::co_spawn(threads.context(0),
                          program_at_->send(std::move(request), http::recipient::owner, deadline),
                          asio::use_future)
        .get();
}

}  // namespace cleave::test
