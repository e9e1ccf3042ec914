#define CATCH_CONFIG_EXTERNAL_INTERFACES
#include <signal.h>

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <set>
#include <sstream>
#include <support/running_blog.hpp>

namespace cleave::test {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

// What blogs wrote in this test case; those that have ended left their text here.
class outputs {
public:
    void begin(const fs::path& file) { live_.insert(file); }
    void end(const fs::path& file) {
        live_.erase(file);
        ended_.push_back(text_of(file));
    }
    void forget_ended() { ended_.clear(); }
    void print(std::ostream& to) const {
        for (const auto& text : ended_) to << "---- a blog wrote, and ended:\n" << text;
        for (const auto& file : live_) to << "---- a blog wrote, and runs:\n" << text_of(file);
    }

private:
    std::set<fs::path> live_;
    std::vector<std::string> ended_;
};

outputs& all_outputs() {
    static outputs all;
    return all;
}

struct output_printer : Catch::TestEventListenerBase {
    using TestEventListenerBase::TestEventListenerBase;
    void testCaseStarting(const Catch::TestCaseInfo&) override { all_outputs().forget_ended(); }
    void testCaseEnded(const Catch::TestCaseStats& stats) override {
        if (!stats.totals.assertions.allOk()) all_outputs().print(std::cerr);
    }
};
CATCH_REGISTER_LISTENER(output_printer)

std::string text_or_empty(const json::object& from, std::string_view name) {
    const auto* value = from.if_contains(name);
    return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

// What a sanitizer reports when a process ends would go unseen: `up` only says that it ended, and
// perhaps no test case runs any more. So nobody is told of success.
void end_if_sanitizer_reported(const fs::path& log) {
    const auto text = text_of(log);
    for (const auto* report : {"ERROR: AddressSanitizer", "ERROR: LeakSanitizer",
                               "runtime error: ", "WARNING: ThreadSanitizer"})
        if (text.find(report) != std::string::npos) {
            std::cerr << "---- a sanitizer reported:\n" << text << std::flush;
            std::_Exit(1);
        }
}

// Where this run of `up` writes: beside the data directory, and not over an earlier run.
fs::path fresh_log(const fs::path& data) {
    int n = 1;
    const auto name = [&] { return fs::path(data.string() + ".up-" + std::to_string(n) + ".log"); };
    while (fs::exists(name())) ++n;
    return name();
}

}  // namespace

fs::path cleave_binary() {
    const char* named = std::getenv("CLEAVE_BINARY");
    return named ? named : CLEAVE_BUILT_BINARY;
}

finished run_cleave(const std::vector<std::string>& arguments) {
    return run_to_end(cleave_binary(), arguments);
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::vector<std::string> known_modules() {
    std::istringstream names(CLEAVE_MODULE_NAMES);
    return {std::istream_iterator<std::string>(names), {}};
}

bool process_info::runs(std::string_view module) const {
    return std::ranges::find(modules, module) != modules.end();
}

std::vector<process_info> parse_status(const std::string& text) {
    std::vector<process_info> found;
    const auto status = json::parse(text);
    for (const auto& entry : status.at("processes").as_array()) {
        const auto& from = entry.as_object();
        process_info p;
        p.name = from.at("name").as_string();
        p.pid = from.at("pid").to_number<pid_t>();
        p.state = from.at("state").as_string();
        p.restarts = from.at("restarts").to_number<std::int64_t>();
        for (const auto& module : from.at("modules").as_array())
            p.modules.emplace_back(module.as_string());
        p.internal = text_or_empty(from, "internal");
        p.ops = text_or_empty(from, "ops");
        p.public_address = text_or_empty(from, "public_address");
        found.push_back(std::move(p));
    }
    return found;
}

running_blog::running_blog(const fs::path& data, const std::vector<std::string>& arguments)
    : data_(data) {
    const auto log = fresh_log(data);
    output_ = {log, log};
    std::vector<std::string> all{"up", "--data", data.string(), "--listen", "127.0.0.1:0"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    all_outputs().begin(log);
    up_ = std::make_unique<child_process>(cleave_binary(), all, output_);
    const bool ready = eventually([this] { return !up_->runs() || is_ready(); });
    if (ready && up_->runs()) {
        for (const auto& p : processes())
            if (at_.empty()) at_ = p.public_address;
        return;
    }
    up_.reset();
    all_outputs().end(log);
    throw std::runtime_error("`cleave up` does not become ready");
}

void running_blog::forget() {
    forgotten_ = true;
}

running_blog::~running_blog() {
    if (forgotten_) {
        all_outputs().end(output_.out);
        return;
    }
    if (up_->runs()) {
        up_->signal(SIGCONT);
        stop();
    }
    // Only processes of this data directory, whose name no other test has.
    if (!eventually([this] { return processes_that_mention(data_).empty(); },
                    std::chrono::seconds(5)))
        for (const pid_t pid : processes_that_mention(data_)) ::kill(pid, SIGKILL);
    end_if_sanitizer_reported(output_.out);
    all_outputs().end(output_.out);
}

std::vector<process_info> running_blog::processes() const {
    http_peer up("unix:" + (data_ / "run" / "up.sock").string());
    http_question question;
    question.target = "/status";
    return parse_status(up.ask(question).body);
}

process_info running_blog::process_with(std::string_view module) const {
    for (auto& p : processes())
        if (p.runs(module)) return std::move(p);
    throw std::runtime_error("no process runs " + std::string(module));
}

std::vector<pid_t> running_blog::pids() const {
    std::vector<pid_t> all;
    for (const auto& p : processes()) all.push_back(p.pid);
    return all;
}

bool running_blog::is_ready() const {
    try {
        std::set<address> edges;  // several where there is no gateway
        for (const auto& p : processes()) {
            if (!p.is_ready()) return false;
            if (!p.public_address.empty()) edges.insert(p.public_address);
        }
        http_question question;
        question.target = "/readyz";
        return std::ranges::all_of(
            edges, [&](const auto& edge) { return http_peer(edge).ask(question).status == 200; });
    } catch (const not_connected&) {
        return false;
    } catch (const connection_lost&) {
        return false;
    }
}

std::optional<int> running_blog::stop() {
    up_->signal(SIGTERM);
    return up_->wait();
}

void running_blog::kill() {
    up_->signal(SIGKILL);
    up_->wait();
}

std::vector<std::string> running_blog::what_is_left() const {
    std::vector<std::string> left;
    for (const pid_t pid : processes_that_mention(data_))
        left.push_back("process " + std::to_string(pid));
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(data_ / "run", none))
        left.push_back(entry.path().string());
    return left;
}

scratch_blog::scratch_blog(const std::vector<std::string>& arguments)
    : data_(folder_.path() / "data"), blog_(std::make_unique<running_blog>(data_, arguments)) {
}

void scratch_blog::restart(const std::vector<std::string>& arguments) {
    blog_.reset();
    blog_ = std::make_unique<running_blog>(data_, arguments);
}

void scratch_blog::start_beside(const std::vector<std::string>& arguments) {
    auto next = std::make_unique<running_blog>(data_, arguments);
    blog_->forget();
    blog_ = std::move(next);
}

}  // namespace cleave::test
