#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstring>
#include <http/head_parser.hpp>
#include <http/header_values.hpp>
#include <http/text.hpp>

namespace cleave::http {

namespace {

namespace beast = boost::beast;
using beast::http::field;

constexpr std::size_t user_agent_bytes_max = 256;
constexpr std::size_t last_event_id_bytes_max = 255;

std::string_view view(beast::string_view text) {
    return {text.data(), text.size()};
}

// Beast's parser without its container of fields, which costs an allocation a field: the few that
// anybody asks for go straight where they belong.
class head_parser final : public beast::http::basic_parser<true> {
public:
    head_parser(std::string_view bytes, request& into, const server_limits& limits)
        : bytes_(bytes), request_(into) {
        header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
        body_limit(boost::none);  // the session's business
    }

    head_facts facts{};
    std::optional<refusal> refused{};
    std::string forwarded_for{};

private:
    using error_code = beast::error_code;

    void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target,
                         int version, error_code&) override {
        facts.method = view(method);
        facts.target = view(target);
        facts.version = version;
    }

    void on_field_impl(field name, beast::string_view name_text, beast::string_view value_text,
                       error_code&) override {
        const std::string_view value = view(value_text);
        ++facts.fields;
        note_folding(view(name_text), value);
        switch (name) {
            case field::host:
                ++facts.host_fields;
                facts.host = value;
                break;
            case field::content_length:
                ++facts.content_length_fields;
                facts.content_length = value;
                break;
            case field::transfer_encoding:
                ++facts.transfer_encoding_fields;
                facts.transfer_encoding = value;
                break;
            case field::expect: facts.expect = value; break;
            case field::authorization: assign_once(request_.authorization, value); break;
            case field::user_agent: {
                const std::string_view cut = cut_utf8(value, user_agent_bytes_max);
                if (is_utf8(cut))
                    request_.client.user_agent = cut;
                else
                    request_.client.user_agent = to_utf8(cut);
                break;
            }
            case field::origin: assign_once(request_.wants.origin, value); break;
            case field::if_none_match: {
                std::string& all = request_.wants.if_none_match;
                if (!all.empty()) all += ", ";
                all += value;
                break;
            }
            case field::accept_encoding:
                request_.wants.gzip = request_.wants.gzip || accepts_gzip(value);
                break;
            case field::accept:
                request_.wants.html = request_.wants.html || value.find("text/html") != value.npos;
                break;
            case field::access_control_request_method: request_.wants.preflight = true; break;
            case field::content_encoding: facts.content_encoding = value; break;
            case field::referer: assign_referrer_host(request_.client.referrer_host, value); break;
            case field::unknown: on_unknown_field(view(name_text), value); break;
            default: break;
        }
    }

    void on_unknown_field(std::string_view name, std::string_view value) {
        if (equals_ignoring_case(name, "Cleave-Call")) {
            assign_once(request_.envelope, value);
        } else if (equals_ignoring_case(name, "traceparent")) {
            request_.context.trace = parse_traceparent(value);
        } else if (equals_ignoring_case(name, "Idempotency-Key")) {
            if (request_.key) facts.repeated_singleton = true;
            if (const auto key = parse_idempotency_key(value))
                request_.key = *key;
            else
                refused = refusal{400, "idempotency-key", "must have 1 to 255 bytes"};
        } else if (equals_ignoring_case(name, "X-Forwarded-For")) {
            if (!forwarded_for.empty()) forwarded_for += ", ";
            forwarded_for += value;
        } else if (equals_ignoring_case(name, "Last-Event-ID")) {
            if (value.size() <= last_event_id_bytes_max)
                assign_once(request_.last_event_id, value);
            else
                refused = refusal{400, "last-event-id", "must have at most 255 bytes"};
        }
    }

    void assign_once(std::string& to, std::string_view value) {
        if (!to.empty()) facts.repeated_singleton = true;
        to = value;
    }

    // Beast joins folded lines, in a buffer of its own where there is text in the first of them.
    void note_folding(std::string_view name, std::string_view value) {
        const char* name_end = name.data() + name.size();
        const bool inside = value.data() >= name_end &&
                            value.data() + value.size() <= bytes_.data() + bytes_.size();
        if (!inside || std::memchr(name_end, '\n', std::size_t(value.data() - name_end)))
            facts.folded_line = true;
    }

    void on_response_impl(int, beast::string_view, int, error_code&) override {}
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(beast::string_view, error_code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, error_code&) override {
        return 0;
    }
    void on_finish_impl(error_code&) override {}

    std::string_view bytes_;
    request& request_;
};

refusal explain(const beast::error_code& ec, std::string_view bytes) {
    using beast::http::error;
    if (ec == error::header_limit) return header_too_large;
    if (ec == error::bad_version) return bad_version(bytes.substr(0, bytes.find("\r\n")));
    if (ec == error::bad_content_length || ec == error::multiple_content_length)
        return {400, "content-length", "is invalid"};
    if (ec == error::bad_transfer_encoding) return {400, "transfer-encoding", "is invalid"};
    return not_http;
}

void forget(request& r) {
    r.method = verb::get;  // of a refused request: then the refusal has a body
    r.authorization.clear();
    r.envelope.clear();
    r.last_event_id.clear();
    r.wants.origin.clear();
    r.wants.if_none_match.clear();
    r.wants.gzip = r.wants.html = r.wants.preflight = false;
    r.received = {};
    r.elsewhere = {};
    r.client.user_agent.clear();
    r.client.referrer_host.clear();
    r.context = {};
    r.key = {};
    r.params.clear();
}

}  // namespace

std::optional<refusal> parse_head(std::string_view bytes, const server_limits& limits,
                                  request& into, parsed_head& out) {
    forget(into);
    head_parser parser(bytes, into, limits);
    beast::error_code ec;
    const std::size_t used = parser.put(asio::const_buffer(bytes.data(), bytes.size()), ec);
    if (ec) return explain(ec, bytes);
    if (used != bytes.size() || !parser.is_header_done()) return not_http;
    if (auto r = check(parser.facts, limits, out.framing)) return r;
    if (parser.refused) return parser.refused;

    into.method = *verb_from_name(parser.facts.method);
    into.target = parser.facts.target;
    const std::string_view target = into.target;
    const auto question = target.find('?');
    into.path = target.substr(0, question);
    into.query = question == target.npos ? std::string_view() : target.substr(question + 1);
    out.forwarded_for = std::move(parser.forwarded_for);
    out.version = parser.facts.version;
    out.keep_alive = parser.keep_alive();
    out.expects_continue = out.version >= 11 && !parser.facts.expect.empty();
    return std::nullopt;
}

bool is_hopeless(std::string_view data, std::size_t from) {
    for (std::size_t i = from; i < data.size(); ++i) {
        const auto byte = static_cast<unsigned char>(data[i]);
        // A line ended by LF alone: the empty line that we wait for may never come.
        if (byte == '\n' && (i == 0 || data[i - 1] != '\r')) return true;
        if (byte < 0x20 && byte != '\r' && byte != '\n' && byte != '\t') return true;
    }
    return false;
}

}  // namespace cleave::http
