#include <catch2/catch.hpp>

#include "fixture.hpp"

namespace cleave::http::test {

TEST_CASE("a request is answered") {
    fixture f;
    const std::string answer = f.ask(get("/size/3"));
    CHECK(status_line(answer) == "HTTP/1.1 200 OK");
    CHECK(body_of(answer) == "xxx");
}

}  // namespace cleave::http::test
