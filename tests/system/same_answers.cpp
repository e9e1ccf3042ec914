// The same questions, put to the monolith and to this run's topology, both fresh: byte for byte the
// same answers, but for what nobody can expect to be the same.
#include <catch2/catch.hpp>
#include <regex>
#include <support/divergence.hpp>

#include "topology.hpp"

using namespace cleave::test;

namespace {

// What no two runs have in common: the time, tokens, the ids of requests, and the ends of slugs
// that were taken.
std::string without_chance(const http_answer& answer) {
    std::string text = answer.head.substr(0, answer.head.find("\r\n")) + "\n";
    for (const auto& [name, value] : answer.fields) {
        if (may_differ(name)) continue;
        const bool chance = name == "date" || name == "x-request-id" || name == "etag";
        text += name + ": " + (chance ? "CHANCE" : value) + "\n";
    }
    text += answer.body;
    static const std::regex time(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)");
    static const std::regex token(R"re("token":"[^"]*")re");
    static const std::regex taken(R"(-[0-9a-f]{8}\b)");
    text = std::regex_replace(text, time, "TIME");
    text = std::regex_replace(text, token, R"("token":"TOKEN")");
    return std::regex_replace(text, taken, "-TAKEN");
}

http_question question(std::string method, std::string target, std::string headers = {},
                       std::string body = {}) {
    return {std::move(method), std::move(target), std::move(headers), std::move(body)};
}

const std::string json_type = "Content-Type: application/json\r\n";

// Questions that depend on nothing but their order.
std::vector<http_question> script(const std::string& ann, const std::string& bo) {
    const auto as_ann = json_type + authorization(ann), as_bo = json_type + authorization(bo);
    const auto article = [](std::string_view title) {
        return json::serialize(
            json::object{{"article", json::object{{"title", title},
                                                  {"description", "무엇에 대하여"},
                                                  {"body", "b"},
                                                  {"tagList", json::array{"c++", "a", "a"}}}}});
    };
    const std::string comment = R"({"comment":{"body":"말 \u00e9 😀"}})";
    const auto korean = article_path("첫-글");
    std::vector<http_question> all;
    for (const std::string method : {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
        for (const std::string& target :
             {std::string("/"), std::string("/api/users"), std::string("/api/users/login"),
              std::string("/api/user"), std::string("/api/articles"),
              std::string("/api/articles/none"), std::string("/api/articles/none/comments"),
              std::string("/api/notifications"), std::string("/api/stats/articles/none"),
              std::string("/api/tags/none?q=%ff")})
            for (const auto& headers : {std::string(), as_ann, authorization("bad"),
                                        std::string("Accept: text/html\r\n")})
                all.push_back(question(method, target, headers));
    for (const std::string body : {"", "{}", "[]", "null", "{\"user\":{}}", "{\"article\":null}",
                                   "{\"comment\":{\"body\":[]}}", "{\"user\":{\"email\":1}}"})
        for (const std::string target :
             {"/api/users", "/api/users/login", "/api/articles", "/api/articles/none/comments"})
            all.push_back(question("POST", target, as_ann, body));
    for (const auto title : {"첫 글", "첫 글", "Second", "<&\">"})
        all.push_back(question("POST", "/api/articles", as_ann, article(title)));
    all.push_back(question("POST", "/api/articles", as_bo, article("Third by another")));
    all.push_back(question("GET", korean));
    all.push_back(question("HEAD", korean));
    all.push_back(question("GET", korean + "?ignored=1", as_bo));
    all.push_back(question("GET", "/api/articles?limit=2&offset=1"));
    all.push_back(question("POST", korean + "/comments", as_bo, comment));
    all.push_back(question("POST", korean + "/comments", as_ann, comment));
    all.push_back(question("POST", korean + "/comments", as_bo + idempotency_key("k"), comment));
    all.push_back(question("POST", korean + "/comments", as_bo + idempotency_key("k"), comment));
    all.push_back(question("GET", korean + "/comments"));
    all.push_back(question("GET", korean + "/comments?limit=1", as_ann));
    all.push_back(question("GET", stats_path("second"), as_ann));
    all.push_back(question("GET", stats_path("second"), as_bo));
    return all;
}

std::string shown(const http_question& q) {
    return q.method + " " + q.target + "\n" + q.headers + q.body;
}

}  // namespace

TEST_CASE("every question gets the answer that the monolith gives") {
    scratch_blog monolith, other(topology_arguments());
    blog_client one(monolith->at()), two(other->at());
    const auto join = [](blog_client& client, const std::string& name) {
        const auto answer = client.post(
            "/api/users", json::object{{"user", json::object{{"username", name},
                                                             {"email", name + "@example.com"},
                                                             {"password", password}}}});
        REQUIRE(answer.status == 201);
        return std::pair(answer, std::string(body_of(answer).at("user").at("token").as_string()));
    };
    const auto [ann_there, ann_token_there] = join(one, "ann");
    const auto [ann_here, ann_token_here] = join(two, "ann");
    CHECK(without_chance(ann_here) == without_chance(ann_there));
    const auto bo_token_there = join(one, "bo").second, bo_token_here = join(two, "bo").second;

    const auto there = script(ann_token_there, bo_token_there);
    const auto here = script(ann_token_here, bo_token_here);
    for (std::size_t i = 0; i < here.size(); ++i) {
        INFO(shown(here[i]));
        if (may_differ(here[i])) continue;
        CHECK(without_chance(two.ask(here[i])) == without_chance(one.ask(there[i])));
    }
    const auto inbox = [](blog_client& client, const std::string& token) {
        REQUIRE(eventually([&] {
            return body_of(client.get("/api/notifications", token)).at("unreadCount") == 2;
        }));
        return without_chance(client.get("/api/notifications", token));
    };
    CHECK(inbox(two, ann_token_here) == inbox(one, ann_token_there));
}
