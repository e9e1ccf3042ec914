// An article read over HTTP, one core for the server and one for wrk: cleave, and bare Beast that
// sends the same bytes. The two alternate in one run, and the ratio of their medians is the result.
#include <sched.h>

#include <fmt/format.h>
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <fstream>
#include <http/client.hpp>
#include <support/scratch_folder.hpp>
#include <vector>

#include "serve_alone.hpp"

namespace {

using namespace cleave;

constexpr int repeats = 3;
constexpr const char* wrk_options = "-t1 -c32 -d4s";

void pin_to(int core) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(core, &cores);
    sched_setaffinity(0, sizeof cores, &cores);
}

// One request, blocking; throws where the answer is not the expected one.
std::string request(const std::string& address, http::client_request r, unsigned expected) {
    io_threads threads(1);
    http::client client(threads, http::parse_endpoint(address));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    auto answer =
        asio::co_spawn(threads.context(0), client.send(std::move(r), deadline), asio::use_future);
    threads.start();
    auto got = answer.get();
    if (!got || got->status != expected)
        throw std::runtime_error("unexpected answer: " + (got ? got->body : got.error().detail));
    return got->body;
}

std::string post(const std::string& address, std::string target, std::string headers,
                 std::string body) {
    http::client_request r;
    r.method = http::verb::post;
    r.target = std::move(target);
    r.headers = std::move(headers);
    r.body = std::move(body);
    return request(address, std::move(r), 201);
}

// The path of an article whose JSON is about 1.2 KB.
std::string publish_one(const std::string& address) {
    const auto user = boost::json::parse(
        post(address, "/api/users", "",
             R"({"user":{"username":"ann","email":"a@b.c","password":"correct horse"}})"));
    const std::string token(user.at("user").at("token").as_string());
    const auto made = boost::json::parse(
        post(address, "/api/articles", "Authorization: Token " + token + "\r\n",
             R"({"article":{"title":"An article to read","description":"About a line of text",)"
             R"("tagList":["bench","http"],"body":")" +
                 std::string(850, 'x') + R"("}})"));
    return "/api/articles/" + std::string(made.at("article").at("slug").as_string());
}

double requests_per_second(const std::string& address, const std::string& path) {
    const std::string command = fmt::format("wrk {} http://{}{} 2>&1", wrk_options, address, path);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> wrk(popen(command.c_str(), "r"), pclose);
    std::string output;
    char buffer[512];
    while (wrk && std::fgets(buffer, sizeof buffer, wrk.get())) output += buffer;
    const auto at = output.find("Requests/sec:");
    if (at == std::string::npos || output.find("Non-2xx") != std::string::npos)
        throw std::runtime_error("wrk is not there, or got other answers than 200:\n" + output);
    return std::stod(output.substr(at + 13));
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

}  // namespace

int main() {
    const test::scratch_folder data;
    const int cores = static_cast<int>(std::thread::hardware_concurrency());
    pin_to(0);
    const auto cleave = bench::serve_alone(data.path());
    const std::string path = publish_one(cleave.public_at);
    http::client_request get;
    get.target = path;
    const std::string article = request(cleave.public_at, std::move(get), 200);
    std::ofstream(data.path() / "article.json") << article;

    const auto port_file = data.path() / "port";
    const test::child_process bare(CLEAVE_BARE_BEAST, {(data.path() / "article.json").string()},
                                   {port_file, data.path() / "bare.log"});
    test::eventually([&] { return test::text_of(port_file).ends_with('\n'); });
    const std::string bare_at = "127.0.0.1:" + std::to_string(std::stoi(test::text_of(port_file)));

    pin_to(cores - 1);
    if (cores < 2) fmt::print("one core only: wrk takes its share of it\n");
    std::vector<double> beast, ours;
    for (int i = 0; i < repeats; ++i) {
        beast.push_back(requests_per_second(bare_at, "/"));
        ours.push_back(requests_per_second(cleave.public_at, path));
    }
    fmt::print("GET {} ({} bytes), wrk {}, one core, median of {}\n\n", path, article.size(),
               wrk_options, repeats);
    fmt::print("{:<14} {:>12}\n", "server", "requests/s");
    fmt::print("{:<14} {:>12.0f}\n", "bare Beast", median(beast));
    fmt::print("{:<14} {:>12.0f}\n", "cleave", median(ours));
    fmt::print("{:<14} {:>12.2f}\n", "ratio", median(ours) / median(beast));
}
