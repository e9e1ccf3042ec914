#pragma once
// comments::api, called here, run here or elsewhere. One line a method.
#include <comments/api.hpp>
#include <contract/proxy.hpp>

namespace cleave::comments {

class proxy final : public proxy_of<api> {
public:
    using proxy_of::proxy_of;
    task<comment> create(command_context c, create_request r) override {
        return call<&api::create>(c, std::move(r));
    }
    task<comment> change(command_context c, change_request r) override {
        return call<&api::change>(c, std::move(r));
    }
    task<nothing> remove(command_context c, remove_request r) override {
        return call<&api::remove>(c, std::move(r));
    }
    task<comment_list> list(query_context c, list_request r) override {
        return call<&api::list>(c, std::move(r));
    }
};

}  // namespace cleave::comments
