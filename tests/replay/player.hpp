#pragma once
// Replays a log against a blog, one request after the other, and tells what was answered.
#include <support/blog_client.hpp>
#include <support/running_blog.hpp>

#include "databases.hpp"
#include "log.hpp"
#include "normal.hpp"

namespace cleave::test {

class player {
public:
    explicit player(running_blog& blog)
        : blog_(blog), client_(blog.at()), databases_(blog.data()) {}

    // The normalised answers. Throws where an answer does not come at all.
    std::vector<std::string> play(const replay_log& log);
    normaliser& normal() { return normal_; }

private:
    std::string resolved(const std::string& text) const;
    std::string play(std::size_t number, const step& what);
    http_answer grant(const http_question& asked);
    void capture(std::size_t number, const http_answer& answer);
    void count_view(const http_question& asked, const http_answer& answer);
    void settle(bool views);

    running_blog& blog_;
    blog_client client_;
    databases databases_;
    normaliser normal_;
    std::map<std::string, std::string> captured_;  // by "kind:step"
    std::int64_t views_ = 0;
};

}  // namespace cleave::test
