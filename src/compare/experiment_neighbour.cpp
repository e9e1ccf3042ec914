// One module is made hot, by logins, which are nothing but computing. What do the others' visitors
// notice?
#include <compare/experiments.hpp>

namespace cleave::compare {

namespace {

using std::chrono::milliseconds;

constexpr double rate_per_s = 200;
constexpr milliseconds warm_up{500};
constexpr std::size_t hot_connections = 8;

milliseconds window(const options& given) {
    return given.how_much == effort::full ? milliseconds(4'000) : milliseconds(1'500);
}

std::vector<record> measure(const run_context& context, const mode& what, std::int64_t repeat) {
    trial blog(context, what, repeat, small_blog);
    traffic reads{.rate_per_s = rate_per_s,
                  .kind = visit::read_article,
                  .warm_up = warm_up,
                  .duration = window(context.given)};
    auto quiet = blog.begin_record("reads, quiet");
    blog.load(reads, quiet);

    auto hot = blog.begin_record("reads beside a storm of logins");
    storm logins(blog, visit::log_in, hot_connections);
    reads.number = 1;
    blog.load(reads, hot);
    logins.end();
    const auto before = quiet.find("p99_ns").value_or(0), during = hot.find("p99_ns").value_or(0);
    if (before > 0) hot.add("p99_grows_per_1000", during * 1'000 / before);
    blog.stop();
    return {std::move(quiet), std::move(hot)};
}

milliseconds takes(const options& given) {
    return around_a_trial() + 2 * (warm_up + window(given));
}

}  // namespace

experiment neighbour() {
    return {.name = "neighbour",
            .question = "What do the others notice when one module is busy?",
            .question_ko = "모듈 하나가 바쁠 때 다른 모듈의 방문자는 무엇을 느끼는가?",
            .metrics = together(
                {latency_facts(),
                 answer_facts(),
                 resource_facts(),
                 {{"p99_grows_per_1000", "p99 beside quiet", "조용할 때 대비 p99", "per_1000"}}}),
            .modes = given_modes,
            .takes = takes,
            .measure = measure};
}

}  // namespace cleave::compare
