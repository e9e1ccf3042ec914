#pragma once
// Releases of a contract other than this one, as each of them would have declared it: an older one,
// which lacks fields that came since, and a newer one, which has a field, a method, an event kind
// and a code more. And what they are reached with: real HTTP.
#include <boost/asio/co_spawn.hpp>
#include <contract/proxy.hpp>
#include <events/feed_proxy.hpp>
#include <future>
#include <http/call_service.hpp>
#include <http/server.hpp>

namespace cleave::test {

namespace older {

struct author {
    std::int64_t id = 0;
    std::string username{};
    bool following = false;
};
BOOST_DESCRIBE_STRUCT(author, (), (id, username, following))

// Without `body`, which lists have not either.
struct article {
    std::int64_t id = 0;
    std::string slug{};
    std::string title{};
    std::string description{};
    std::vector<std::string> tag_list{};
    timestamp created_at{};
    timestamp updated_at{};
    bool favorited = false;
    std::int64_t favorites_count = 0;
    older::author author{};
};
BOOST_DESCRIBE_STRUCT(article, (),
                      (id, slug, title, description, tag_list, created_at, updated_at, favorited,
                       favorites_count, author))

struct page {
    std::vector<article> articles{};
    std::int64_t total = 0;
};
BOOST_DESCRIBE_STRUCT(page, (), (articles, total))

// Nobody could look for words, favourites or tags.
struct list_request {
    std::int64_t limit = 20;
    std::int64_t offset = 0;
    std::optional<std::string> author{};
};
BOOST_DESCRIBE_STRUCT(list_request, (), (limit, offset, author))

class posts {
public:
    static constexpr const char* module_name = "posts";
    virtual ~posts() = default;
    virtual task<page> list(query_context, list_request) = 0;
};
BOOST_DESCRIBE_STRUCT(posts, (), (list))

class posts_proxy final : public proxy_of<posts> {
public:
    using proxy_of::proxy_of;
    task<page> list(query_context c, list_request r) override {
        return call<&posts::list>(c, std::move(r));
    }
};

// Feeds had no epochs, and events no traces.
struct event {
    std::int64_t id = 0;
    std::string kind{};
    std::int64_t key = 0;
    timestamp at{};
    std::string body{};
};
BOOST_DESCRIBE_STRUCT(event, (), (id, kind, key, at, body))
struct feed_page {
    std::vector<event> events{};
};
BOOST_DESCRIBE_STRUCT(feed_page, (), (events))
struct feed_request {
    std::int64_t after = 0;
    std::int64_t limit = 256;
    std::int64_t wait_ms = 0;
};
BOOST_DESCRIBE_STRUCT(feed_request, (), (after, limit, wait_ms))

class feed {
public:
    static constexpr const char* module_name = "feed";
    virtual ~feed() = default;
    virtual task<feed_page> read(query_context, feed_request) = 0;
};
BOOST_DESCRIBE_STRUCT(feed, (), (read))

class feed_proxy final : public proxy_of<feed> {
public:
    using proxy_of::proxy_of;
    task<feed_page> read(query_context c, feed_request r) override {
        return call<&feed::read>(c, r);
    }
};

}  // namespace older

namespace newer {

struct article_ref {
    std::int64_t id = 0;
    std::string slug{};
    std::string title{};
    std::int64_t author_id = 0;
    std::optional<std::string> language{};
};
BOOST_DESCRIBE_STRUCT(article_ref, (), (id, slug, title, author_id, language))

struct get_request {
    std::string slug{};
    std::optional<bool> also_hidden{};
};
BOOST_DESCRIBE_STRUCT(get_request, (), (slug, also_hidden))

struct article_published {
    static constexpr const char* kind = "article_published";
    article_ref article{};
    std::vector<std::string> co_authors{};
};
BOOST_DESCRIBE_STRUCT(article_published, (), (article, co_authors))

struct article_pinned {
    static constexpr const char* kind = "article_pinned";
    std::int64_t article_id = 0;
};
BOOST_DESCRIBE_STRUCT(article_pinned, (), (article_id))

// A code that nobody knew.
enum class errc { gone };
BOOST_DESCRIBE_ENUM(errc, gone)
struct problem {
    newer::errc code = errc::gone;
    std::string subject{};
    std::string detail{};
    std::optional<std::string> pointer{};
};
BOOST_DESCRIBE_STRUCT(problem, (), (code, subject, detail, pointer))

class posts {
public:
    static constexpr const char* module_name = "posts";
    virtual ~posts() = default;
    virtual task<article_ref> find(query_context, get_request) = 0;
    virtual task<nothing> pin(command_context, get_request) = 0;
};
BOOST_DESCRIBE_STRUCT(posts, (), (find, pin))

class posts_proxy final : public proxy_of<posts> {
public:
    using proxy_of::proxy_of;
    task<article_ref> find(query_context c, get_request r) override {
        return call<&posts::find>(c, std::move(r));
    }
    task<nothing> pin(command_context c, get_request r) override {
        return call<&posts::pin>(c, std::move(r));
    }
};

}  // namespace newer

// A process of some release, on a listener of its own, and who calls it over HTTP.
class served_release {
public:
    explicit served_release(http::call_service::services all)
        : services_(std::move(all)),
          calls_(services_, no_routes_, credentials_),
          listener_(http::listen_on(http::parse_endpoint("127.0.0.1:0"))),
          upstream_("other", threads_, http::local_endpoint(listener_.get())),
          server_(threads_, std::move(listener_), calls_) {
        threads_.start();
        server_.start();
    }
    ~served_release() {
        std::promise<void> done;
        server_.drain(std::chrono::milliseconds(0), [&done] { done.set_value(); });
        done.get_future().wait();
        threads_.stop();
        threads_.join();
    }

    channel& at() { return channel_; }

    // On an I/O thread, to its end.
    template <class T>
    T run(async<T> work) {
        std::promise<T> done;
        auto answer = done.get_future();
        asio::co_spawn(threads_.context(0), std::move(work),
                       [&done](const std::exception_ptr& thrown, T value) {
                           if (thrown)
                               done.set_exception(thrown);
                           else
                               done.set_value(std::move(value));
                       });
        return answer.get();
    }

private:
    const http::credentials credentials_{{7}, &system_clock()};
    io_threads threads_{1};
    http::call_service::services services_;
    http::route_table no_routes_;
    http::call_service calls_;
    unique_fd listener_;
    http::upstream upstream_;
    http::remote_channel channel_{upstream_, credentials_};
    http::server server_;
};

}  // namespace cleave::test
