#include <compare/experiments.hpp>
#include <thread>
#include <unordered_map>

namespace cleave::compare {

namespace {

constexpr std::chrono::seconds readable_within{15};
constexpr std::chrono::milliseconds look_again_after{50};

// How often each mark "12.34: " begins a comment's text in a list of them.
void count_marks(std::string_view body, std::unordered_map<std::string, int>& out) {
    constexpr std::string_view field = R"("body":")";
    for (auto at = body.find(field); at != body.npos; at = body.find(field, at)) {
        at += field.size();
        const auto end = body.find(": ", at);
        if (end != body.npos && end - at < 40) ++out[std::string(body.substr(at, end + 2 - at))];
    }
}

}  // namespace

void add_losses(record& out, trial& blog, const load_result& load, const traffic& what) {
    std::unordered_map<std::string, int> there;
    const auto gives_up = std::chrono::steady_clock::now() + readable_within;
    for (std::size_t i = 0; i < blog.blog().articles(); ++i) {
        const auto target = blog.blog().article_target(i) + "/comments";
        auto got = blog.ask({.target = target});
        while (got.status != 200 && std::chrono::steady_clock::now() < gives_up) {
            std::this_thread::sleep_for(look_again_after);
            got = blog.ask({.target = target});
        }
        if (got.status != 200) {
            out.doubts.emplace_back("what was written could not be read again");
            out.valid = false;
            return;
        }
        count_marks(got.body, there);
    }
    std::int64_t acknowledged = 0, lost = 0, doubled = 0;
    for (const auto& s : load.samples) {
        if (static_cast<visit>(s.kind) != visit::write_comment) continue;
        const auto found = there.find(blog.mark_of(what, s.index));
        const int times = found == there.end() ? 0 : found->second;
        if (s.how == outcome::right) {
            ++acknowledged;
            lost += times == 0 ? 1 : 0;
        }
        doubled += times > 1 ? 1 : 0;
    }
    out.add("acknowledged", acknowledged);
    out.add("lost", lost);
    out.add("doubled", doubled);
}

}  // namespace cleave::compare
