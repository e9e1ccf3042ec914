#include <http/route_table.hpp>
#include <topology/ask.hpp>
#include <topology/control.hpp>
#include <topology/run_files.hpp>

namespace cleave::topology {

namespace {

constexpr std::size_t body_bytes_max = 4096;
enum targets : std::size_t { status_target, deploy_target, scale_target };

template <class Answer, class Request>
async<http::response> answer(const std::string& body,
                             const std::function<task<Answer>(Request)>& ask) {
    auto request = decode<Request>(body);
    if (!request) co_return http::problem_response(request.error());
    auto done = co_await ask(std::move(*request));
    http::response out;
    // Whole problems, since tools read them.
    out.body = done ? encode(*done) : encode(done.error());
    if (!done) out.status = http_status(done.error().code);
    co_return out;
}

template <class Answer, class Request>
result<Answer> post(const std::filesystem::path& data, std::string target, const Request& what) {
    io_threads threads(1);
    threads.start();
    const http::client_request request{
        .method = http::verb::post, .target = std::move(target), .body = encode(what)};
    const auto socket = socket_path(data, up_socket);
    auto got = ask(threads, socket, request, control_patience + std::chrono::seconds(5));
    if (!got && got.error().code == errc::not_executed)
        return fail(errc::not_executed, "up",
                    "no `cleave up` runs on " + data.string() + ": it is what starts processes");
    if (!got) return fail(std::move(got.error()));
    if (got->status == 200) return decode<Answer>(got->body);
    auto why = decode<problem>(got->body);
    return why ? fail(std::move(*why)) : fail(errc::internal, "up", got->body);
}

}  // namespace

http::service::admission control_service::admit(http::request& r) {
    const auto only = [&](http::verb method, std::size_t target) -> admission {
        if (r.method == method) return {std::nullopt, body_bytes_max, target};
        http::router::match other;
        other.allow = method == http::verb::get ? "GET" : "POST";
        return {http::no_method(other), 0, 0};
    };
    if (r.path == "/status") return only(http::verb::get, status_target);
    if (r.path == "/logs" && given_.logs && r.method == http::verb::get)
        return {given_.logs(r), 0, 0};
    if (r.path == "/deploy") return only(http::verb::post, deploy_target);
    if (r.path == "/scale") return only(http::verb::post, scale_target);
    return {http::no_path(), 0, 0};
}

async<http::response> control_service::handle(http::request& r, std::size_t target) {
    if (target == deploy_target) co_return co_await answer(r.body, given_.deploy);
    if (target == scale_target) co_return co_await answer(r.body, given_.scale);
    http::response out;
    out.body = encode(given_.status());
    co_return out;
}

result<deployed> request_deploy(const std::filesystem::path& data, const deploy_request& what) {
    return post<deployed>(data, "/deploy", what);
}

result<scaled> request_scale(const std::filesystem::path& data, const scale_request& what) {
    return post<scaled>(data, "/scale", what);
}

}  // namespace cleave::topology
