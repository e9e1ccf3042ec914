#include <algorithm>
#include <contract/json_text.hpp>
#include <map>
#include <traces/formats.hpp>
#include <traces/waterfall.hpp>
#include <utility>

namespace cleave::traces {

namespace {

using attribute = std::pair<std::string_view, std::string>;

std::vector<attribute> attributes_of(const span_record& s) {
    std::vector<attribute> out{{"cleave.kind", s.kind},
                               {"cleave.module", s.module},
                               {"cleave.mode", s.mode},
                               {"cleave.request_id", s.request}};
    const auto add = [&out](std::string_view key, const std::optional<std::int64_t>& value) {
        if (value) out.emplace_back(key, std::to_string(*value));
    };
    if (s.status > 0) add("http.response.status_code", s.status);
    add("cleave.jobs", s.jobs);
    add("cleave.waited_us", s.waited_us);
    add("cleave.commit_us", s.commit_us);
    return out;
}

// `{"a":"b",…}` a piece at a time.
class object {
public:
    explicit object(std::string& out) : out_(out) { out_ += '{'; }
    ~object() { out_ += '}'; }
    object(const object&) = delete;
    void key(std::string_view name) {
        if (!std::exchange(first_, false)) out_ += ',';
        append_json_string(out_, name);
        out_ += ':';
    }
    void text(std::string_view name, std::string_view value) {
        key(name);
        append_json_string(out_, value);
    }
    void number(std::string_view name, std::int64_t value) {
        key(name);
        append_json_signed(out_, value);
    }

private:
    std::string& out_;
    bool first_ = true;
};

template <class Range, class F>
void array(std::string& out, const Range& of, F one) {
    out += '[';
    bool first = true;
    for (const auto& each : of) {
        if (!std::exchange(first, false)) out += ',';
        one(each);
    }
    out += ']';
}

void append_zipkin(std::string& out, const span_record& s) {
    object span(out);
    span.text("traceId", s.trace);
    span.text("id", s.id);
    if (s.parent) span.text("parentId", *s.parent);
    // A span without a kind is one inside a process.
    if (s.kind == "request" || s.kind == "serve") span.text("kind", "SERVER");
    if (s.kind == "call" && s.is_remote()) span.text("kind", "CLIENT");
    if (s.kind == "delivery") span.text("kind", "CONSUMER");
    span.text("name", title_of(s));
    span.number("timestamp", s.begin_unix_ns / 1'000);
    span.number("duration", std::max<std::int64_t>(s.took_ns / 1'000, 1));
    span.key("localEndpoint");
    object(out).text("serviceName", s.process);
    span.key("tags");
    object tags(out);
    for (const auto& [key, value] : attributes_of(s)) tags.text(key, value);
    if (s.status >= 500) tags.text("error", std::to_string(s.status));
}

int otlp_kind(const span_record& s) {
    constexpr int internal = 1, server = 2, client = 3, consumer = 5;
    if (s.kind == "request" || s.kind == "serve") return server;
    if (s.kind == "call" && s.is_remote()) return client;
    return s.kind == "delivery" ? consumer : internal;
}

void append_otlp_attribute(std::string& out, const attribute& what) {
    object one(out);
    one.text("key", what.first);
    one.key("value");
    object(out).text("stringValue", what.second);
}

void append_otlp(std::string& out, const span_record& s) {
    object span(out);
    span.text("traceId", s.trace);
    span.text("spanId", s.id);
    if (s.parent) span.text("parentSpanId", *s.parent);
    span.text("name", title_of(s));
    span.number("kind", otlp_kind(s));
    // 64 bits are text in protobuf's JSON.
    span.text("startTimeUnixNano", std::to_string(s.begin_unix_ns));
    span.text("endTimeUnixNano", std::to_string(s.end_unix_ns()));
    span.key("attributes");
    array(out, attributes_of(s), [&out](const attribute& a) { append_otlp_attribute(out, a); });
    span.key("status");
    object status(out);
    constexpr int error = 2;
    if (s.status >= 500) status.number("code", error);
}

void append_resource(std::string& out, const std::string& process,
                     const std::vector<const span_record*>& spans) {
    object resource_spans(out);
    resource_spans.key("resource");
    {
        object resource(out);
        resource.key("attributes");
        const std::vector<attribute> who{{"service.namespace", "cleave"},
                                         {"service.name", process}};
        array(out, who, [&out](const attribute& a) { append_otlp_attribute(out, a); });
    }
    resource_spans.key("scopeSpans");
    out += '[';
    {
        object scope_spans(out);
        scope_spans.key("scope");
        object(out).text("name", "cleave");
        scope_spans.key("spans");
        array(out, spans, [&out](const span_record* s) { append_otlp(out, *s); });
    }
    out += ']';
}

}  // namespace

std::string to_zipkin(const std::vector<span_record>& spans) {
    std::string out;
    array(out, spans, [&out](const span_record& s) { append_zipkin(out, s); });
    return out;
}

std::string to_otlp(const std::vector<span_record>& spans) {
    std::map<std::string, std::vector<const span_record*>> by_process;
    for (const auto& s : spans) by_process[s.process].push_back(&s);
    std::string out;
    {
        object all(out);
        all.key("resourceSpans");
        array(out, by_process, [&out](const auto& p) { append_resource(out, p.first, p.second); });
    }
    return out;
}

}  // namespace cleave::traces
