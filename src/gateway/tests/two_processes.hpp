#pragma once
// A gateway and a process with one module, as they are in a split topology, and a client.
#include <base/clock.hpp>
#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>
#include <functional>
#include <future>
#include <gateway/edge.hpp>
#include <http/call_service.hpp>
#include <http/endpoint.hpp>
#include <support/scratch_folder.hpp>

namespace cleave::gateway::test {

class two_processes {
public:
    explicit two_processes(http::route_list routes, edge_settings settings = {},
                           http::route_list local = {}, bool own_routes_alone = false) {
        local_routes.add("here", local);
        module_routes.add("module", routes);
        const auto listen = [] { return http::listen_on(http::parse_endpoint("127.0.0.1:0")); };
        auto internal_fd = listen(), public_fd = listen();
        const auto internal_at = http::local_endpoint(internal_fd.get());
        const auto public_at = http::local_endpoint(public_fd.get());
        internal = std::make_unique<http::server>(module_threads, std::move(internal_fd), calls);
        other = std::make_unique<http::upstream>("module", gateway_threads, internal_at);
        changes.replace({}, {});
        edge::parts parts{gateway_threads, callers,      changes,
                          credentials,     local_routes, {},
                          cache.path(),    "gateway",    std::move(settings)};
        parts.remote.emplace_back("module", other.get());
        parts.own_routes_alone = own_routes_alone;
        front = std::make_unique<edge>(std::move(parts));
        other->reached = true;
        front->learn(http::to_rows(module_routes));
        open = std::make_unique<http::server>(gateway_threads, std::move(public_fd), *front);
        client = std::make_unique<http::client>(client_threads, public_at);
        for (auto* threads : {&module_threads, &gateway_threads, &client_threads}) threads->start();
        internal->start();
        open->start();
    }

    ~two_processes() {
        client.reset();
        if (open) drain(*open);
        drain(*internal);
    }

    static void drain(http::server& s) {
        const auto done = std::make_shared<std::promise<void>>();
        s.drain(std::chrono::milliseconds(0), [done] { done->set_value(); });
        done->get_future().wait();
    }

    // On the client's thread.
    template <class T>
    T run(async<T> work) {
        auto promise = std::make_shared<std::promise<T>>();
        auto future = promise->get_future();
        asio::co_spawn(
            client_threads.context(0), std::move(work),
            [promise](std::exception_ptr, T value) { promise->set_value(std::move(value)); });
        return future.get();
    }

    result<http::client_response> ask(http::client_request what) {
        const auto send = [](http::client& c,
                             http::client_request what) -> async<result<http::client_response>> {
            const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
            co_return co_await c.send(what, deadline);
        };
        return run(send(*client, std::move(what)));
    }
    http::client_response get(std::string target, std::string headers = {},
                              http::verb method = http::verb::get) {
        http::client_request what;
        what.method = method;
        what.target = std::move(target);
        what.headers = std::move(headers);
        auto answer = ask(std::move(what));
        REQUIRE(answer);
        return std::move(*answer);
    }

    http::credentials credentials{{7}, &system_clock()};
    cleave::test::scratch_folder cache;
    io_threads module_threads{1}, gateway_threads{1}, client_threads{1};
    http::call_service::services no_services;
    http::route_table module_routes, local_routes;
    token_signer signer{token_seed{1}};
    authority known;
    authority_journal changes{{}, known, system_clock()};
    authenticator callers{[this] { return std::optional(signer.public_key()); }, known,
                          system_clock(), 1};
    http::call_service calls{no_services, module_routes, credentials};
    std::unique_ptr<http::upstream> other;
    std::unique_ptr<edge> front;
    std::unique_ptr<http::server> internal, open;
    std::unique_ptr<http::client> client;
};

}  // namespace cleave::gateway::test
