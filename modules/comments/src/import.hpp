#pragma once
// Comments that come from elsewhere: the same rules as writing them, and one transaction a batch.
#include <comments/import.hpp>
#include <posts/api.hpp>
#include <users/api.hpp>

#include "store.hpp"

namespace cleave::comments {

class importer final : public importing {
public:
    importer(store& s, posts::api& posts, users::api& users)
        : store_(s), posts_(posts), users_(users) {}

    task<imported_comments> add(command_context context, import_comments_request r) override;

private:
    std::vector<std::int64_t> mentioned_in(const query_context& context, const imported_comment& c);

    store& store_;
    posts::api& posts_;
    users::api& users_;
};

}  // namespace cleave::comments
