#pragma once
// The routes of a module that is another program, from the OpenAPI document that it gives at
// openapi_target: docs/protocol.md says which fields count. What a stranger's document leaves open
// is taken as the safest of what it could mean.
#include <http/route_table.hpp>

namespace cleave::http {

inline constexpr std::string_view openapi_target = "/openapi.json";
inline constexpr std::size_t openapi_bytes_max = 1 << 20;
inline constexpr std::size_t foreign_routes_max = 1'000;
inline constexpr std::size_t foreign_body_bytes_max = 4 << 20;  // a document may ask for no more
inline constexpr std::size_t foreign_body_bytes = 64 << 10;     // where it says nothing of it

// What is under /api/ in it. Throws std::invalid_argument, saying what is wrong with it and where.
module_routes routes_of_openapi(std::string_view module, std::string_view document);

}  // namespace cleave::http
