#pragma once
// What every benchmark does to a running blog: fills it, asks it, loads it.
#include <compare/load.hpp>
#include <functional>
#include <http/client.hpp>
#include <map>
#include <string>
#include <vector>

#include "serve_alone.hpp"

namespace cleave::bench {

// Programs that are started afterwards inherit it.
void pin_to(int core);
int last_core();

// The blog under load has core 0, whoever loads it the last one.
served serve_pinned(const std::filesystem::path& data);
// The same as several processes: arguments of `cleave up`.
served serve_split_pinned(const std::filesystem::path& data, std::vector<std::string> arguments);

struct wanted {
    http::verb method = http::verb::get;
    std::string target{};
    std::string body{};
    unsigned status = 200;
};

// Asks one blog, from outside. Throws std::runtime_error where an answer is not the expected one.
class driver {
public:
    explicit driver(std::string address);

    std::string ask(const wanted& w);
    // As many at once as there are connections; `make` is called with 0, 1, … count - 1.
    void ask_all(int count, const std::function<wanted(int)>& make);

    // Signs up; what is asked from now on is asked as this user.
    void become(const std::string& username);
    const std::string& token() const { return token_; }
    const std::string& address() const { return address_; }

private:
    async<void> one_of_many(int& next, int count, const std::function<wanted(int)>& make);
    async<std::string> send(const wanted& w);

    std::string address_;
    io_threads threads_;
    http::client client_;
    std::string token_;
};

// Articles whose JSON is about 1.2 KB each. Their paths, newest last.
std::vector<std::string> publish(driver& blog, int count);

// Requests a second that wrk gets answered 200 with 32 connections, each path in turn; as whoever
// has the token, if there is one.
double requests_per_second(const std::string& address, const std::vector<std::string>& paths,
                           const std::string& token = {});

// What cleave_bare_sqlite prints, from a file of its own in the folder.
std::map<std::string, double> bare_sqlite(const std::filesystem::path& folder, int articles);

// What the load generator of `cleave compare` needs to send something.
compare::load_target target_at(const std::string& address, std::size_t connections);
compare::call get_call(const std::string& address, const std::string& path);
compare::call post_call(const std::string& address, const std::string& path,
                        const std::string& token, const std::string& body, unsigned status);

}  // namespace cleave::bench
