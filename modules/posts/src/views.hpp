#pragma once
// Views since the last time they were published. Each I/O thread counts in a place of its own, so
// that counting costs a reader an uncontended lock and a keyed hash, and nothing else; a crash
// costs the last second.
//
// Who a reader is stands nowhere: their address and user agent become a visitor's number, and what
// that was made with is gone a day later (views_visitor.hpp).
#include <base/clock.hpp>
#include <base/random.hpp>
#include <http/routing/route.hpp>
#include <mutex>
#include <posts/api.hpp>
#include <unordered_map>
#include <vector>

#include "views_visitor.hpp"

namespace cleave::posts {

class view_counter {
public:
    // Different readers and referrers a thread and second. Above it a view still counts for its
    // article, but for nobody in particular; the articles of such views are as many at most, and
    // what is above that as well is not counted.
    static constexpr std::size_t details_max = 1'000;

    view_counter(std::size_t io_threads, const wall_clock& clock, random_source& random);
    ~view_counter() { forget(salt_); }
    view_counter(const view_counter&) = delete;

    void count(std::int64_t article_id, const http::client_info& reader);  // on an I/O thread
    // On any thread, one at a time. Begins a new day where one has begun.
    std::vector<article_views> take();
    void give_back(const std::vector<article_views>& counts);

    // What visitors' numbers are made with today; on the thread that takes.
    visitor_key key() const;
    // The same as at another instance from now on. Ignored where it is none.
    void adopt(const visitor_key& other);

private:
    struct detail {
        std::int64_t article_id = 0;
        std::int64_t visitor = 0;  // 0: nobody in particular
        std::string referrer_host{};
        bool operator==(const detail&) const = default;
    };
    struct detail_hash {
        std::size_t operator()(const detail& d) const;
    };
    using sums = std::unordered_map<detail, std::int64_t, detail_hash>;
    struct alignas(64) place {
        std::mutex mutex;
        visitor_numbers visitors;
        sums views;
    };

    static void add(place& to, detail what, std::int64_t views);
    void begin_day(std::int64_t day, const visitor_salt& salt);

    const wall_clock& clock_;
    random_source& random_;
    std::int64_t day_ = 0;
    visitor_salt salt_{};
    std::vector<place> places_;
};

}  // namespace cleave::posts
