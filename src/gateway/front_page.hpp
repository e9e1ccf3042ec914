#pragma once
// What a person sees who opens the address in a browser, and what the API is, for programs.
#include <http/routing/route.hpp>

namespace cleave::gateway {

struct placed_module {
    std::string name;
    std::string process;
    bool down = false;
};
struct public_route {
    std::string_view module;
    const http::route* route = nullptr;
};

// GET /: which modules run where, and where to read on. HTML for who takes it, else JSON.
http::response front_page(bool as_html, const std::vector<placed_module>& modules,
                          const std::vector<public_route>& routes);

// GET /api/openapi.json: the routes as an OpenAPI 3.1 document. It says who may call them and with
// how much, and not what the bodies are: these are RealWorld 2.0.0's.
http::response openapi_document(const std::vector<public_route>& routes);

}  // namespace cleave::gateway
