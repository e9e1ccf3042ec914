#include <fmt/format.h>

#include <boost/json.hpp>
#include <compare/crash_witnesses.hpp>
#include <unordered_map>
#include <unordered_set>

namespace cleave::compare {

namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
using steady = std::chrono::steady_clock;

constexpr milliseconds pause_between{25}, look_again_after{50}, settled_within{10'000};
constexpr std::size_t article = 0;
constexpr std::int64_t page = 100;

json::value read(const std::string& text) {
    boost::system::error_code failed;
    auto out = json::parse(text, failed);
    return failed ? json::value() : out;
}

// Of which comments somebody was told, oldest first; nothing where not all pages were answered.
std::optional<std::vector<std::int64_t>> told_of(const trial& blog, const std::string& token) {
    std::vector<std::int64_t> out;
    for (std::int64_t offset = 0;; offset += page) {
        const auto got =
            blog.ask({.target = fmt::format("/api/notifications?limit={}&offset={}", page, offset),
                      .token = token});
        const auto all = read(got.body);
        if (got.status != 200 || !all.is_object()) return std::nullopt;
        const auto& some = all.at("notifications").as_array();
        for (const auto& n : some)
            if (const auto& id = n.at("commentId"); id.is_int64()) out.push_back(id.as_int64());
        if (static_cast<std::int64_t>(some.size()) < page) break;
    }
    std::ranges::reverse(out);
    return out;
}

// Until it holds, or the patience is over.
template <class F>
void until(F holds) {
    const auto gives_up = steady::now() + settled_within;
    while (!holds() && steady::now() < gives_up) std::this_thread::sleep_for(look_again_after);
}

}  // namespace

std::int64_t out_of_order(const std::vector<std::int64_t>& acknowledged,
                          const std::vector<std::int64_t>& told) {
    std::unordered_map<std::int64_t, std::size_t> place;
    for (std::size_t i = 0; i < acknowledged.size(); ++i) place[acknowledged[i]] = i;
    std::int64_t wrong = 0;
    std::optional<std::size_t> before;
    for (const auto id : told) {
        const auto found = place.find(id);
        if (found == place.end()) continue;
        if (before && found->second < *before) ++wrong;
        before = found->second;
    }
    return wrong;
}

steady_writer::steady_writer(const trial& blog) : blog_(blog) {
}

steady_writer::running::running(steady_writer& of) : thread_([this, &of] { of.write(over_); }) {
}

steady_writer::running::~running() {
    over_ = true;
}

void steady_writer::write(const std::atomic<bool>& over) {
    const auto& blog = blog_.blog();
    const auto who = (blog.author_of(article) + 1) % blog.accounts();
    for (int i = 0; !over; ++i) {
        const auto text = fmt::format(R"({{"comment":{{"body":"turn {}"}}}})", i);
        const auto got = blog_.ask({.method = "POST",
                                    .target = blog.article_target(article) + "/comments",
                                    .token = blog.token(who),
                                    .json = text});
        const auto made = read(got.body);
        if (got.status == 201 && made.is_object())
            acknowledged_.push_back(made.at("comment").at("id").as_int64());
        std::this_thread::sleep_for(pause_between);
    }
}

void steady_writer::add_order(record& out) const {
    const auto& blog = blog_.blog();
    std::vector<std::int64_t> told;
    std::int64_t missing = 0;
    until([&] {
        if (auto got = told_of(blog_, blog.token(blog.author_of(article)))) told = std::move(*got);
        const std::unordered_set<std::int64_t> known(told.begin(), told.end());
        missing =
            std::ranges::count_if(acknowledged_, [&](auto id) { return !known.contains(id); });
        return missing == 0;
    });
    out.add("in_turn", static_cast<std::int64_t>(acknowledged_.size()));
    out.add("out_of_order", out_of_order(acknowledged_, told));
    out.add("not_told", missing);
}

std::vector<leaver> sign_up_leavers(const trial& blog, int count) {
    std::vector<leaver> out;
    for (int i = 0; i < count; ++i) {
        const auto json =
            fmt::format(R"({{"user":{{"username":"leaver{0}","email":"leaver{0}@example.test",)"
                        R"("password":"{1}"}}}})",
                        i, workload::password);
        const auto made =
            read(blog.ask({.method = "POST", .target = "/api/users", .json = json}).body);
        if (!made.is_object() || !made.get_object().contains("user")) continue;
        leaver one{fmt::format("leaver{}@example.test", i),
                   std::string(made.at("user").at("token").as_string())};
        blog.ask({.method = "POST",
                  .target = blog.blog().article_target(article) + "/comments",
                  .token = one.token,
                  .json = R"({"comment":{"body":"before I go"}})"});
        out.push_back(std::move(one));
    }
    return out;
}

void begin_deletion(const trial& blog, const leaver& who) {
    constexpr int tries_max = 5;
    const auto json = fmt::format(R"({{"user":{{"password":"{}"}}}})", workload::password);
    for (int i = 0; i < tries_max; ++i) {
        const auto got =
            blog.ask({.method = "DELETE", .target = "/api/user", .token = who.token, .json = json});
        // 401: an earlier try was heard, though its answer was lost.
        if (got.status == 202 || got.status == 401) return;
        std::this_thread::sleep_for(look_again_after);
    }
}

std::optional<deletion_states> deletion_states_of(const trial& blog) {
    const auto told = blog.command({"saga", "list", "--json"});
    const auto list = read(told.output);
    if (told.code != 0 || !list.is_array()) return std::nullopt;
    deletion_states out;
    for (const auto& saga : list.get_array()) {
        ++out.all;
        if (saga.at("state") == "running") ++out.running;
        if (saga.at("state") == "completed") ++out.completed;
        if (saga.at("state") == "undone") ++out.undone;
    }
    return out;
}

void add_deletions(record& out, const trial& blog, std::size_t asked_for) {
    std::optional<deletion_states> last;
    until([&] {
        if (const auto now = deletion_states_of(blog)) last = now;
        return last && last->half_done() == 0;
    });
    if (!last) {
        out.doubts.emplace_back("`cleave saga list` did not answer");
        return;
    }
    out.add("deletions", last->all);
    out.add("deletions_refused", static_cast<std::int64_t>(asked_for) - last->all);
    out.add("completed", last->completed);
    out.add("compensated", last->undone);
    out.add("half_done", last->half_done());
}

}  // namespace cleave::compare
