#include <app/admin.hpp>
#include <app/call.hpp>
#include <users/proxy.hpp>

namespace cleave::app {

namespace {

template <auto Method>
result<void> call_users(const std::filesystem::path& data, const request_of<Method>& request) {
    tool_call call;
    call.data = data;
    call.service = users::api::module_name;
    call.method = name_of<Method>();
    call.body = encode(request);
    const auto answer = call_module(call);
    if (answer.status == 200) return {};
    return fail(read_failure_reply(answer, kind_of<Method>));
}

}  // namespace

result<void> grant_role(const std::filesystem::path& data, const std::string& username, role to) {
    users::authority_request request;
    request.username = username;
    request.role = to;
    return call_users<&users::api::set_authority>(data, request);
}

result<void> set_password(const std::filesystem::path& data, const std::string& username,
                          const std::string& password) {
    return call_users<&users::api::set_password>(data, {username, password});
}

}  // namespace cleave::app
