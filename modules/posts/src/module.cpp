#include <algorithm>
#include <base/text.hpp>
#include <contract/aside.hpp>
#include <posts/module.hpp>
#include <unordered_map>

#include "import.hpp"
#include "routes.hpp"
#include "rules.hpp"
#include "store.hpp"
#include "store_account.hpp"

namespace cleave::posts {

namespace {

std::unexpected<problem> no_token() {
    return fail(errc::unauthenticated, "token", "is missing");
}
std::unexpected<problem> no_article() {
    return fail(errc::not_found, "article", "not found");
}

class posts_module final : public module {
public:
    posts_module(platform given, users::api& users, std::size_t io_threads, api* owner,
                 lookup authors)
        : given_(given),
          users_(users),
          owner_(owner),
          authors_(authors),
          store_(given),
          importer_(store_, users),
          views_(io_threads, given.clock, given.random),
          routes_(*this, views_) {
        if (given_.store.is_owned_here()) store_.bring_search_up_to_date();
    }

    task<article> create(command_context context, create_request r) override {
        if (!context.caller) co_return no_token();
        if (context.caller.role < role::author)
            co_return fail(errc::forbidden, "role", "forbidden");
        if (auto fine = check_article(r); !fine) co_return fail(std::move(fine.error()));
        new_article wanted;
        wanted.slug = make_slug(r.title);
        wanted.slug_if_taken = unique_slug(wanted.slug);
        wanted.title = std::move(r.title);
        wanted.description = std::move(r.description);
        wanted.body = std::move(r.body);
        wanted.tags = tidy_tags(std::move(r.tag_list));
        wanted.author_id = context.caller.user_id;
        wanted.created_at = given_.clock.now();
        auto author = co_await unknown_caller(context);
        if (!author) co_return fail(std::move(author.error()));
        wanted.author = std::move(*author);
        co_return co_await store_.add(context, std::move(wanted));
    }

    task<article> change(command_context context, change_request r) override {
        if (!context.caller) co_return no_token();
        if (auto fine = check_change(r); !fine) co_return fail(std::move(fine.error()));
        changed_article wanted;
        wanted.of = std::move(r.slug);
        if (r.title) {
            wanted.slug = make_slug(*r.title);
            wanted.slug_if_taken = unique_slug(wanted.slug);
        }
        wanted.title = std::move(r.title);
        wanted.description = std::move(r.description);
        wanted.body = std::move(r.body);
        if (r.tag_list) wanted.tags = tidy_tags(std::move(*r.tag_list));
        wanted.at = given_.clock.now();
        auto changed = co_await store_.change(context, std::move(wanted));
        if (changed) co_await mark_followed(context, std::span(&*changed, 1));
        co_return changed;
    }

    task<nothing> remove(command_context context, get_request r) override {
        if (!context.caller) co_return no_token();
        co_return co_await store_.remove(context, std::move(r.slug));
    }

    task<article> favorite(command_context context, get_request r) override {
        if (!context.caller) co_return no_token();
        // So that a list of the caller's favourites is found by name at once; while users is down
        // it will be when users' event arrives.
        auto user = co_await unknown_caller(context);
        auto known = user ? std::move(*user) : std::nullopt;
        auto changed = co_await store_.favorite(context, std::move(r.slug), std::move(known));
        if (changed) co_await mark_followed(context, std::span(&*changed, 1));
        co_return changed;
    }

    task<article> unfavorite(command_context context, get_request r) override {
        if (!context.caller) co_return no_token();
        auto changed = co_await store_.unfavorite(context, std::move(r.slug));
        if (changed) co_await mark_followed(context, std::span(&*changed, 1));
        co_return changed;
    }

    task<article> get(query_context context, get_request r) override {
        auto found = store_.find(context, r.slug);
        if (!found) co_return fail(std::move(found.error()));
        if (!*found) co_return no_article();
        const std::span shown(&**found, 1);
        if (authors_ != lookup::view)
            if (auto asked = co_await ask_authors(context, shown); !asked)
                co_return fail(std::move(asked.error()));
        if (context.caller) co_await mark_followed(context, shown);
        co_return std::move(**found);
    }

    task<page> list(query_context context, list_request r) override {
        r.limit = std::clamp<std::int64_t>(r.limit, 1, page_size_max);
        r.offset = std::max<std::int64_t>(r.offset, 0);
        if (r.search && is_blank(*r.search)) r.search.reset();
        result<page> found;
        if (store::is_quick(r))
            found = store_.list(context, r);
        else
            found = co_await store_.list_slowly(context, std::move(r));
        if (!found) co_return found;
        if (authors_ != lookup::view)
            if (auto asked = co_await ask_authors(context, found->articles); !asked)
                co_return fail(std::move(asked.error()));
        if (context.caller) co_await mark_followed(context, found->articles);
        co_return found;
    }

    task<page> feed(query_context context, feed_request r) override {
        if (!context.caller) co_return no_token();
        const nothing all;
        const auto authors = co_await users_.followed(context, all);
        if (!authors) co_return fail(authors.error());
        r.limit = std::clamp<std::int64_t>(r.limit, 1, page_size_max);
        r.offset = std::max<std::int64_t>(r.offset, 0);
        auto found = store_.list_by(context, authors->ids, r);
        if (!found) co_return found;
        if (authors_ != lookup::view)
            if (auto asked = co_await ask_authors(context, found->articles); !asked)
                co_return fail(std::move(asked.error()));
        for (auto& a : found->articles) a.author.following = true;
        co_return found;
    }

    task<tag_list> tags(query_context context, nothing) override { co_return store_.tags(context); }

