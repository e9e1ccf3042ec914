// Guessing passwords: an account that is guessed at is closed for a while, and an address that
// guesses at whatever account; and nobody else notices.
#include <catch2/catch.hpp>
#include <charconv>

#include "topology.hpp"

using namespace cleave::test;

namespace {

// `headers`: further whole lines.
http_answer login(blog_client& client, const std::string& email, std::string_view with = password,
                  const std::string& headers = {}) {
    const json::object user{{"email", email}, {"password", with}};
    return client.post("/api/users/login", json::object{{"user", user}}, {}, headers);
}

http_answer guess(blog_client& client, const std::string& email, const std::string& headers = {}) {
    return login(client, email, "a wrong guess", headers);
}

std::string forwarded_for(const std::string& addresses) {
    return "X-Forwarded-For: " + addresses + "\r\n";
}

int seconds_in(const std::string& text) {
    int seconds = 0;
    const auto* end = text.data() + text.size();
    REQUIRE(std::from_chars(text.data(), end, seconds).ptr == end);
    return seconds;
}

// Refused for at most so long.
void check_throttled(const http_answer& answer, int seconds_max) {
    check_error(answer, 429, "rate", "exceeded");
    const auto seconds = seconds_in(answer.field("retry-after"));
    CHECK(seconds >= 1);
    CHECK(seconds <= seconds_max);
}

std::vector<std::string> arguments_with(const std::vector<std::string>& settings) {
    auto all = topology_arguments();
    for (const auto& setting : settings) all.insert(all.end(), {"--set", setting});
    return all;
}

}  // namespace

TEST_CASE("who guesses at an account is told to wait, and nobody else is") {
    // An hour: however slow this machine is, no guess comes back meanwhile.
    scratch_blog blog(arguments_with({"users.login_failures_per_account=3",
                                      "users.login_account_recovers_ms=3600000",
                                      "users.login_failures_per_address=1"}));
    blog_client client(blog->at()), elsewhere(blog->at());
    const auto victim = sign_up(client, "victim"), other = sign_up(client, "other");
    // Who gets it right has not failed.
    CHECK(login(client, victim.email).status == 200);
    for (int i = 0; i < 3; ++i)
        check_error(guess(client, victim.email), 401, "credentials", "invalid");
    for (int i = 0; i < 3; ++i) check_throttled(guess(client, victim.email), 3600);
    // A right guess is not told apart, nor is another connection or spelling.
    check_throttled(login(client, victim.email), 3600);
    check_throttled(login(elsewhere, "VICTIM" + victim.email.substr(6)), 3600);
    // Whoever is logged in stays so, and another account is as before: what this host guesses is
    // not counted against this host, else a proxy on it would lock everybody out.
    CHECK(client.get("/api/user", victim.token).status == 200);
    CHECK(login(client, other.email).status == 200);
    check_error(guess(client, other.email), 401, "credentials", "invalid");
    CHECK(login(elsewhere, other.email).status == 200);
    // That there is no such account shows nowhere.
    const std::string nobody = "nobody@example.com";
    for (int i = 0; i < 3; ++i) check_error(guess(client, nobody), 401, "credentials", "invalid");
    check_throttled(guess(client, nobody), 3600);
}

TEST_CASE("an address that guesses at many accounts is told to wait, and no other address is") {
    // This test is the proxy, since this host's own addresses are not counted.
    scratch_blog blog(
        arguments_with({"http.trusted_proxies=127.0.0.1", "users.login_failures_per_address=3",
                        "users.login_address_recovers_ms=3600000"}));
    blog_client client(blog->at());
    const auto who = sign_up(client);
    const auto guesser = forwarded_for("203.0.113.7"), reader = forwarded_for("203.0.113.8");
    for (int i = 0; i < 3; ++i)
        check_error(guess(client, unique_name("any") + "@example.com", guesser), 401, "credentials",
                    "invalid");
    check_throttled(guess(client, unique_name("any") + "@example.com", guesser), 3600);
    check_throttled(login(client, who.email, password, guesser), 3600);
    // Whatever else the guesser claims to be.
    const auto disguised = forwarded_for("203.0.113.8, 203.0.113.7");
    check_throttled(login(client, who.email, password, disguised), 3600);
    CHECK(login(client, who.email, password, reader).status == 200);
    CHECK(login(client, who.email).status == 200);
}

TEST_CASE("who waits may try again") {
    scratch_blog blog(arguments_with(
        {"users.login_failures_per_account=1", "users.login_account_recovers_ms=1000"}));
    blog_client client(blog->at());
    const auto victim = sign_up(client);
    check_error(guess(client, victim.email), 401, "credentials", "invalid");
    // On a slow machine the second is over before one of these comes too early.
    REQUIRE(eventually([&] { return guess(client, victim.email).status == 429; }));
    CHECK(eventually([&] { return login(client, victim.email).status == 200; }));
}
