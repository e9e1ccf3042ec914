#pragma once
// A module's interface is a class of pure virtual functions
//
//     virtual task<response> method(query_context or command_context, request) = 0;
//
// described, like its data types, with Boost.Describe. From that one declaration this header reads
// the methods, their names, kinds and types; codec, proxy, dispatch and OpenAPI are derived from
// it.
#include <base/async.hpp>
#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <boost/pfr/tuple_size.hpp>
#include <contract/context.hpp>
#include <contract/problem.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace cleave {

namespace describe = boost::describe;
namespace mp11 = boost::mp11;

template <class T>
using task = async<result<T>>;

// The request or response of a method that has nothing to say.
struct nothing {
    bool operator==(const nothing&) const = default;
};
BOOST_DESCRIBE_STRUCT(nothing, (), ())

enum class method_kind { query, command };
BOOST_DESCRIBE_ENUM(method_kind, query, command)

template <class T>
using fields_of = describe::describe_members<T, describe::mod_public>;

// A field left out of its description would vanish on the wire, and in remote modes alone; so it
// does not compile.
template <class T>
constexpr bool is_fully_described =
    boost::pfr::tuple_size_v<T> == mp11::mp_size<fields_of<T>>::value;

template <class Api>
using methods_of = describe::describe_members<Api, describe::mod_public | describe::mod_function>;

template <class>
struct signature;
template <class Api, class Response, class Context, class Request>
struct signature<task<Response> (Api::*)(Context, Request)> {
    static_assert(std::is_same_v<Context, query_context> ||
                      std::is_same_v<Context, command_context>,
                  "a method says whether it is a query or a command by its first parameter");
    using api = Api;
    using context = Context;
    using request = Request;
    using response = Response;
    static constexpr method_kind kind =
        std::is_same_v<Context, query_context> ? method_kind::query : method_kind::command;
};

template <auto Method>
using api_of = typename signature<decltype(Method)>::api;
template <auto Method>
using context_of = typename signature<decltype(Method)>::context;
template <auto Method>
using request_of = typename signature<decltype(Method)>::request;
template <auto Method>
using response_of = typename signature<decltype(Method)>::response;
template <auto Method>
constexpr method_kind kind_of = signature<decltype(Method)>::kind;

// Methods are told apart by template-argument identity: `==` on pointers to virtual functions is
// not a constant expression.
template <auto>
struct method_tag;
template <auto Method>
struct is_described_by {
    template <class D>
    using fn = std::is_same<method_tag<Method>, method_tag<D::pointer>>;
};
// Its position in the description of its interface.
template <auto Method>
consteval std::size_t index_of() {
    using methods = methods_of<api_of<Method>>;
    constexpr std::size_t index = mp11::mp_find_if_q<methods, is_described_by<Method>>::value;
    static_assert(index < mp11::mp_size<methods>::value,
                  "a method is missing from BOOST_DESCRIBE_STRUCT");
    return index;
}
template <auto Method>
consteval const char* name_of() {
    return mp11::mp_at_c<methods_of<api_of<Method>>, index_of<Method>()>::name;
}

template <class Api>
std::vector<std::string> method_names() {
    std::vector<std::string> names;
    mp11::mp_for_each<methods_of<Api>>([&](auto d) { names.emplace_back(d.name); });
    return names;
}

}  // namespace cleave
