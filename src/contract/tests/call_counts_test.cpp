#include <catch2/catch.hpp>
#include <contract/proxy.hpp>
#include <support/run_coroutine.hpp>

namespace {

using namespace cleave;

struct wanted {
    std::string what{};
};
BOOST_DESCRIBE_STRUCT(wanted, (), (what))

class api {
public:
    static constexpr const char* module_name = "counted";
    virtual ~api() = default;
    virtual task<nothing> never(query_context, wanted) = 0;
    virtual task<nothing> answer(query_context, wanted) = 0;
};
BOOST_DESCRIBE_STRUCT(api, (), (never, answer))

class proxy final : public proxy_of<api> {
public:
    using proxy_of::proxy_of;
    task<nothing> never(query_context c, wanted r) override {
        return call<&api::never>(c, std::move(r));
    }
    task<nothing> answer(query_context c, wanted r) override {
        return call<&api::answer>(c, std::move(r));
    }
};

class module final : public api {
    task<nothing> never(query_context, wanted) override { co_return nothing{}; }
    task<nothing> answer(query_context, wanted r) override {
        if (r.what == "refuse") co_return fail(errc::not_found, "it", "not found");
        if (r.what == "throw") throw std::runtime_error("a bug");
        co_return nothing{};
    }
};

call_counts::row count(proxy& calls, call_counts& counts) {
    calls.count_in(counts);
    for (const auto* what : {"ok", "ok", "refuse", "throw"})
        static_cast<void>(test::run_coroutine(calls.answer({}, {what})));
    query_context late;
    late.deadline = std::chrono::steady_clock::now();
    static_cast<void>(test::run_coroutine(calls.answer(late, {"ok"})));
    const auto rows = counts.sum();
    REQUIRE(rows.size() == 1);
    return rows.front();
}

}  // namespace

TEST_CASE("calls are counted by how they end, the same in process and through the codec") {
    module here;
    serialized_channel through(make_call_handler<api>(here));
    proxy direct(here), serialized(through);
    call_counts direct_counts("caller", "counted", "direct", method_names<api>());
    call_counts serialized_counts("caller", "counted", "serialized", method_names<api>());
    const auto a = count(direct, direct_counts), b = count(serialized, serialized_counts);
    for (const auto& row : {a, b}) {
        CHECK(row.method == "answer");
        CHECK(row.ended[0] == 2);
        CHECK(row.ended[1] == 1);
        CHECK(row.ended[2] == 2);
        CHECK(row.latency.count() == 5);
    }
    CHECK(a.sent_bytes == 0);
    CHECK(b.sent_bytes > 5 * std::string_view(R"({"what":"ok"})").size());
    CHECK(b.received_bytes > 0);
}

TEST_CASE("a call is the same span in process and through the codec, with what it causes below") {
    class recorder final : public api {
        task<nothing> never(query_context, wanted) override { co_return nothing{}; }
        task<nothing> answer(query_context c, wanted r) override {
            within = c.trace.within;
            if (r.what == "refuse") co_return fail(errc::not_found, "it", "not found");
            co_return nothing{};
        }

    public:
        decltype(trace_context::within) within{};
    };
    recorder here;
    serialized_channel through(make_call_handler<api>(here));
    proxy direct(here), serialized(through);
    for (const auto& [calls, mode] :
         {std::pair(&direct, "direct"), std::pair(&serialized, "serialized")}) {
        call_counts counts("caller", "counted", mode, method_names<api>());
        calls->count_in(counts);
        query_context context;
        context.trace = begin_request({});
        static_cast<void>(test::run_coroutine(calls->answer(context, {"ok"})));
        CHECK(telemetry::spans_of_trace(context.trace.trace_id).empty());
        context.trace.within = context.trace.span_id;
        static_cast<void>(test::run_coroutine(calls->answer(context, {"refuse"})));
        const auto spans = telemetry::spans_of_trace(context.trace.trace_id);
        REQUIRE(spans.size() == 1);
        const auto& s = spans.front();
        CHECK(s.kind == telemetry::span_kind::call);
        CHECK(boost::describe::enum_to_string(s.mode, "") == std::string(mode));
        CHECK(s.parent == context.trace.within);
        CHECK(s.id == here.within);
        CHECK(s.status == 404);
        CHECK(telemetry::label_of(s.name).module == "counted");
        CHECK(telemetry::label_of(s.name).name == "answer");
    }
}
