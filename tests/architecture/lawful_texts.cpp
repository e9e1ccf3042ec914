#include "canaries.hpp"

namespace cleave::architecture {

namespace {

using texts = std::map<std::string, std::string>;

void add_module(texts& all, const std::string& name, const std::string& knows,
                const std::string& told) {
    const std::string folder = "modules/" + name + "/";
    all[folder + "CMakeLists.txt"] = "cleave_module(" + name + knows + ")\n";
    all[folder + "README.md"] = "# " + name + "\n\n- Calls: " + told + "\n- Follows: nobody\n";
    all[folder + "api/" + name + "/api.hpp"] =
        "struct item {\n    std::string title{};\n    std::int64_t id = 0;\n};\n"
        "class api {\npublic:\n    static constexpr std::string_view module_name = \"it\";\n"
        "    virtual task<item> get(query_context, item) = 0;\n};\n";
    all[folder + "api/" + name + "/proxy.hpp"] = "#include <contract/proxy.hpp>\n";
    all[folder + "api/" + name + "/module.hpp"] = "#include <http/routing/route.hpp>\n";
    all[folder + "src/module.cpp"] = "#include <" + name + "/module.hpp>\n#include \"store.hpp\"\n";
    all[folder + "src/rules.cpp"] = "#include \"rules.hpp\"\n";
    all[folder + "src/routes.cpp"] = "#include <http/routing/route.hpp>\n";
    all[folder + "src/store.cpp"] = "auto sql = \"SELECT id FROM " + name + "_items\";\n";
    all[folder + "src/store.hpp"] = "#include <sqlite/connection.hpp>\n";
    all[folder + "migrations/0001_items.sql"] =
        "CREATE TABLE " + name + "_items (id INTEGER PRIMARY KEY);\n";
    all[folder + "tests/store_test.cpp"] = "#include \"store.hpp\"\n";
}

}  // namespace

texts lawful_texts() {
    texts all;
    add_module(all, "users", "", "nobody");
    add_module(all, "posts", " CALLS users", "users");
    add_module(all, "comments", " CALLS posts users", "posts, users");
    all["src/main.cpp"] = "#include <cli/run.hpp>\n";
    all["src/cli/run.cpp"] = "#include <app/compose.hpp>\n";
    all["src/app/compose.cpp"] = "#include <gateway/gateway.hpp>\n#include <posts/module.hpp>\n";
    all["src/base/clock.hpp"] = "#include <cstdint>\n";
    all["src/base/boost/beast.cpp"] = "#include <boost/beast/src.hpp>\n";
    all["src/contract/proxy.hpp"] = "#include <base/clock.hpp>\n";
    all["src/gateway/gateway.hpp"] = "#include <http/server.hpp>\n";
    all["src/http/parser.hpp"] = "#include <boost/beast/http.hpp>\n";
    all["src/http/routing/route.hpp"] = "#include <contract/proxy.hpp>\n";
    all["src/http/server.cpp"] = "#include <http/server.hpp>\n#include \"parser.hpp\"\n";
    all["src/http/server.hpp"] = "#include <http/routing/route.hpp>\n";
    all["src/sqlite/connection.cpp"] = "#include <sqlite3.h>\n#include <sqlite/connection.hpp>\n";
    all["src/sqlite/connection.hpp"] = "struct sqlite3;\n";
    all["tests/bench/physics.cpp"] = "#include <boost/beast/http.hpp>\n#include <sqlite3.h>\n";
    all["tests/system/blog_test.cpp"] = "#include <posts/proxy.hpp>\n";
    all["tests/system/blog.sh"] = "# does not sleep\nwait_for ready\n";
    return all;
}

}  // namespace cleave::architecture
