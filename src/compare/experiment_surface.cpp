// Nothing runs: what there is to look after is counted. And where one failure shows up.
#include <compare/experiments.hpp>
#include <compare/injected_failure.hpp>
#include <compare/proc.hpp>
#include <compare/recorded_changes.hpp>
#include <compare/scraping.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace cleave::compare {

namespace {

using std::chrono::milliseconds;

std::int64_t lines_of(std::string_view text) {
    return std::ranges::count(text, '\n');
}

// TCP sockets that listen, of all its processes: /proc/net/tcp by the inodes in /proc/PID/fd.
std::int64_t ports_of(const system_under_test& system) {
    std::set<std::string> inodes;
    std::error_code ignored;
    for (const auto& p : system.processes())
        for (const auto& fd : std::filesystem::directory_iterator(
                 "/proc/" + std::to_string(p.pid) + "/fd", ignored)) {
            const auto to = std::filesystem::read_symlink(fd.path(), ignored).string();
            constexpr std::string_view socket = "socket:[";
            if (to.starts_with(socket))
                inodes.insert(to.substr(socket.size(), to.size() - socket.size() - 1));
        }
    std::int64_t count = 0;
    for (const auto* file : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        std::ifstream in(file);
        std::string line;
        std::getline(in, line);  // the heading
        while (std::getline(in, line)) {
            std::istringstream fields(line);
            std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout, inode;
            fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >>
                timeout >> inode;
            if (state == "0A" && inodes.contains(inode)) ++count;
        }
    }
    return count;
}

std::int64_t files_of(const std::filesystem::path& data, std::string_view part) {
    std::int64_t count = 0;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data, ignored)) {
        const auto name = entry.path().filename().string();
        if (name.ends_with(part)) ++count;
    }
    return count;
}

std::vector<std::string> effective_config(const trial& blog, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"topology", "show", "--toml"});
    const auto shown = blog.command(std::move(arguments));
    std::vector<std::string> out;
    if (shown.code != 0) return out;
    std::istringstream lines(shown.output);
    for (std::string line; std::getline(lines, line);) out.push_back(line);
    return out;
}

// Of the topology, those that are not so without any configuration; and settings, as they are given
// on the command line. A topology file's other settings are not seen.
std::int64_t config_lines(const trial& blog, const mode& what) {
    const auto plain = effective_config(blog, {});
    std::int64_t count = std::ranges::count(what.arguments, "--set");
    for (const auto& line : effective_config(blog, what.arguments))
        if (std::ranges::find(plain, line) == plain.end()) ++count;
    return count;
}

// The metric series that a monitoring system gets: what is not a comment in each /metrics.
std::int64_t metric_series(const trial& blog) {
    std::int64_t count = 0;
    for (const auto& p : blog.processes()) {
        std::istringstream in(read_metrics(p));
        for (std::string line; std::getline(in, line);)
            if (!line.empty() && line.front() != '#') ++count;
    }
    return count;
}

std::vector<record> measure(const run_context& context, const mode& what, std::int64_t repeat) {
    auto all = change_records(context, repeat);
    trial blog(context, what, repeat, small_blog);
    auto out = blog.begin_record("counted");
    out.add("processes", static_cast<std::int64_t>(blog.system().processes().size()) - 1);
    out.add("ports", ports_of(blog.system()));
    out.add("databases", files_of(blog.system().data(), ".db"));
    out.add("keys", files_of(blog.system().data() / "keys", ""));
    out.add("config_lines", config_lines(blog, what));
    std::vector<std::string> show{"topology", "show"};
    show.insert(show.end(), what.arguments.begin(), what.arguments.end());
    if (const auto shown = blog.command(std::move(show)); shown.code == 0)
        out.add("topology_lines", lines_of(shown.output));
    out.add("metric_series", metric_series(blog));
    out.add("log_streams", static_cast<std::int64_t>(blog.processes().size()));
    out.add("start_up_ms", blog.start_up_ms());
    blog.stop();
    all.insert(all.begin(), std::move(out));
    // It shows up where it shows up: looking once is enough.
    if (repeat > 0) return all;
    for (const bool traced : {true, false})
        if (auto found = injected_failure(context, what, repeat, traced))
            all.push_back(std::move(*found));
    return all;
}

milliseconds takes(const options& given) {
    return around_a_trial() + milliseconds(500) + 2 * milliseconds(1'200) / given.repeats;
}

}  // namespace

experiment surface() {
    return {.name = "surface",
            .question = "How much is there to look after?",
            .question_ko = "돌봐야 할 것은 얼마나 되는가?",
            .metrics = together({{{"processes", "processes", "프로세스", "count"},
                                  {"ports", "TCP ports that listen", "수신 TCP 포트", "count"},
                                  {"databases", "database files", "데이터베이스 파일", "count"},
                                  {"keys", "key files", "키 파일", "count"},
                                  {"config_lines", "config lines that are not the default",
                                   "기본값과 다른 설정 줄", "count"},
                                  {"topology_lines", "lines of the effective topology",
                                   "유효 토폴로지 줄 수", "count"},
                                  {"log_streams", "log streams", "로그 스트림", "count"},
                                  {"metric_series", "metric series", "메트릭 시계열", "count"},
                                  {"start_up_ms", "start to first answer", "첫 응답까지", "ms"}},
                                 injected_failure_facts(),
                                 change_facts()}),
            .modes = given_modes,
            .takes = takes,
            .measure = measure};
}

}  // namespace cleave::compare
