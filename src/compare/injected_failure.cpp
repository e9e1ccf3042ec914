#include <fmt/format.h>

#include <boost/json.hpp>
#include <compare/failing_data.hpp>
#include <compare/injected_failure.hpp>
#include <set>
#include <sstream>

namespace cleave::compare {

namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

// Comments ask posts for the article: posts' own data is what fails.
constexpr std::string_view broken = "posts";

std::string text(const json::object& from, std::string_view key) {
    const auto* const found = from.if_contains(key);
    return found != nullptr && found->is_string() ? std::string(found->get_string())
                                                  : std::string();
}

struct trail {
    std::set<std::string> processes{};
    std::int64_t entries = 0;
    bool names_the_module = false;
};

// A JSON object a line.
trail in_logs(const trial& blog, const std::string& id) {
    trail out;
    std::istringstream lines(blog.command({"logs", "--trace", id, "--json"}).output);
    for (std::string line; std::getline(lines, line);) {
        boost::system::error_code failed;
        const auto read = json::parse(line, failed);
        if (failed || !read.is_object()) continue;
        ++out.entries;
        out.processes.insert(text(read.get_object(), "process"));
        for (const auto* const key : {"module", "process"})
            if (text(read.get_object(), key) == broken) out.names_the_module = true;
    }
    return out;
}

// As Zipkin reads them.
trail in_spans(const trial& blog, const std::string& id) {
    trail out;
    boost::system::error_code failed;
    const auto told = blog.command({"trace", id, "--format", "zipkin"});
    const auto read = json::parse(told.output, failed);
    if (told.code != 0 || failed || !read.is_array()) return out;
    for (const auto& span : read.get_array()) {
        ++out.entries;
        const auto& one = span.as_object();
        out.processes.insert(text(one.at("localEndpoint").as_object(), "serviceName"));
        const auto& tags = one.at("tags").as_object();
        if (text(tags, "cleave.module") == broken && tags.contains("error"))
            out.names_the_module = true;
    }
    return out;
}

// What the others write of it may come after the answer.
trail once_it_stays(trail (*look)(const trial&, const std::string&), const trial& blog,
                    const std::string& id) {
    constexpr int looks_max = 10;
    auto found = look(blog, id);
    for (int i = 1; i < looks_max; ++i) {
        auto again = look(blog, id);
        const bool stays = again.entries == found.entries && found.entries > 0;
        found = std::move(again);
        if (stays) break;
    }
    return found;
}

void add(record& out, std::string_view where, const trail& found) {
    out.add(fmt::format("{}_processes", where), static_cast<std::int64_t>(found.processes.size()));
    out.add(fmt::format("{}_entries", where), found.entries);
    out.add(fmt::format("{}_names_it", where), found.names_the_module ? 1 : 0);
}

void look_for_failure(const trial& blog, record& out) {
    const auto who = (blog.blog().author_of(0) + 1) % blog.blog().accounts();
    const auto answer = blog.ask({.method = "POST",
                                  .target = blog.blog().article_target(0) + "/comments",
                                  .token = blog.blog().token(who),
                                  .json = R"({"comment":{"body":"in vain"}})"});
    const auto id = answer.field("x-request-id");
    out.add("failed_status", answer.status);
    if (answer.status < 500 || id.empty()) {
        out.doubt(fmt::format("the request was to fail, and was answered {}", answer.status));
        return;
    }
    add(out, "log", once_it_stays(in_logs, blog, id));
    add(out, "span", once_it_stays(in_spans, blog, id));
}

}  // namespace

std::optional<record> injected_failure(const run_context& context, const mode& what,
                                       std::int64_t repeat, bool traced) {
    mode how = what;
    if (!traced) how.arguments.insert(how.arguments.end(), {"--set", "trace.one_in=0"});
    return with_failing_data(
        context, how, repeat, broken, [&](trial& blog, const program_that_can_fail& program) {
            auto out = blog.begin_record(traced ? "one failing request, traced"
                                                : "one failing request, not traced");
            context.tell("looking for a failure");
            program.fail();
            look_for_failure(blog, out);
            return out;
        });
}

std::vector<metric_facts> injected_failure_facts() {
    return {
        {"failed_status", "answered with status", "응답 상태", "count", "neither"},
        {"log_processes", "processes whose logs show it", "로그에 보이는 프로세스", "count"},
        {"log_entries", "log lines of it", "관련 로그 줄", "count", "neither"},
        {"log_names_it", "log names the module at fault", "로그가 원인 모듈을 밝힘", "count",
         "higher"},
        {"span_processes", "processes in its trace", "추적에 보이는 프로세스", "count", "neither"},
        {"span_entries", "spans of it", "관련 스팬", "count", "neither"},
        {"span_names_it", "trace names the module at fault", "추적이 원인 모듈을 밝힘", "count",
         "higher"}};
}

}  // namespace cleave::compare
