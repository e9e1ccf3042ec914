#pragma once
// Finds what a method and a path belong to. Built once, then read by every thread.
#include <http/routing/route.hpp>
#include <memory>
#include <stdexcept>

namespace cleave::http {

class router {
public:
    router();
    ~router();
    router(router&&) noexcept;
    router& operator=(router&&) noexcept;

    // Throws std::invalid_argument, naming both, where a template is malformed or matches a path
    // that an earlier one of the same method matches equally well
    // ("/a/{x}" and "/a/{y:int}" overlap; "/a/b" and "/a/{x}" do not).
    void add(verb method, std::string_view path_template, std::size_t value);
    // The same, and refuses a route whose policy is unset.
    void add(const route& r, std::size_t value);

    struct match {
        enum class outcome { found, no_path, no_method } is = outcome::no_path;
        std::size_t value = 0;  // as given to add()
        std::string allow{};    // no_method: "GET, POST"
    };
    // Fills request.params, whose names live as long as the router. HEAD finds GET's. A segment
    // with an undecodable %XX, or one that is not UTF-8 when decoded, matches nothing.
    match find(request& r) const;

private:
    struct node;
    std::unique_ptr<node> root_;
};

}  // namespace cleave::http
