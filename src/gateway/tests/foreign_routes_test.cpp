// Of two modules that want one route, one of this program has it, whoever was there first.
#include <catch2/catch.hpp>
#include <gateway/edge.hpp>
#include <http/endpoint.hpp>
#include <support/scratch_folder.hpp>

namespace cleave::gateway::test {

namespace {

http::route_registration routes_of(const std::string& module, std::int64_t body_bytes_max,
                                   const std::vector<std::string>& paths) {
    http::module_routes rows{module, {}};
    for (const auto& path : paths)
        rows.routes.push_back({"post", path, "anyone", "command", body_bytes_max, {}, {}});
    return {{rows}};
}

// An edge that nobody runs: what was posted to its thread is run here.
struct gateway_of_two {
    explicit gateway_of_two(const std::filesystem::path& cache) {
        changes.replace({}, {});
        edge::parts parts{threads, callers, changes, credentials, none, {}, cache, "gateway", {}};
        parts.remote = {{"other", &there}, {"ours", &there}};
        parts.foreign = {"other"};
        front = std::make_unique<edge>(std::move(parts));
        there.reached = true;
    }

    // The body limit of whose route it is; 0: nobody's.
    std::size_t whose(const std::string& path) {
        threads.context(0).poll();
        http::request r;
        r.method = http::verb::post;
        r.target = path;
        r.path = r.target;
        return front->admit(r).body_bytes_max;
    }

    io_threads threads{1};
    http::credentials credentials{{7}, &system_clock()};
    http::upstream there{"there", threads, http::parse_endpoint("127.0.0.1:1")};
    token_signer signer{token_seed{1}};
    authority known;
    authority_journal changes{{}, known, system_clock()};
    authenticator callers{[this] { return std::optional(signer.public_key()); }, known,
                          system_clock(), 1};
    http::route_table none;
    std::unique_ptr<edge> front;
};

}  // namespace

TEST_CASE("another program's routes that overlap with ours are refused, in whatever order") {
    const bool ours_first = GENERATE(true, false);
    const cleave::test::scratch_folder cache;
    const auto ours = routes_of("ours", 10, {"/api/a/{id}"}),
               theirs = routes_of("other", 20, {"/api/b", "/api/a/{name}"});
    {
        gateway_of_two t(cache.path());
        t.front->learn(theirs);
        CHECK(t.whose("/api/b") == 20);
        if (ours_first) {
            t.front->learn(routes_of("other", 20, {}));
            t.front->learn(ours);
            t.front->learn(theirs);
        } else {
            t.front->learn(ours);
        }
        CHECK(t.whose("/api/a/1") == 10);
        CHECK(t.whose("/api/b") == 0);
    }
    // As it was, from its disk; and whole again when they do not overlap any more.
    gateway_of_two t(cache.path());
    CHECK(t.whose("/api/a/1") == 10);
    CHECK(t.whose("/api/b") == 0);
    t.front->learn(routes_of("other", 20, {"/api/b"}));
    CHECK(t.whose("/api/a/1") == 10);
    CHECK(t.whose("/api/b") == 20);
}

}  // namespace cleave::gateway::test
