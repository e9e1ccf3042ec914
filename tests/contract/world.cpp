#include "world.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <catch2/catch.hpp>
#include <future>

#include "modes.hpp"

namespace cleave::test {

task<reply> repeating_channel::send(outgoing_call call) {
    if (call.repeatable()) {
        outgoing_call first = call;
        co_await inner_.send(std::move(first));
    }
    co_return co_await inner_.send(std::move(call));
}

// xorshift32: a seed replays a run on every machine.
unsigned lossy_channel::next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
}

task<reply> lossy_channel::send(outgoing_call call) {
    for (;;) {
        const bool lose_request = next() % 3 == 0, lose_reply = next() % 3 == 0;
        outgoing_call attempt = call;
        if (!lose_request) {
            auto answer = co_await inner_.send(std::move(attempt));
            if (!lose_reply || !call.repeatable()) co_return answer;
        } else if (!call.repeatable()) {
            co_return not_executed();
        }
    }
}

namespace {

// The blog in this process, with a listener for the mode that calls over HTTP.
class home_here final : public home, public app::reachable {
public:
    home_here(const std::filesystem::path& data, io_threads& threads, topology::local_calls local)
        : threads_(threads),
          listener_(http::listen_on(http::parse_endpoint("127.0.0.1:0"))),
          self_("main", threads, http::local_endpoint(listener_.get())),
          credentials_{app::load_internal_key(data), &system_clock()},
          local_(local) {
        app::blog_settings settings;
        settings.data = data;
        settings.here = {"users", "posts", "comments", "notifications", "stats"};
        settings.local = local;
        settings.users.cost = {1, 8};
        settings.on_fatal = [](const std::string& why) { throw std::runtime_error(why); };
        blog_ = std::make_unique<app::blog>(std::move(settings), threads, *this);
        calls_ =
            std::make_unique<http::call_service>(blog_->services(), blog_->routes(), credentials_);
        server_ = std::make_unique<http::server>(threads, std::move(listener_), *calls_);
        server_->start();
        blog_->start();
    }

    app::blog* direct() override {
        return local_ == topology::local_calls::direct ? blog_.get() : nullptr;
    }

    channel& channel_to(std::string_view module) override {
        if (local_ == topology::local_calls::serialized) {
            serialized_.push_back(
                std::make_unique<serialized_channel>(blog_->services().find(module)->second));
            return *serialized_.back();
        }
        remote_.push_back(std::make_unique<http::remote_channel>(self_, credentials_));
        return *remote_.back();
    }

    void stop() override {
        blog_->close_feeds();
        std::promise<void> done;
        asio::co_spawn(threads_.context(0), blog_->stop(),
                       [&done](const std::exception_ptr&) { done.set_value(); });
        done.get_future().wait();
    }

private:
    io_threads& threads_;
    unique_fd listener_;
    http::upstream self_;
    http::credentials credentials_;
    topology::local_calls local_;
    std::vector<std::unique_ptr<serialized_channel>> serialized_;
    std::vector<std::unique_ptr<http::remote_channel>> remote_;
    std::unique_ptr<app::blog> blog_;
    std::unique_ptr<http::call_service> calls_;
    std::unique_ptr<http::server> server_;
};

std::unique_ptr<home> make_home(calling_mode mode, const std::filesystem::path& data,
                                io_threads& threads) {
    using topology::local_calls;
    switch (mode) {
        case calling_mode::direct: return make_home_here(data, threads, local_calls::direct);
        case calling_mode::loopback: return make_home_here(data, threads, local_calls::loopback);
        case calling_mode::process: return make_home_elsewhere(data, threads);
        case calling_mode::serialized:
        case calling_mode::repeated:
        case calling_mode::lossy: break;
    }
    return make_home_here(data, threads, local_calls::serialized);
}

}  // namespace

std::unique_ptr<home> make_home_here(const std::filesystem::path& data, io_threads& threads,
                                     topology::local_calls local) {
    return std::make_unique<home_here>(data, threads, local);
}

world::world(calling_mode mode, unsigned seed)
    : mode_(mode), seed_(seed), home_(make_home(mode, folder_.path(), threads_)) {
    app::blog* here = home_->direct();
    users_ = make<users::proxy>(here ? &here->users() : nullptr);
    deletions_ = make<users::deletion_proxy>(here ? &here->deletions() : nullptr);
    posts_ = make<posts::proxy>(here ? &here->posts() : nullptr);
    comments_ = make<comments::proxy>(here ? &here->comments() : nullptr);
    notifications_ = make<notifications::proxy>(here ? &here->notifications() : nullptr);
    stats_ = make<stats::proxy>(here ? &here->stats() : nullptr);
    if (here) {
        for (const auto& s : here->stores())
            if (s->module == "posts")
                posts_feed_ = std::make_unique<events::feed_proxy>(*s->outbox);
    } else {
        const auto service = events::feed_service("posts");
        posts_feed_ = std::make_unique<events::feed_proxy>(reach(service), service);
    }
    threads_.start();
}

world::~world() {
    home_->stop();
    threads_.stop();
    threads_.join();
}

channel& world::reach(std::string_view module) {
    channel& plain = home_->channel_to(module);
    if (mode_ == calling_mode::repeated)
        wrapped_.push_back(std::make_unique<repeating_channel>(plain));
    else if (mode_ == calling_mode::lossy)
        wrapped_.push_back(std::make_unique<lossy_channel>(plain, seed_++ * 2654435761U | 1U));
    else
        return plain;
    return *wrapped_.back();
}

template <class Proxy, class Api>
std::unique_ptr<Proxy> world::make(Api* direct) {
    if (direct) return std::make_unique<Proxy>(*direct);
    return std::make_unique<Proxy>(reach(Proxy::module_name));
}

void in_mode(calling_mode mode, const std::function<async<void>(world&)>& body, unsigned seed) {
    world w(mode, seed);
    std::promise<void> done;
    asio::co_spawn(w.threads().context(0), body(w), [&done](const std::exception_ptr& thrown) {
        if (thrown)
            done.set_exception(thrown);
        else
            done.set_value();
    });
    done.get_future().get();
}

void in_every_mode(const std::function<async<void>(world&)>& body) {
    mp11::mp_for_each<describe::describe_enumerators<calling_mode>>([&](auto descriptor) {
        DYNAMIC_SECTION(descriptor.name) {
            in_mode(descriptor.value, body);
        }
    });
}

}  // namespace cleave::test
