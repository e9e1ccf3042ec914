// Whom a write job is for.
#include <catch2/catch.hpp>
#include <telemetry/recorder.hpp>

#include "writer_support.hpp"

using namespace cleave;
using namespace cleave::sqlite;

TEST_CASE("a job knows the request that it is for, and the next one does not") {
    call_context context;
    context.trace = begin_request({});
    context.trace.within = context.trace.span_id;
    test::written w;
    trace_context seen, after;
    const auto look = [](trace_context& into) {
        return [&into](connection& db) -> result<std::int64_t> {
            into = db.trace();
            return 0;
        };
    };
    CHECK(w.submit(look(seen), context) == 0);
    CHECK(w.submit(look(after)) == 0);
    CHECK(seen == context.trace);
    CHECK_FALSE(after);
}
