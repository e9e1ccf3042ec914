#include <catch2/catch.hpp>
#include <config/table.hpp>
#include <topology/topology.hpp>

using namespace cleave;
using namespace cleave::config;

namespace {

enum class colour { red, green };
BOOST_DESCRIBE_ENUM(colour, red, green)

struct inner {
    number<"How long.", 1, 1'000> wait_ms = 75;
    flag<"Whether."> loud = false;
    secret_text<"A password."> password{};
};
BOOST_DESCRIBE_STRUCT(inner, (), (wait_ms, loud, password))

struct outer {
    address<"Where."> listen{"127.0.0.1:8080"};
    inner http{};
    list<"Who."> origins{{"*"}};
    choice<colour, "Which."> paint = colour::red;
};
BOOST_DESCRIBE_STRUCT(outer, (), (listen, http, origins, paint))

const std::vector<std::string> elsewhere{"placement", "CLEAVE_SUPERVISOR_FD"};

struct settings_under_test {
    outer values{};
    config::table all{values};

    void file(std::string_view text) { all.read_text(text, "a.toml", elsewhere); }
    void environment(std::vector<const char*> entries) {
        entries.push_back(nullptr);
        all.read_environment(entries.data(), elsewhere);
    }
    entry of(std::string_view key) const {
        for (auto& e : all.entries())
            if (e.key == key) return e;
        return {};
    }
};

template <class F>
std::string refusal(F&& attempt) {
    try {
        settings_under_test s;
        attempt(s);
    } catch (const topology::config_error& e) {
        return e.what();
    }
    return "";
}
std::string refused_file(std::string_view text) {
    return refusal([&](auto& s) { s.file(text); });
}
std::string refused_variable(const char* entry) {
    return refusal([&](auto& s) { s.environment({entry}); });
}

}  // namespace

TEST_CASE("a flag overrules the environment, and that the file, and that the default") {
    settings_under_test s;
    CHECK(s.of("http.wait_ms").origin == "default");
    s.file(
        "listen = \"127.0.0.1:1\"\norigins = [\"a\", \"b\"]\n[http]\nwait_ms = 1\nloud = true\n");
    CHECK(s.values.http.wait_ms == 1);
    CHECK(s.of("http.wait_ms").origin == "a.toml:4");
    s.environment({"HOME=/", "CLEAVE_HTTP_WAIT_MS=2", "CLEAVE_PAINT=green"});
    CHECK(s.values.http.wait_ms == 2);
    CHECK(s.of("http.wait_ms").origin == "CLEAVE_HTTP_WAIT_MS");
    s.all.read_assignment("http.wait_ms=3", "--set");
    CHECK(s.values.http.wait_ms == 3);
    CHECK(s.of("http.wait_ms").origin == "--set");
    CHECK(s.values.http.loud);
    CHECK(s.values.paint.value == colour::green);
    CHECK(s.values.origins.value == std::vector<std::string>{"a", "b"});
    CHECK(s.of("http.wait_ms").default_value == "75");
    s.environment({"CLEAVE_ORIGINS= x , y"});
    CHECK(s.values.origins.value == std::vector<std::string>{"x", "y"});
}

TEST_CASE("a key that nobody knows is refused with the nearest one") {
    CHECK(refused_file("lisen = \"127.0.0.1:1\"\n") ==
          "a.toml:1: unknown key \"lisen\" (did you mean \"listen\"?)");
    CHECK(refused_file("\n[http]\nwait_m = 1\n") ==
          "a.toml:3: unknown key \"http.wait_m\" (did you mean \"http.wait_ms\"?)");
    CHECK(refused_file("[htp]\nwait_ms = 1\n") ==
          "a.toml:1: unknown key \"htp\" (did you mean \"http\"?)");
    CHECK(refused_file("[placement]\nanything = 1\n").empty());
    CHECK(refused_variable("CLEAVE_HTTP_WAITMS=1") ==
          "the environment variable CLEAVE_HTTP_WAITMS is no setting (did you mean "
          "\"CLEAVE_HTTP_WAIT_MS\"?)");
    CHECK(refused_variable("CLEAVE_SUPERVISOR_FD=1").empty());
    CHECK(refused_variable("NOT_CLEAVE_X=1").empty());
    CHECK(refusal([](auto& s) { s.all.read_assignment("http.loudly=true", "--set"); }) ==
          "--set: unknown key \"http.loudly\" (did you mean \"http.loud\"?)");
    CHECK_FALSE(refusal([](auto& s) { s.all.read_assignment("http.loud", "--set"); }).empty());
}

TEST_CASE("a value that cannot be is refused with what it must be") {
    CHECK(refused_file("[http]\nwait_ms = 0\n") ==
          "a.toml:2: \"http.wait_ms\" must be a number from 1 to 1000");
    CHECK(refused_file("[http]\nwait_ms = 1001\n") ==
          "a.toml:2: \"http.wait_ms\" must be a number from 1 to 1000");
    for (const auto* wrong :
         {"[http]\nwait_ms = \"1\"\n", "[http]\nwait_ms = 1.5\n", "[http]\nloud = 1\n",
          "listen = 8080\n", "listen = \"nowhere\"\n", "origins = \"a\"\n", "origins = [1]\n",
          "paint = \"blue\"\n", "http = 1\n", "[listen]\n", "[listen]\nx = 1\n", "listen = \n",
          "listen = \"127.0.0.1:1\"\nlisten = \"127.0.0.1:1\"\n", "[[http]]\n"}) {
        INFO(wrong);
        CHECK(refused_file(wrong).starts_with("a.toml:"));
    }
    CHECK(refused_variable("CLEAVE_HTTP_WAIT_MS=") ==
          "CLEAVE_HTTP_WAIT_MS: \"http.wait_ms\" must be a number from 1 to 1000");
    for (const auto* wrong : {"CLEAVE_HTTP_WAIT_MS=1x", "CLEAVE_HTTP_LOUD=yes", "CLEAVE_PAINT=blue",
                              "CLEAVE_LISTEN=x", "CLEAVE_HTTP_WAIT_MS"})
        CHECK_FALSE(refused_variable(wrong).empty());
}

TEST_CASE("a secret is masked wherever it is shown, and is handed on all the same") {
    settings_under_test s;
    CHECK(s.of("http.password").value == "\"\"");
    s.file("[http]\npassword = \"blue whale\"\n");
    CHECK(s.of("http.password").value == "\"***\"");
    CHECK(s.all.sections_as_toml().find("blue whale") != std::string::npos);
    const auto wrong = refused_file("[http]\npassword = 7\n");
    CHECK(wrong.find("must be a text") != std::string::npos);
}

TEST_CASE("what is handed on reads as it was") {
    settings_under_test s, other;
    s.file("[http]\nwait_ms = 9\nloud = true\npassword = \"a \\\"b\\\" \\\\ c\\u0007\"\n");
    other.file(s.all.sections_as_toml());
    CHECK(other.values.http.wait_ms == 9);
    CHECK(other.values.http.loud);
    CHECK(other.values.http.password.value == s.values.http.password.value);
    CHECK(other.of("listen").origin == "default");
    const std::vector<std::string> all_of_it{"http"};
    CHECK(s.all.sections_as_toml(all_of_it).empty());
}
