// Who may include whom: design rules 1, 2 and 5 of docs/architecture.md.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "rules.hpp"

namespace cleave::architecture {

namespace {

using findings = std::vector<finding>;
using known_set = std::set<std::string_view>;

bool is_cpp(const tree&, const source_file& file) {
    return file.is_cpp();
}
bool is_module_code(const tree&, const source_file& file) {
    return file.is_cpp() && !file.module().empty();
}
bool is_platform_code(const tree&, const source_file& file) {
    return file.is_cpp() && file.is_under("src/");
}

std::string_view first_folder(std::string_view header) {
    const auto slash = header.find('/');
    return slash == std::string_view::npos ? std::string_view() : header.substr(0, slash);
}

// What `why_not` says of each include, where it says something.
findings each_include(const source_file& file,
                      const std::function<std::string(const include_line&)>& why_not) {
    findings found;
    for (const auto& include : file.includes)
        if (auto what = why_not(include); !what.empty())
            found.push_back({file.path, include.line, std::move(what)});
    return found;
}

findings reaches_by_path(const tree&, const source_file& file) {
    return each_include(file, [](const include_line& include) -> std::string {
        const auto& header = include.header;
        if (!header.contains("..") && !header.contains("modules/") && !header.contains("src/"))
            return {};
        return fmt::format("reaches into a folder by path: {}", header);
    });
}

findings knows_undeclared_module(const tree& all, const source_file& file) {
    const auto self = all.modules().find(std::string(file.module()));
    return each_include(file, [&](const include_line& include) -> std::string {
        const std::string other(first_folder(include.header));
        if (!all.has_module(other) || other == file.module()) return {};
        if (self != all.modules().end() && self->second.knows(other)) return {};
        return fmt::format("includes <{}>, but {} neither CALLS nor FOLLOWS {}", include.header,
                           file.module(), other);
    });
}

findings sees_inside_of_module(const tree& all, const source_file& file) {
    return each_include(file, [&](const include_line& include) -> std::string {
        const std::string other(first_folder(include.header));
        if (!all.has_module(other) || other == file.module()) return {};
        if (include.header == other + "/api.hpp") return {};
        return fmt::format("includes <{}>, where only <{}/api.hpp> is public", include.header,
                           other);
    });
}

const known_set module_vocabulary{"base", "telemetry", "contract", "sqlite", "events", "saga"};

findings knows_too_much_platform(const tree& all, const source_file& file) {
    return each_include(file, [&](const include_line& include) -> std::string {
        const auto component = first_folder(include.header);
        if (!all.has_component(component) || all.has_module(component)) return {};
        if (module_vocabulary.contains(component)) return {};
        if (include.header.starts_with("http/routing/")) return {};
        return fmt::format("includes <{}>, which is not a word of the modules' vocabulary",
                           include.header);
    });
}

bool is_below_app(const tree&, const source_file& file) {
    return file.is_cpp() && file.is_under("src/") && file.component() != "app";
}
findings platform_knows_module(const tree& all, const source_file& file) {
    return each_include(file, [&](const include_line& include) -> std::string {
        if (!all.has_module(first_folder(include.header))) return {};
        return fmt::format("includes <{}>, a module's header", include.header);
    });
}

// The order of knowledge: each knows what stands here, and itself.
const std::map<std::string_view, known_set> layers{
    {"base", {}},
    {"content", {"base"}},
    {"markup", {"base"}},
    {"telemetry", {"base"}},
    {"contract", {"base", "telemetry"}},
    {"sqlite", {"base", "telemetry", "contract"}},
    {"events", {"base", "telemetry", "contract", "sqlite"}},
    {"saga", {"base", "telemetry", "contract", "sqlite", "events"}},
    {"http", {"base", "telemetry", "contract"}},
    {"outward", {"base", "telemetry", "contract"}},
    {"topology", {"base", "telemetry", "contract", "http"}},
    {"traces", {"base", "telemetry", "contract", "http", "topology"}},
    {"logs", {"base", "telemetry", "contract", "http", "topology", "traces"}},
    {"config", {"base", "telemetry", "contract", "http", "topology"}},
    {"gateway", {"base", "telemetry", "contract", "http", "topology"}},
    {"app",
     {"base", "content", "markup", "telemetry", "contract", "sqlite", "events", "saga", "http",
      "outward", "topology", "traces", "logs", "config", "gateway"}},
    {"compare",
     {"base", "content", "markup", "telemetry", "contract", "sqlite", "events", "saga", "http",
      "topology", "traces", "logs", "config", "gateway", "app"}},
    {"cli",
     {"base", "content", "markup", "telemetry", "contract", "sqlite", "events", "saga", "http",
      "topology", "traces", "logs", "config", "gateway", "app", "compare"}},
};

findings looks_up(const tree& all, const source_file& file) {
    const auto self = file.component();
    if (self.empty()) return {};  // src/main.cpp stands above all.
    const auto layer = layers.find(self);
    if (layer == layers.end())
        return {{file.path, 1, fmt::format("src/{} has no place in the order of layers", self)}};
    return each_include(file, [&](const include_line& include) -> std::string {
        const auto other = first_folder(include.header);
        if (other == self || layer->second.contains(other)) return {};
        if (!layers.contains(other) && !all.has_component(other)) return {};
        if (all.has_module(other)) return {};
        return fmt::format("includes <{}>, and {} stands below {}", include.header, self, other);
    });
}

// The way by which `include` brings in a header that is `wanted`; empty if it does not.
std::string way_to(const tree& all, const source_file& from, const include_line& include,
                   bool (*wanted)(std::string_view), std::set<std::string>& seen) {
    if (wanted(include.header)) return "<" + include.header + ">";
    const source_file* next = all.resolve(from, include);
    if (next == nullptr || !seen.insert(next->path).second) return {};
    for (const auto& further : next->includes)
        if (auto way = way_to(all, *next, further, wanted, seen); !way.empty())
            return "<" + include.header + "> to " + way;
    return {};
}

findings brings_in(const tree& all, const source_file& file, bool (*wanted)(std::string_view)) {
    return each_include(file, [&](const include_line& include) -> std::string {
        std::set<std::string> seen;
        const auto way = way_to(all, file, include, wanted, seen);
        return way.empty() ? "" : "brings in " + way;
    });
}

// Where the physics of Beast and SQLite are measured, without us around them.
bool is_bench(const source_file& file) {
    return file.is_under("tests/bench/");
}

bool must_not_see_beast(const tree&, const source_file& file) {
    const bool may = file.is_under("src/http/") && !file.is_under("src/http/routing/");
    return file.is_cpp() && !may && !file.is_under("src/base/boost/") && !is_bench(file);
}
findings sees_beast(const tree& all, const source_file& file) {
    return brings_in(all, file,
                     [](std::string_view header) { return header.starts_with("boost/beast"); });
}

bool must_not_see_sqlite(const tree&, const source_file& file) {
    return file.is_cpp() && !file.is_under("src/sqlite/") && !is_bench(file);
}
findings sees_sqlite(const tree& all, const source_file& file) {
    return brings_in(all, file, [](std::string_view header) {
        return header == "sqlite3.h" || header == "sqlite3ext.h";
    });
}

bool must_not_see_curl(const tree&, const source_file& file) {
    return file.is_cpp() && !file.is_under("src/outward/");
}
findings sees_curl(const tree& all, const source_file& file) {
    return brings_in(all, file,
                     [](std::string_view header) { return header.starts_with("curl/"); });
}

}  // namespace

std::vector<rule> include_rules() {
    return {
        {"include-by-name", "a path walks around the include folders that keep modules apart",
         "include <module/api.hpp> or <component/header.hpp>", is_cpp, reaches_by_path},
        {"declared-module",
         "the modules' graph is what their CMakeLists.txt say, and nothing beside it",
         "name it under CALLS or FOLLOWS, or let an event carry what is needed", is_module_code,
         knows_undeclared_module},
        {"api-is-public",
         "what lies behind a module's contract may run in another process, in another release",
         "use the module's api.hpp, or add to it what is missing", is_module_code,
         sees_inside_of_module},
        {"module-vocabulary",
         "a module that knows where it runs, or how it is reached, cannot be moved",
         "use contract, sqlite, events, saga, telemetry, base and <http/routing/…>", is_module_code,
         knows_too_much_platform},
        {"platform-knows-no-blog", "the platform would change with each module",
         "hand it in from src/app, which alone knows every module", is_below_app,
         platform_knows_module},
        {"layers", "knowledge goes one way: what stands below can be tested and replaced alone",
         "move the code down, or hand it in; a new component gets its place in include_rules.cpp",
         is_platform_code, looks_up},
        {"beast-in-http", "Beast costs 11 s a file to compile and is guarded in one place",
         "use the types of src/http; keep Beast in its .cpp files", must_not_see_beast, sees_beast},
        {"sqlite3-in-sqlite", "its locks, deadlines and error rules are kept in one place",
         "use sqlite::connection and its friends", must_not_see_sqlite, sees_sqlite},
        {"curl-in-outward", "where messages may go, and where never, is decided in one place",
         "use outward::sender", must_not_see_curl, sees_curl},
    };
}

}  // namespace cleave::architecture
