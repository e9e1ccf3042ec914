#pragma once
// Views since the last time they were published. Each I/O thread counts in a place of its own, so
// that counting costs a reader an uncontended lock and nothing else; a crash costs the last second.
#include <mutex>
#include <posts/api.hpp>
#include <unordered_map>
#include <vector>

namespace cleave::posts {

class view_counter {
public:
    explicit view_counter(std::size_t io_threads) : places_(io_threads) {}

    void count(std::int64_t article_id);  // on an I/O thread
    std::vector<article_views> take();    // on any thread
    void give_back(const std::vector<article_views>& counts);

private:
    struct alignas(64) place {
        std::mutex mutex;
        std::unordered_map<std::int64_t, std::int64_t> views;
    };
    std::vector<place> places_;
};

}  // namespace cleave::posts
