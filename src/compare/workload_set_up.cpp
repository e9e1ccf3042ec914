#include <fmt/format.h>
#include <base/encoding.hpp>
#include <boost/asio/co_spawn.hpp>
#include <compare/load_engine.hpp>
#include <compare/workload.hpp>

namespace cleave::compare {

namespace {

constexpr std::size_t lanes = 8;
constexpr std::chrono::seconds patience{60};
constexpr std::chrono::milliseconds look_again_after{10};
constexpr std::chrono::milliseconds notice_stop_after{50};

// Of `"name":"value"`; values that JSON would escape do not occur in what is asked for.
std::string value_of(std::string_view body, std::string_view name) {
    const auto key = fmt::format(R"("{}":")", name);
    const auto at = body.find(key);
    if (at == std::string_view::npos)
        throw set_up_failed(fmt::format("there is no {} in {}", name, body.substr(0, 200)));
    const auto begin = at + key.size();
    return std::string(body.substr(begin, body.find('"', begin) - begin));
}

}  // namespace

class workload::filler {
public:
    filler(workload& blog, const load_target& target) : blog_(blog) {
        for (std::size_t i = 0; i < lanes; ++i) links_.emplace_back(context_, target.peer);
    }

    void run(const std::atomic<bool>& stop) {
        const auto gives_up = steady::now() + patience;
        const auto finish = [&] {
            context_.restart();
            while (!context_.stopped()) {
                context_.run_for(notice_stop_after);
                if (stop) throw set_up_failed("stopped");
                if (steady::now() > gives_up)
                    throw set_up_failed(fmt::format("not filled within {} s", patience.count()));
            }
        };
        spawn(sign_up_and_publish());
        finish();
        // In parallel, so that commits are shared; in order where order shows.
        for (std::size_t i = 0; i < lanes; ++i) spawn(comment_on_every(i));
        finish();
        spawn(until_all_are_told());
        finish();
    }

private:
    void spawn(async<void> work) {
        asio::co_spawn(context_, std::move(work), [](const std::exception_ptr& thrown) {
            if (thrown) std::rethrow_exception(thrown);
        });
    }

    async<std::string> ask(connection& link, std::string bytes, unsigned status) {
        const reply got = co_await link.exchange(bytes);
        if (got.how == transport::answered && got.status == status) co_return std::string(got.body);
        throw set_up_failed(fmt::format("{} answered {} {}", bytes.substr(0, bytes.find(" HTTP")),
                                        got.status, got.body.substr(0, 200)));
    }

    // One after the other: the order of articles shows in lists.
    async<void> sign_up_and_publish() {
        auto& link = links_.front();
        for (auto& who : blog_.accounts_) {
            const auto json = fmt::format(
                R"({{"user":{{"username":"{0}","email":"{0}@example.test","password":"{1}"}}}})",
                who.name, password);
            const auto bytes = to_bytes({"POST", "/api/users", {}, json});
            auto body = co_await ask(link, bytes, 201);
            who.token = value_of(body, "token");
        }
        for (auto& a : blog_.articles_) {
            const auto json = fmt::format(
                R"({{"article":{{"title":"{}","description":"{}","body":"{}","tagList":["{}"]}}}})",
                a.title, a.text.substr(0, a.text.find('.')), a.text, tag);
            const auto& token = blog_.accounts_[a.author].token;
            const auto bytes = to_bytes({"POST", "/api/articles", token, json});
            auto body = co_await ask(link, bytes, 201);
            a.slug = value_of(body, "slug");
            a.target = "/api/articles/" + percent_encode(a.slug);
        }
    }

    async<void> comment_on_every(std::size_t lane) {
        for (std::size_t i = lane; i < blog_.articles_.size(); i += lanes) {
            const auto& a = blog_.articles_[i];
            for (std::size_t k = 0; k < a.comments.size(); ++k) {
                const auto json = fmt::format(R"({{"comment":{{"body":"{}"}}}})", a.comments[k]);
                const auto& token = blog_.commenter(a, k).token;
                const auto bytes = to_bytes({"POST", a.target + "/comments", token, json});
                co_await ask(links_[lane], bytes, 201);
            }
        }
    }

    async<void> until_all_are_told() {
        steady_timer pause(context_);
        for (std::size_t i = 0; i < blog_.accounts_.size(); ++i) {
            const auto enough = fmt::format(R"("notificationsCount":{},)", blog_.told_of(i));
            const auto bytes =
                to_bytes({"GET", "/api/notifications?limit=1", blog_.accounts_[i].token, {}});
            while ((co_await ask(links_.front(), bytes, 200)).find(enough) == std::string::npos) {
                pause.expires_after(look_again_after);
                co_await pause.async_wait(use_async_tuple);
            }
        }
    }

    workload& blog_;
    asio::io_context context_{1};
    std::deque<connection> links_{};
};

void workload::set_up(const load_target& target, const std::atomic<bool>& stop) {
    filler(*this, target).run(stop);
}

}  // namespace cleave::compare