    task<article_ref> find(query_context context, get_request r) override {
        auto found = store_.find_ref(context, r.slug);
        if (!found) co_return fail(std::move(found.error()));
        if (!*found) co_return no_article();
        co_return std::move(**found);
    }

    http::route_list routes() override { return routes_.list(); }
    importing& imports() override { return importer_; }

    std::vector<events::subscription> subscriptions() override {
        events::subscription users("users");
        users.on<users::profile_changed>(
            [](sqlite::connection& db, const users::profile_changed& e, const events::event&) {
                store::keep_author(db, e.profile);
            });
        // The saga has seen to it already, but in a store that was restored from before it.
        users.on<users::account_erased>(
            [this](sqlite::connection& db, const users::account_erased& e, const events::event&) {
                while (!erase_account(db, given_.outbox, e.user_id, given_.clock.now())) {
                }
            });
        users.on_reset(events::subscription::restart::from_the_beginning,
                       [](sqlite::connection& db, std::int64_t) {
                           store::doubt_authors(db);
                           closed_accounts().forget_all(db);
                       });
        return {std::move(users)};
    }

    saga::action_list saga_actions() override {
        return closed_accounts().actions([this](sqlite::connection& db, std::int64_t id) {
            return erase_account(db, given_.outbox, id, given_.clock.now());
        });
    }

    async<std::size_t> publish_views(command_context context) override {
        auto counts = views_.take();
        const auto articles = counts.size();
        if (owner_ && !given_.store.is_owned_here()) {
            if (counts.empty()) context.trace = {};
            co_await send_views(context, std::move(counts));
            co_return articles;
        }
        if (counts.empty()) co_return 0;
        const auto told = co_await store_.publish_views(context, counts);
        if (!told && told.error().code != errc::outcome_unknown) views_.give_back(counts);
        co_return articles;
    }

    task<visitor_key> count_views(command_context context, counted_views r) override {
        if (!given_.store.is_owned_here()) co_return not_executed();
        if (!r.counts.empty()) {
            auto told = co_await store_.publish_views(context, std::move(r.counts));
            if (!told) co_return fail(std::move(told.error()));
        }
        co_return views_.key();
    }

private:
    // Also where there are none: the answer has today's key.
    async<void> send_views(command_context context, std::vector<article_views> counts) {
        counted_views batch{counts};
        auto told = co_await owner_->count_views(context, std::move(batch));
        if (told)
            views_.adopt(*told);
        else if (told.error().code != errc::outcome_unknown)
            views_.give_back(counts);
    }

    std::string unique_slug(std::string_view wanted) {
        return fmt::format("{}-{:08x}", wanted, given_.random.next_u64() & 0xffff'ffff);
    }

    // The caller's profile, asked of users before anything is written; nothing where the store has
    // it already, as it nearly always does.
    task<std::optional<users::profile>> unknown_caller(query_context context) {
        const auto known = store_.knows_author(context, context.caller.user_id);
        if (!known) co_return fail(known.error());
        if (*known) co_return std::nullopt;
        users::profiles_request wanted;
        wanted.ids.push_back(context.caller.user_id);
        auto found = co_await users_.get_profiles(context, std::move(wanted));
        if (!found) co_return fail(std::move(found.error()));
        if (found->profiles.empty()) co_return fail(errc::unauthenticated, "token", "is invalid");
        co_return std::move(found->profiles.front());
    }

    // Whose they are as users has it now, where what this module keeps of authors is not to do.
    // Whom users does not know is shown as kept. Fails as the first call does. The articles are on
    // the caller's frame.
    task<nothing> ask_authors(query_context context, std::span<article> articles) {
        std::vector<std::int64_t> ids;
        for (const auto& a : articles) ids.push_back(a.author.id);
        std::unordered_map<std::int64_t, users::profile> found;
        for (auto& some : calls_for(authors_, std::move(ids), users::profiles_asked_max)) {
            users::profiles_request wanted{std::move(some)};
            auto told = co_await users_.get_profiles(context, std::move(wanted));
            if (!told) co_return fail(std::move(told.error()));
            for (auto& p : told->profiles) found.insert_or_assign(p.id, std::move(p));
        }
        for (auto& a : articles)
            if (const auto now = found.find(a.author.id); now != found.end()) {
                a.author.username = now->second.username;
                a.author.bio = now->second.bio;
                a.author.image = now->second.image;
            }
        co_return nothing{};
    }

    // Asks users once which of the authors the caller follows: none while it does not answer. The
    // articles are on the caller's frame.
    async<void> mark_followed(query_context context, std::span<article> articles) {
        users::ids_request wanted;
        for (const auto& a : articles) wanted.ids.push_back(a.author.id);
        std::ranges::sort(wanted.ids);
        const auto twice = std::ranges::unique(wanted.ids);
        wanted.ids.erase(twice.begin(), twice.end());
        if (wanted.ids.empty()) co_return;
        const auto soon = aside(context);
        const auto followed = co_await users_.followed_among(soon, std::move(wanted));
        if (!followed) co_return;
        for (auto& a : articles)
            a.author.following =
                std::ranges::find(followed->ids, a.author.id) != followed->ids.end();
    }

    platform given_;
    users::api& users_;
    api* const owner_;
    const lookup authors_;
    store store_;
    importer importer_;
    view_counter views_;
    posts::routes routes_;
};

}  // namespace

std::unique_ptr<module> make_module(platform given, users::api& users, std::size_t io_threads,
                                    api* owner, lookup authors) {
    return std::make_unique<posts_module>(given, users, io_threads, owner, authors);
}

}  // namespace cleave::posts
