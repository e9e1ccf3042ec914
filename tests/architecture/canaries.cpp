#include "canaries.hpp"

namespace cleave::architecture {

namespace {

constexpr std::string_view posts_cpp = "modules/posts/src/module.cpp";
constexpr std::string_view posts_store = "modules/posts/src/store.cpp";
constexpr std::string_view posts_cmake = "modules/posts/CMakeLists.txt";
constexpr std::string_view posts_readme = "modules/posts/README.md";
constexpr std::string_view posts_api = "modules/posts/api/posts/api.hpp";
constexpr std::string_view posts_sql = "modules/posts/migrations/0001_items.sql";

const std::vector<canary> include_canaries{
    {"include-by-name", posts_cpp, "\n#include \"../../users/src/store.hpp\"\n",
     "modules/posts/src/module.cpp:2"},
    {"include-by-name", "src/app/compose.cpp", "#include <modules/posts/src/store.hpp>\n",
     "src/app/compose.cpp:1"},
    {"include-by-name", posts_cpp, "// #include \"../../users/src/store.hpp\"\n", ""},
    {"include-by-name", posts_cpp, "auto text = R\"(\n#include \"../a.hpp\"\n)\";\n", ""},

    {"declared-module", posts_cpp, "#include <users/api.hpp>\n#include <comments/api.hpp>\n",
     "modules/posts/src/module.cpp:2"},
    {"declared-module", "modules/posts/tests/store_test.cpp", "#  include \"comments/api.hpp\"\n",
     "modules/posts/tests/store_test.cpp:1"},
    {"declared-module", posts_cpp, "/*\n#include <comments/api.hpp>\n*/\n", ""},
    {"declared-module", posts_cmake, "cleave_module(posts # see ADR\n  FOLLOWS\n  comments)\n", ""},

    {"api-is-public", posts_cpp, "#include <users/module.hpp>\n", "modules/posts/src/module.cpp:1"},
    {"api-is-public", posts_cpp, "#include <users/api.hpp>\n#include <posts/module.hpp>\n", ""},

    {"module-vocabulary", posts_cpp, "#include <http/server.hpp>\n",
     "modules/posts/src/module.cpp:1"},
    {"module-vocabulary", posts_api, "#include <app/compose.hpp>\n",
     "modules/posts/api/posts/api.hpp:1"},
    {"module-vocabulary", posts_cpp, "#include <http/routing/route.hpp>\n#include <string>\n", ""},

    {"platform-knows-no-blog", "src/gateway/gateway.hpp", "#include <posts/api.hpp>\n",
     "src/gateway/gateway.hpp:1"},
    {"platform-knows-no-blog", "src/cli/run.cpp", "#include <users/module.hpp>\n",
     "src/cli/run.cpp:1"},
    {"platform-knows-no-blog", "src/app/make.cpp", "#include <users/proxy.hpp>\n", ""},

    {"layers", "src/base/clock.hpp", "#include <contract/proxy.hpp>\n", "src/base/clock.hpp:1"},
    {"layers", "src/http/server.hpp", "#include <sqlite/connection.hpp>\n",
     "src/http/server.hpp:1"},
    {"layers", "src/http/tests/server_test.cpp", "#include <gateway/gateway.hpp>\n",
     "src/http/tests/server_test.cpp:1"},
    {"layers", "src/helpers/all.hpp", "#include <string>\n", "src/helpers/all.hpp:1"},
    {"layers", "src/gateway/gateway.hpp", "#include <topology/status.hpp>\n", ""},

    {"beast-in-http", "src/gateway/gateway.hpp", "#include <boost/beast/core.hpp>\n",
     "src/gateway/gateway.hpp:1"},
    {"beast-in-http", "src/http/routing/route.hpp", "#include <boost/beast/http/verb.hpp>\n",
     "src/http/routing/route.hpp:1"},
    // Nor by way of another header.
    {"beast-in-http", "src/app/compose.cpp", "#include <string>\n#include <http/parser.hpp>\n",
     "src/app/compose.cpp:2"},
    {"beast-in-http", "src/app/compose.cpp", "#include <http/server.hpp>\n", ""},

    {"sqlite3-in-sqlite", posts_store, "#include <sqlite3.h>\n", "modules/posts/src/store.cpp:1"},
    {"sqlite3-in-sqlite", "src/sqlite/connection.hpp", "#include <sqlite3.h>\n",
     "modules/comments/src/module.cpp:2"},
    {"sqlite3-in-sqlite", "tests/bench/more.cpp", "#include <sqlite3.h>\n", ""},

    {"curl-in-outward", posts_store, "#include <curl/curl.h>\n", "modules/posts/src/store.cpp:1"},
    {"curl-in-outward", "src/outward/sender.cpp", "#include <curl/curl.h>\n", ""},
};

const std::vector<canary> module_canaries{
    {"rooms", "modules/posts/src/rules.cpp", taken_away, "modules/posts/src/rules.cpp:1"},
    {"rooms", "modules/posts/tests/store_test.cpp", taken_away, "modules/posts/tests/:1"},
    {"rooms", "modules/posts/CMakeLists.txt", taken_away, "modules/posts/CMakeLists.txt:1"},
    {"rooms", "modules/posts/src/passwords.cpp", "int more;\n", ""},

    {"declared-in-cmake", posts_cmake, "\ncleave_module(pots CALLS users)\n",
     "modules/posts/CMakeLists.txt:2"},
    {"declared-in-cmake", posts_cmake, "# cleave_module(posts CALLS users)\n",
     "modules/posts/CMakeLists.txt:1"},
    {"declared-in-cmake", posts_cmake, "cleave_module(posts CALLS user)\n",
     "modules/posts/CMakeLists.txt:1"},
    {"declared-in-cmake", posts_cmake, "cleave_module(posts FOLLOWS comments users)\n", ""},

    {"no-back-door", posts_cmake,
     "cleave_module(posts)\ntarget_link_libraries(cleave_posts PRIVATE cleave_comments)\n",
     "modules/posts/CMakeLists.txt:2"},
    {"no-back-door", posts_cmake,
     "cleave_module(posts)\ntarget_include_directories(cleave_posts PRIVATE ../users/src)\n",
     "modules/posts/CMakeLists.txt:2"},
    {"no-back-door", posts_cmake,
     "cleave_module(posts)\ntarget_link_libraries(cleave_posts PRIVATE PkgConfig::sodium)\n", ""},

    {"no-cycle", "modules/users/CMakeLists.txt", "cleave_module(users CALLS users)\n",
     "modules/users/CMakeLists.txt:1"},
    {"no-cycle", "modules/users/CMakeLists.txt", "cleave_module(users FOLLOWS comments)\n",
     "modules/posts/CMakeLists.txt:1"},
    {"no-cycle", "modules/posts/CMakeLists.txt", "cleave_module(posts CALLS users)\n", ""},

    {"readme-tells-the-truth", posts_readme, "Calls: users, comments\nFollows: nobody\n",
     "modules/posts/README.md:1"},
    {"readme-tells-the-truth", posts_readme, "Follows: nobody\n", "modules/posts/README.md:1"},
    {"readme-tells-the-truth", posts_readme, "\n| Calls | `users` |\n| Follows | users |\n",
     "modules/posts/README.md:3"},
    {"readme-tells-the-truth", posts_readme, "**Calls**: `users`\n**Follows**: none\n", ""},

    {"contract-of-values", posts_api, "struct a {\n    std::string_view text;\n};\n",
     "modules/posts/api/posts/api.hpp:2"},
    {"contract-of-values", posts_api, "struct a {\n    const a* next = nullptr;\n};\n",
     "modules/posts/api/posts/api.hpp:2"},
    {"contract-of-values", posts_api, "virtual task<a> get(query_context, const a& what) = 0;\n",
     "modules/posts/api/posts/api.hpp:1"},
    {"contract-of-values", posts_api, "bool operator==(const a& other) const = default;\n", ""},
};

const std::vector<canary> data_canaries{
    {"tables-bear-the-name", posts_sql, "CREATE TABLE IF NOT EXISTS articles (id INTEGER);\n",
     "modules/posts/migrations/0001_items.sql:1"},
    {"tables-bear-the-name", posts_sql,
     "CREATE TABLE posts_a (id INTEGER);\ncreate unique index by_id ON posts_a (id);\n",
     "modules/posts/migrations/0001_items.sql:2"},
    {"tables-bear-the-name", posts_sql, "ALTER TABLE posts_a RENAME TO articles;\n",
     "modules/posts/migrations/0001_items.sql:1"},
    {"tables-bear-the-name", posts_sql,
     "-- create table a\nCREATE VIRTUAL TABLE \"posts_a\" USING fts5(b);\n"
     "ALTER TABLE posts_a RENAME b TO c;\n",
     ""},

    {"own-tables-only", posts_store, "auto a = \"SELECT 1 \"\n    \"FROM users_items\";\n",
     "modules/posts/src/store.cpp:1"},
    {"own-tables-only", posts_store,
     "auto a = R\"(\n  select p.id from posts_items p,\n    users_items u)\";\n",
     "modules/posts/src/store.cpp:3"},
    {"own-tables-only", posts_store, "run(\"INSERT OR IGNORE INTO users_items VALUES (1)\");\n",
     "modules/posts/src/store.cpp:1"},
    {"own-tables-only", posts_store, "run(\"UPDATE OR FAIL main.users_items SET a = 1\");\n",
     "modules/posts/src/store.cpp:1"},
    {"own-tables-only", posts_sql,
     "CREATE TABLE posts_a (\n  id INTEGER REFERENCES users_items (id)\n);\n",
     "modules/posts/migrations/0001_items.sql:2"},
    {"own-tables-only", posts_sql, "CREATE INDEX posts_i ON users_items (id);\n",
     "modules/posts/migrations/0001_items.sql:1"},
    {"own-tables-only", posts_store,
     "run(\"SELECT users_seen FROM (SELECT users_seen FROM posts_a JOIN posts_b ON users_seen = "
     "1)\"\n"
     "    \"WHERE users_seen IN (1, 2)\");  // FROM users_items\n",
     ""},

    {"sql-in-store", posts_cpp, "db.run(\"DELETE FROM posts_items\");\n",
     "modules/posts/src/module.cpp:1"},
    {"sql-in-store", posts_cpp,
     "\n\nauto a = R\"(\n  with x as (select id from posts_items)\n)\";\n",
     "modules/posts/src/module.cpp:3"},
    {"sql-in-store", "modules/posts/src/search_store.cpp", "run(\"DELETE FROM posts_items\");\n",
     ""},
    {"sql-in-store", posts_cpp, "fail(\"could not update the set, or select from the page\");\n",
     ""},

    {"migrations-in-step", "modules/posts/migrations/0003_more.sql", "SELECT 1;\n",
     "modules/posts/migrations/0003_more.sql:1"},
    {"migrations-in-step", "modules/posts/migrations/2-more.sql", "SELECT 1;\n",
     "modules/posts/migrations/2-more.sql:1"},
    {"migrations-in-step", "modules/posts/src/0002_more.sql", "SELECT 1;\n",
     "modules/posts/src/0002_more.sql:1"},
    {"migrations-in-step", "modules/posts/migrations/0002_more.sql", "SELECT 1;\n", ""},
};

const std::vector<canary> code_canaries{
    {"no-braces-in-await", posts_cpp, "auto x = co_await api.get({1});\n",
     "modules/posts/src/module.cpp:1"},
    {"no-braces-in-await", posts_cpp, "auto x =\n    co_await api.get(\n        request{1});\n",
     "modules/posts/src/module.cpp:3"},
    {"no-braces-in-await", posts_cpp, "if (auto x = co_await api.get(r)) { y = a{1}; }\n", ""},
    {"no-braces-in-await", posts_cpp, "co_await run([&]() -> result<int> { return a{1}; });\n", ""},
    {"no-braces-in-await", posts_cpp, "co_await f(\"{\", '{' /* { */);  // {\nx = y{1};\n", ""},

    {"no-owner-in-await", posts_cpp, "auto x = co_await db.run([title] { return 1; });\n",
     "modules/posts/src/module.cpp:1"},
    {"no-owner-in-await", posts_cpp,
     "co_await db.run(\n    [&, t = std::move(t)](auto& db) { return 1; });\n",
     "modules/posts/src/module.cpp:2"},
    {"no-owner-in-await", posts_cpp, "co_await run([=] { return 1; });\n",
     "modules/posts/src/module.cpp:1"},
    {"no-owner-in-await", posts_cpp, "co_await run([*this] { return 1; });\n",
     "modules/posts/src/module.cpp:1"},
    {"no-owner-in-await", posts_cpp, "co_await run([this, &a](auto& db) { return b[c]; });\n", ""},
    {"no-owner-in-await", posts_cpp, "co_await handlers[i](r);\nauto job = [r] { return 1; };\n",
     ""},

    {"tests-do-not-sleep", "tests/system/blog_test.cpp", "std::this_thread::sleep_for(1s);\n",
     "tests/system/blog_test.cpp:1"},
    {"tests-do-not-sleep", "modules/posts/tests/store_test.cpp", "\n::sleep (1);\n",
     "modules/posts/tests/store_test.cpp:2"},
    {"tests-do-not-sleep", "tests/system/blog.sh", "#!/bin/sh\nuntil ready; do sleep 1; done\n",
     "tests/system/blog.sh:2"},
    {"tests-do-not-sleep", "tests/system/wait", "import time\ntime.sleep(1)\n",
     "tests/system/wait:2"},
    {"tests-do-not-sleep", "tests/system/blog_test.cpp", "log(\"sleep(1)\");  // sleep_for\n", ""},

    {"time-is-handed-in", posts_cpp, "auto now = std::chrono::steady_clock::now();\n",
     "modules/posts/src/module.cpp:1"},
    {"time-is-handed-in", posts_store, "auto now = cleave::system_clock().now();\n",
     "modules/posts/src/store.cpp:1"},
    {"time-is-handed-in", posts_cpp, "\nstd::random_device seed;\n",
     "modules/posts/src/module.cpp:2"},
    {"time-is-handed-in", posts_cpp, "auto now = given_.clock.now();\nrow.time(1);\n", ""},
    {"time-is-handed-in", "modules/posts/tests/store_test.cpp",
     "const auto until = std::chrono::steady_clock::now() + 5s;\n", ""},
};

}  // namespace

std::vector<canary> canaries() {
    std::vector<canary> all;
    for (const auto* group : {&include_canaries, &module_canaries, &data_canaries, &code_canaries})
        all.insert(all.end(), group->begin(), group->end());
    return all;
}

}  // namespace cleave::architecture
