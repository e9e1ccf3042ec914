#pragma once
// Articles that come from elsewhere: the same rules as publishing them, and one transaction a
// batch.
#include <posts/import.hpp>
#include <users/api.hpp>

#include "store.hpp"

namespace cleave::posts {

class importer final : public importing {
public:
    importer(store& s, users::api& users) : store_(s), users_(users) {}

    task<imported_articles> add(command_context context, import_articles_request r) override;

private:
    store& store_;
    users::api& users_;
};

}  // namespace cleave::posts
