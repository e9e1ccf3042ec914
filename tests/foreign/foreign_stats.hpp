#pragma once
// The stats module in node, run as `up` runs it, between publishers that a test writes for; and
// beside it the module of this program, which is told the same.
#include <app/keys.hpp>
#include <comments/api.hpp>
#include <events/feed_proxy.hpp>
#include <events/parked.hpp>
#include <functional>
#include <future>
#include <http/call_service.hpp>
#include <http/server.hpp>
#include <posts/api.hpp>
#include <saga/participant.hpp>
#include <stats/module.hpp>
#include <stats/proxy.hpp>
#include <support/eventually.hpp>
#include <support/fake_posts.hpp>
#include <support/scratch_platform.hpp>
#include <topology/spawn.hpp>
#include <users/api.hpp>

namespace cleave::test {

// A publisher whose log may be exchanged for another one, as a restore does.
class publisher final : public events::feed {
public:
    publisher();
    scratch_platform& log() { return *logs_.back(); }
    void begin_anew();
    task<events::feed_page> read(query_context context, events::feed_request request) override;

private:
    std::vector<std::unique_ptr<scratch_platform>> logs_;
};

// A program with a listener that is handed to it; it never outlives the test.
class program {
public:
    program(std::vector<std::string> command, int listener);
    ~program();
    program(const program&) = delete;
    // Waits for its end.
    void end(int signal);

private:
    topology::child_process child_;
};

class foreign_stats {
public:
    foreign_stats();
    ~foreign_stats();

    publisher posts_feed, comments_feed, users_feed;
    fake_posts posts;

    template <class Event>
    void tell(publisher& feed, const Event& what, std::int64_t key, timestamp at) {
        REQUIRE(feed.log().write(
            [&](sqlite::connection& db) { feed.log().outbox.append(db, key, at, what); }));
    }
    void tell_raw(publisher& feed, std::string_view kind, const std::string& body,
                  std::int64_t key);

    // The program is killed, and started again on what it had.
    void kill_and_start();
    void stop_and_start();
    // The publisher has another log from now on, as after a restore, with nothing in it.
    void begin_anew(publisher& feed);
    // Both have been told all that there is, and the program says so by asking for more.
    void settle();

    // What each of the two says.
    stats::api& foreign() { return *foreign_; }
    stats::api& native() { return *native_; }
    events::parked_api& foreign_events() { return *foreign_events_; }
    saga::participant& foreign_saga() { return *foreign_saga_; }

    // On the I/O thread, to its end.
    template <class T>
    result<T> ask(task<T> what) {
        return asio::co_spawn(threads.context(0), std::move(what), asio::use_future).get();
    }
    // A request as it is, to the program.
    result<http::client_response> send(http::client_request request,
                                       std::chrono::milliseconds patience = patience_of_one);
    http::client_request sealed(http::verb method, std::string target, std::string body,
                                envelope what = {}) const;

    std::filesystem::path journal() const { return data.path() / "stats-node" / "journal"; }

    static constexpr std::chrono::milliseconds patience_of_one{20'000};
    scratch_folder data;
    http::credentials credentials{app::load_internal_key(data.path()), &system_clock()};
    io_threads threads{1};

private:
    void on_thread(const std::function<void()>& work);
    void start();
    void deliver_to_native();
    bool has_asked_for_more(publisher& of);

    scratch_platform own_{stats::migrations};
    std::unique_ptr<stats::module> native_ = stats::make_module(own_.given(), posts);
    http::call_service::services services_;
    http::route_table no_routes_;
    http::call_service calls_{services_, no_routes_, credentials};
    std::unique_ptr<http::server> server_;
    unique_fd listener_;
    std::filesystem::path settings_;
    std::unique_ptr<http::upstream> program_at_;
    std::unique_ptr<http::remote_channel> channel_;
    std::unique_ptr<stats::proxy> foreign_;
    std::unique_ptr<events::parked_api> foreign_events_;
    std::unique_ptr<saga::participant> foreign_saga_;
    std::unique_ptr<program> program_;
};

}  // namespace cleave::test
