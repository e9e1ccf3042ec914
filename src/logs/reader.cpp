#include <algorithm>
#include <contract/codec.hpp>
#include <logs/reader.hpp>
#include <topology/ask.hpp>
#include <topology/run_files.hpp>
#include <topology/status.hpp>

namespace cleave::logs {

namespace {

constexpr std::chrono::seconds answer_timeout{2};

bool contains(const std::vector<std::string>& all, std::string_view one) {
    return std::ranges::find(all, one) != all.end();
}

// Of their times; what was written in the same millisecond stays in the order in which it came.
std::vector<log_record> in_order(std::vector<log_record> lines) {
    std::multimap<std::string, log_record> by_time;
    for (auto& line : lines) by_time.emplace(line.time, std::move(line));
    lines.clear();
    for (auto& [time, line] : by_time) lines.push_back(std::move(line));
    return lines;
}

}  // namespace

reader::reader(std::filesystem::path data, question asked)
    : data_(std::move(data)), asked_(std::move(asked)) {
    threads_.start();
}

result<log_answer> reader::ask(const std::string& socket) {
    const auto& at = places_[socket];
    const http::client_request request{.target = target_of(asked_, at.book, at.last),
                                       .repeatable = true};
    const auto answer =
        topology::ask(threads_, topology::socket_path(data_, socket), request, answer_timeout);
    if (!answer) return fail(answer.error());
    if (answer->status != 200) return outcome_unknown();
    return decode<log_answer>(answer->body);
}

void reader::take(page& into, const std::string& socket, log_answer answer) {
    auto& at = places_[socket];
    into.gap = into.gap || (answer.gap && answer.book == at.book && at.last > 0);
    at = {.book = std::move(answer.book), .last = answer.last};
    std::ranges::move(answer.lines, std::back_inserter(into.lines));
    for (auto& name : answer.processes)
        if (!contains(into.processes, name)) into.processes.push_back(std::move(name));
}

result<reader::page> reader::next() {
    page out;
    bool anybody = false, up_answers = false;
    // `up` first: whose lines it has need not be asked.
    auto sockets = topology::running_sockets(data_);
    if (const auto up = std::ranges::find(sockets, topology::up_socket); up != sockets.end())
        std::rotate(sockets.begin(), up, up + 1);
    for (const auto& socket : sockets) {
        if (contains(out.processes, socket)) continue;
        auto answer = ask(socket);
        if (!answer) {
            if (answer.error().code == errc::not_executed) continue;
            anybody = true;
            out.silent.push_back(socket);
            continue;
        }
        anybody = true;
        if (socket == topology::up_socket) up_answers = true;
        if (up_answers && answer->collected) continue;
        take(out, socket, std::move(*answer));
    }
    if (!anybody) return fail(errc::not_executed, "processes", "nothing runs on " + data_.string());
    out.lines = in_order(std::move(out.lines));
    if (out.lines.size() > asked_.lines)
        out.lines.erase(out.lines.begin(),
                        out.lines.end() - static_cast<std::ptrdiff_t>(asked_.lines));
    // What has come since is told whole.
    asked_.lines = lines_max;
    return out;
}

}  // namespace cleave::logs
