#include <algorithm>
#include <contract/codec.hpp>
#include <topology/ask.hpp>
#include <topology/run_files.hpp>
#include <topology/status.hpp>
#include <traces/fetch.hpp>

namespace cleave::traces {

namespace {

constexpr std::chrono::seconds answer_timeout{2};

result<span_answer> spans_from(io_threads& threads, const std::filesystem::path& socket,
                               const question& asked) {
    http::client_request request;
    request.target = target_of(asked);
    request.repeatable = true;
    const auto answer = topology::ask(threads, socket, request, answer_timeout);
    if (!answer) return fail(answer.error());
    if (answer->status != 200) return outcome_unknown();
    return decode<span_answer>(answer->body);
}

}  // namespace

result<fetched> fetch_spans(const std::filesystem::path& data, const question& asked) {
    const auto status = topology::fetch_status(data);
    if (!status) return fail(status.error());
    io_threads threads(1);
    threads.start();
    fetched out;
    for (const auto& p : status->processes) {
        auto answer = spans_from(threads, topology::socket_path(data, p.name), asked);
        if (!answer) {
            out.silent.push_back(p.name);
            continue;
        }
        for (auto& s : answer->spans)
            if (std::ranges::find(out.spans, s.id, &span_record::id) == out.spans.end())
                out.spans.push_back(std::move(s));
    }
    std::ranges::sort(out.spans, {}, &span_record::begin_unix_ns);
    return out;
}

std::vector<span_record> choose_roots(std::vector<span_record> roots, const question& asked) {
    if (asked.what == question::of::slow)
        std::ranges::sort(roots, std::greater(), &span_record::took_ns);
    else
        std::ranges::sort(roots, std::greater(), &span_record::end_unix_ns);
    if (roots.size() > asked.count) roots.resize(asked.count);
    return roots;
}

}  // namespace cleave::traces
