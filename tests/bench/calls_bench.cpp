// What each way to call a module costs: one article of about 1.2 KB, read again and again by one
// coroutine on one thread.
#include <fmt/format.h>
#include <app/blog.hpp>
#include <app/known_modules.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <future>
#include <http/server.hpp>
#include <support/scratch_folder.hpp>

#include "figures.hpp"
#include "serve_alone.hpp"

namespace {

using namespace cleave;
using clock_type = std::chrono::steady_clock;

constexpr int rounds = 5;
constexpr std::chrono::milliseconds round_time(400);

// The blog here, and its HTTP listener for those who come in by it.
class local_home final : public app::reachable {
public:
    local_home(const std::filesystem::path& data, io_threads& threads)
        : listener_(http::listen_on(http::parse_endpoint("127.0.0.1:0"))),
          credentials_{app::load_internal_key(data), &system_clock()},
          self_("main", threads, http::local_endpoint(listener_.get())),
          remote_(self_, credentials_) {
        app::blog_settings settings;
        settings.data = data;
        for (const auto& m : app::known_modules()) settings.here.insert(m.name);
        settings.users.cost = {1, 8};
        settings.on_fatal = [](const std::string& why) { throw std::runtime_error(why); };
        blog_ = std::make_unique<app::blog>(std::move(settings), threads, *this);
        calls_ =
            std::make_unique<http::call_service>(blog_->services(), blog_->routes(), credentials_);
        server_ = std::make_unique<http::server>(threads, std::move(listener_), *calls_);
        server_->start();
    }
    channel& channel_to(std::string_view) override { return remote_; }
    app::blog& blog() { return *blog_; }
    const http::credentials& credentials() const { return credentials_; }

private:
    unique_fd listener_;
    http::credentials credentials_;
    http::upstream self_;
    http::remote_channel remote_;
    std::unique_ptr<app::blog> blog_;
    std::unique_ptr<http::call_service> calls_;
    std::unique_ptr<http::server> server_;
};

async<std::string> seed(users::api& users, posts::api& posts) {
    const command_context nobody;
    users::register_request who{"ann", "ann@example.com", "correct horse"};
    const auto ann = co_await users.register_account(nobody, std::move(who));
    command_context context;
    context.caller = {ann.value().id, 1, role::author};
    posts::create_request what{
        "An article to read", "About a line of text", std::string(900, 'x'), {"bench", "calls"}};
    const auto made = co_await posts.create(context, std::move(what));
    co_return made.value().slug;
}

// Nanoseconds a call, the best of some rounds: what disturbs it only ever adds.
async<double> measure(posts::api& posts, std::string slug) {
    const query_context nobody;
    double best = 1e18;
    for (int round = 0; round < rounds; ++round) {
        const auto start = clock_type::now();
        auto now = start;
        std::int64_t calls = 0;
        for (; now - start < round_time; now = clock_type::now())
            for (int i = 0; i < 50; ++i, ++calls) {
                posts::get_request wanted{slug};
                const auto found = co_await posts.get(nobody, std::move(wanted));
                if (!found) throw std::runtime_error("a call failed: " + found.error().detail);
            }
        best = std::min(best, std::chrono::duration<double, std::nano>(now - start).count() /
                                  static_cast<double>(calls));
    }
    co_return best;
}

async<void> measure_all(local_home& home, http::upstream& elsewhere, bench::figures& out,
                        std::promise<void>& done) {
    app::blog& blog = home.blog();
    http::remote_channel process(elsewhere, home.credentials());
    serialized_channel serialized(blog.services().find("posts")->second);
    posts::proxy by_codec(serialized), by_loopback(home.channel_to("posts")), by_process(process);
    users::proxy users_elsewhere(process);
    const auto slug = co_await seed(blog.users(), blog.posts());
    co_await seed(users_elsewhere, by_process);
    struct way {
        const char* name;
        posts::api& posts;
    };
    const way ways[] = {{"direct", blog.posts()},
                        {"serialized", by_codec},
                        {"loopback", by_loopback},
                        {"process", by_process}};
    double direct = 0;
    for (const auto& w : ways) {
        const double us = co_await measure(w.posts, slug) / 1000;
        if (direct == 0) direct = us;
        out.add({w.name, us, "us a call"});
        out.add({fmt::format("{} / direct", w.name), us / direct, ""});
    }
    done.set_value();
}

}  // namespace

int main(int argc, char** argv) {
    bench::figures out(fmt::format("posts.get of an article of 1.2 KB, one coroutine, best of {} "
                                   "rounds of {} ms",
                                   rounds, round_time.count()),
                       argc, argv);
    const test::scratch_folder here, there;
    io_threads threads(1);
    local_home home(here.path(), threads);
    // The other process gets the same key, so that it knows who calls.
    std::filesystem::create_directories(there.path() / "keys");
    std::filesystem::copy(here.path() / "keys" / "internal.key", there.path() / "keys");
    const auto other = bench::serve_alone(there.path());
    http::upstream elsewhere("main", threads, http::parse_endpoint(other.internal));
    std::promise<void> done;
    asio::co_spawn(threads.context(0), measure_all(home, elsewhere, out, done),
                   [&](const std::exception_ptr& thrown) {
                       if (thrown) done.set_exception(thrown);
                   });
    threads.start();
    done.get_future().get();
    threads.stop();
    threads.join();
    return out.tell();
}
