#include "driver.hpp"

#include <sched.h>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <support/scratch_folder.hpp>
#include <thread>

namespace cleave::bench {

namespace {

constexpr int lanes = 64;
constexpr const char* wrk_options = "-t1 -c32 -d4s";

std::string output_of(const std::string& command) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> program(popen(command.c_str(), "r"),
                                                                  pclose);
    std::string output;
    char buffer[512];
    while (program && std::fgets(buffer, sizeof buffer, program.get())) output += buffer;
    return output;
}

}  // namespace

void pin_to(int core) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(core, &cores);
    sched_setaffinity(0, sizeof cores, &cores);
}

int last_core() {
    return static_cast<int>(std::thread::hardware_concurrency()) - 1;
}

served serve_pinned(const std::filesystem::path& data) {
    pin_to(0);
    auto out = serve_alone(data);
    pin_to(last_core());
    return out;
}

served serve_split_pinned(const std::filesystem::path& data, std::vector<std::string> arguments) {
    pin_to(0);
    auto out = serve_split(data, std::move(arguments));
    pin_to(last_core());
    return out;
}

driver::driver(std::string address)
    : address_(std::move(address)), threads_(1), client_(threads_, http::parse_endpoint(address_)) {
    threads_.start();
}

async<std::string> driver::send(const wanted& w) {
    http::client_request r;
    r.method = w.method;
    r.target = w.target;
    if (!token_.empty()) r.headers = "Authorization: Token " + token_ + "\r\n";
    r.body = w.body;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    auto got = co_await client_.send(r, deadline);
    if (!got || got->status != w.status)
        throw std::runtime_error(
            fmt::format("{}: unexpected answer: {}", w.target,
                        got ? std::to_string(got->status) + " " + got->body : got.error().detail));
    co_return std::move(got->body);
}

std::string driver::ask(const wanted& w) {
    return asio::co_spawn(threads_.context(0), send(w), asio::use_future).get();
}

async<void> driver::one_of_many(int& next, int count, const std::function<wanted(int)>& make) {
    while (next < count) {
        const wanted w = make(next++);
        co_await send(w);
    }
}

void driver::ask_all(int count, const std::function<wanted(int)>& make) {
    int next = 0;
    std::vector<std::future<void>> all;
    all.reserve(lanes);
    for (int i = 0; i < lanes; ++i)
        all.push_back(
            asio::co_spawn(threads_.context(0), one_of_many(next, count, make), asio::use_future));
    for (auto& one : all) one.get();
}

void driver::become(const std::string& username) {
    token_.clear();
    wanted w{http::verb::post, "/api/users", {}, 201};
    w.body = fmt::format(
        R"({{"user":{{"username":"{0}","email":"{0}@example.com","password":"correct horse"}}}})",
        username);
    token_ = boost::json::parse(ask(w)).at("user").at("token").as_string();
}

std::vector<std::string> publish(driver& blog, int count) {
    const auto make = [](int i) {
        wanted w{http::verb::post, "/api/articles", {}, 201};
        w.body = fmt::format(
            R"({{"article":{{"title":"An article to read {}","description":"About a line of text",)"
            R"("tagList":["bench","http"],"body":"{}"}}}})",
            i, std::string(850, 'x'));
        return w;
    };
    blog.ask_all(count, make);
    std::vector<std::string> paths;
    paths.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
        paths.push_back(fmt::format("/api/articles/an-article-to-read-{}", i));
    return paths;
}

double requests_per_second(const std::string& address, const std::vector<std::string>& paths,
                           const std::string& token) {
    const test::scratch_folder scratch;
    std::ofstream list(scratch.path() / "paths");
    for (const auto& path : paths) list << path << '\n';
    list.close();
    std::ofstream(scratch.path() / "script.lua")
        << "local all, at = {}, 0\n"
           "function init(args)\n"
        << (token.empty() ? ""
                          : fmt::format("  wrk.headers[\"Authorization\"] = \"Token {}\"\n", token))
        << "  for path in io.lines(\"" << (scratch.path() / "paths").string()
        << "\") do all[#all + 1] = wrk.format(\"GET\", path) end\n"
           "end\n"
           "function request() at = at % #all + 1; return all[at] end\n";
    const auto output = output_of(fmt::format("wrk {} -s {} http://{}/ 2>&1", wrk_options,
                                              (scratch.path() / "script.lua").string(), address));
    const auto at = output.find("Requests/sec:");
    if (at == std::string::npos || output.find("Non-2xx") != std::string::npos)
        throw std::runtime_error("wrk is not there, or got other answers than 200:\n" + output);
    return std::stod(output.substr(at + 13));
}

std::map<std::string, double> bare_sqlite(const std::filesystem::path& folder, int articles) {
    const auto out = folder / "bare.txt";
    pin_to(0);
    test::child_process program(CLEAVE_BARE_SQLITE, {folder.string(), std::to_string(articles)},
                                {out, folder / "bare.log"});
    pin_to(last_core());
    if (program.wait(std::chrono::minutes(2)) != 0)
        throw std::runtime_error("bare SQLite failed: " + test::text_of(folder / "bare.log"));
    std::map<std::string, double> values;
    std::istringstream lines(test::text_of(out));
    std::string name;
    for (double value = 0; lines >> name >> value;) values[name] = value;
    return values;
}

compare::load_target target_at(const std::string& address, std::size_t connections) {
    const auto colon = address.rfind(':');
    const auto port = static_cast<asio::ip::port_type>(std::stoi(address.substr(colon + 1)));
    compare::load_target out;
    out.peer = {asio::ip::make_address(address.substr(0, colon)), port};
    out.connections = connections;
    return out;
}

compare::call get_call(const std::string& address, const std::string& path) {
    compare::call out;
    out.bytes = fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", path, address);
    return out;
}

compare::call post_call(const std::string& address, const std::string& path,
                        const std::string& token, const std::string& body, unsigned status) {
    compare::call out;
    out.bytes = fmt::format(
        "POST {} HTTP/1.1\r\nHost: {}\r\nAuthorization: Token {}\r\nContent-Type: "
        "application/json\r\nContent-Length: {}\r\n\r\n{}",
        path, address, token, body.size(), body);
    out.status = status;
    return out;
}

}  // namespace cleave::bench
