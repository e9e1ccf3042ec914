#include <base/text.hpp>
#include <logs/log_service.hpp>

namespace cleave::logs {

namespace {

http::response refused(std::string_view key, std::string_view why) {
    return http::error_response(400, key, why);
}

// What is asked, and after which line of which book; or what is wrong with it.
struct read_question {
    question asked{};
    std::string book{};
    std::uint64_t after = 0;
    std::optional<http::response> wrong{};
};

read_question read(const http::request& r) {
    read_question out;
    auto& asked = out.asked;
    const auto text = [&r](std::string_view name) { return r.query_param(name).value_or(""); };
    const auto wrong = [&out](std::string_view key, std::string_view why) {
        out.wrong = refused(key, why);
        return std::move(out);
    };
    if (const auto at = r.query_param("level");
        at && !boost::describe::enum_from_string(at->c_str(), asked.least))
        return wrong("level", "must be debug, info, warning or error");
    for (const auto& [name, into] :
         {std::pair("module", &asked.module), std::pair("process", &asked.process)}) {
        *into = text(name);
        if (!into->empty() && !is_plain_name(*into)) return wrong(name, "cannot be called that");
    }
    for (const auto* const name : {"request", "trace"})
        if (const auto id = r.query_param(name); id && !ask_about(asked, *id))
            return wrong(name, "must be 16 or 32 hex digits");
    if (const auto since = r.query_param("since")) {
        const auto moment = parse_rfc3339(*since);
        if (!moment) return wrong("since", "must be a moment in RFC 3339, UTC");
        asked.since = *moment;
    }
    if (const auto lines = r.query_param("lines");
        lines && (!read_number(*lines, asked.lines) || asked.lines > lines_max))
        return wrong("lines", "must be a number up to 10000");
    if (const auto after = r.query_param("after"); after && !read_number(*after, out.after))
        return wrong("after", "must be a number");
    out.book = text("book");
    return out;
}

}  // namespace

http::response answer_logs(const http::request& r, bool is_collected) {
    auto question = read(r);
    if (question.wrong) return std::move(*question.wrong);
    auto found = log::lines_after(question.after);
    // It counts from the beginning, and so does who asks.
    if (question.after != 0 && question.book != found.book) found = log::lines_after(0);
    log_answer out{.book = std::move(found.book),
                   .last = static_cast<std::int64_t>(found.last),
                   .gap = found.gap,
                   .collected = is_collected,
                   .processes = std::move(found.processes)};
    std::erase_if(found.lines,
                  [&](const log::kept_line& line) { return !fits(line, question.asked); });
    const auto count = std::min(found.lines.size(), question.asked.lines);
    for (auto i = found.lines.size() - count; i < found.lines.size(); ++i)
        out.lines.push_back(to_record(found.lines[i]));
    http::response answer;
    append_json(answer.body, out);
    return answer;
}

}  // namespace cleave::logs
