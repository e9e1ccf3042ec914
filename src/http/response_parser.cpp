#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <http/response_parser.hpp>
#include <http/text.hpp>

namespace cleave::http {

namespace {

namespace beast = boost::beast;
using beast::http::field;

std::string_view view(beast::string_view text) {
    return {text.data(), text.size()};
}

class response_parser final : public beast::http::basic_parser<false> {
public:
    response_parser(std::string_view bytes, client_response& into) : into_(into) {
        header_limit(static_cast<std::uint32_t>(bytes.size()));
        body_limit(boost::none);  // the connection's business
    }

    unsigned lengths = 0;
    unsigned codings = 0;
    bool chunked_alone = false;

private:
    using error_code = beast::error_code;

    void on_response_impl(int status, beast::string_view, int, error_code&) override {
        into_.status = static_cast<unsigned>(status);
    }

    void on_field_impl(field name, beast::string_view name_text, beast::string_view value_text,
                       error_code&) override {
        const std::string_view value = view(value_text);
        switch (name) {
            case field::content_type: into_.content_type = value; break;
            case field::content_length: ++lengths; break;
            case field::transfer_encoding:
                ++codings;
                chunked_alone = equals_ignoring_case(value, "chunked");
                break;
            // RFC 9110, 7.6.1: what concerns the connection goes no further.
            case field::connection:
            case field::keep_alive:
            case field::proxy_authenticate:
            case field::proxy_connection:
            case field::te:
            case field::trailer:
            case field::upgrade:
            case field::date:
            case field::server: break;
            default:
                if (equals_ignoring_case(view(name_text), authority_header)) {
                    into_.authority = value;
                    break;
                }
                if (equals_ignoring_case(view(name_text), moving_header)) {
                    into_.moving = true;
                    break;
                }
                if (equals_ignoring_case(view(name_text), seal_header)) {
                    into_.seal = value;
                    break;
                }
                // The same in every process: whoever answers says it.
                if (equals_ignoring_case(view(name_text), "X-Request-Id")) break;
                into_.headers += view(name_text);
                into_.headers += ": ";
                into_.headers += value;
                into_.headers += "\r\n";
        }
    }

    void on_request_impl(beast::http::verb, beast::string_view, beast::string_view, int,
                         error_code&) override {}
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(beast::string_view, error_code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, error_code&) override {
        return 0;
    }
    void on_finish_impl(error_code&) override {}

    client_response& into_;
};

}  // namespace

bool parse_response_head(std::string_view bytes, verb method, client_response& into,
                         response_facts& out) {
    into = {};
    out = {};
    response_parser parser(bytes, into);
    parser.skip(method == verb::head);
    beast::error_code ec;
    const std::size_t used = parser.put(asio::const_buffer(bytes.data(), bytes.size()), ec);
    if (ec || used != bytes.size() || !parser.is_header_done()) return false;
    // As strict as towards clients: what can be read in two ways is not read at all.
    if (parser.lengths + parser.codings > 1) return false;
    if (parser.codings > 0 && !parser.chunked_alone) return false;
    out.keep_alive = parser.keep_alive();
    if (parser.is_done()) return true;
    out.chunked = parser.chunked();
    out.until_eof = parser.need_eof();
    if (const auto length = parser.content_length()) out.content_length = *length;
    return true;
}

}  // namespace cleave::http
