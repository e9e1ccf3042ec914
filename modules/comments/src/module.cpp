#include <algorithm>
#include <comments/module.hpp>
#include <contract/aside.hpp>
#include <iterator>
#include <span>
#include <unordered_map>

#include "import.hpp"
#include "mentions.hpp"
#include "routes.hpp"
#include "rules.hpp"
#include "store.hpp"
#include "store_account.hpp"

namespace cleave::comments {

namespace {

std::unexpected<problem> no_token() {
    return fail(errc::unauthenticated, "token", "is missing");
}

// The account that bears the longest of a mention's names; 0 where none does.
std::int64_t first_of(const mention& names, const std::vector<users::profile>& accounts) {
    for (const auto& name : names)
        for (const auto& account : accounts)
            if (is_same_name(account.username, name)) return account.id;
    return 0;
}

class comments_module final : public module {
public:
    comments_module(platform given, posts::api& posts, users::api& users, lookup authors)
        : given_(given),
          posts_(posts),
          users_(users),
          authors_(authors),
          store_(given),
          importer_(store_, posts, users),
          routes_(*this) {}

    task<comment> create(command_context context, create_request r) override {
        if (!context.caller) co_return no_token();
        if (auto fine = check_body(r.body); !fine) co_return fail(std::move(fine.error()));
        // Posts has the last word on what may be commented: what this module keeps may be late.
        posts::get_request wanted{std::move(r.slug)};
        auto article = co_await posts_.find(context, std::move(wanted));
        if (!article) co_return fail(std::move(article.error()));
        auto author = co_await unknown_author(context);
        if (!author) co_return fail(std::move(author.error()));
        new_comment what;
        what.article = {article->id, std::move(article->slug), std::move(article->title),
                        article->author_id};
        if (auto mentions = find_mentions(r.body); !mentions.empty())
            what.mentioned_ids = co_await mentioned_by(context, std::move(mentions));
        what.body = std::move(r.body);
        what.author_id = context.caller.user_id;
        what.author = std::move(*author);
        what.created_at = given_.clock.now();
        co_return co_await store_.add(context, std::move(what));
    }

    task<comment> change(command_context context, change_request r) override {
        if (!context.caller) co_return no_token();
        if (auto fine = check_body(r.body); !fine) co_return fail(std::move(fine.error()));
        const auto article = co_await article_id(context, r.slug);
        if (!article) co_return fail(article.error());
        auto changed = co_await store_.change(context, *article, std::move(r));
        if (changed) co_await mark_followed(context, std::span(&*changed, 1));
        co_return changed;
    }

    task<nothing> remove(command_context context, remove_request r) override {
        if (!context.caller) co_return no_token();
        const auto article = co_await article_id(context, std::move(r.slug));
        if (!article) co_return fail(article.error());
        co_return co_await store_.remove(context, *article, r.id);
    }

    task<comment_list> list(query_context context, list_request r) override {
        const auto limit = r.limit ? std::max<std::int64_t>(*r.limit, 1) : -1;
        auto article = co_await article_id(context, std::move(r.slug));
        if (!article) co_return fail(std::move(article.error()));
        auto found = store_.list(context, *article, limit);
        if (!found) co_return found;
        if (authors_ != lookup::view)
            if (auto asked = co_await ask_authors(context, found->comments); !asked)
                co_return fail(std::move(asked.error()));
        if (context.caller) co_await mark_followed(context, found->comments);
        co_return found;
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
                const auto now = given_.clock.now();
                while (!erase_account(db, store_, given_.outbox, e.user_id, now)) {
                }
            });
        events::subscription posts("posts");
        posts.on<posts::article_published>(
            [](sqlite::connection& db, const posts::article_published& e, const events::event&) {
                store::keep_article(db, e.article);
            });
        posts.on<posts::article_changed>(
            [](sqlite::connection& db, const posts::article_changed& e, const events::event&) {
                store::keep_article(db, e.article);
            });
        posts.on<posts::article_deleted>([this](sqlite::connection& db,
                                                const posts::article_deleted& e,
                                                const events::event& told) {
            store_.remove_article(db, e.article.id, told.at);
        });
        constexpr auto again = events::subscription::restart::from_the_beginning;
        users.on_reset(again, [](sqlite::connection& db, std::int64_t) {
            store::doubt_authors(db);
            closed_accounts().forget_all(db);
        });
        posts.on_reset(again,
                       [](sqlite::connection& db, std::int64_t) { store::forget_articles(db); });
        return {std::move(users), std::move(posts)};
    }

    saga::action_list saga_actions() override {
        return closed_accounts().actions([this](sqlite::connection& db, std::int64_t id) {
            return erase_account(db, store_, given_.outbox, id, given_.clock.now());
        });
    }

private:
    // Asked of posts only where the store has not heard of the article, or where there is none.
    task<std::int64_t> article_id(query_context context, std::string slug) {
        const auto known = store_.find_article(context, slug);
        if (!known) co_return fail(known.error());
        if (*known) co_return **known;
        posts::get_request wanted{std::move(slug)};
        auto found = co_await posts_.find(context, std::move(wanted));
        if (!found) co_return fail(std::move(found.error()));
        co_return found->id;
    }

    // The caller's profile, asked of users before anything is written; nothing where the store has
    // it already, as it nearly always does.
    task<std::optional<users::profile>> unknown_author(query_context context) {
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

    // Each account once, and not the caller's. Those that this module has not heard of are asked of
    // users, all at once; while users does not answer, they are not mentioned.
    async<std::vector<std::int64_t>> mentioned_by(query_context context,
                                                  std::vector<mention> mentions) {
        std::vector<std::int64_t> ids;
        const auto add = [&](std::int64_t id) {
            const bool fresh =
                id != 0 && id != context.caller.user_id && std::ranges::find(ids, id) == ids.end();
            if (fresh) ids.push_back(id);
        };
        const auto known = store_.find_mentioned(context, mentions);
        users::usernames_request unknown;
        for (std::size_t i = 0; i < mentions.size(); ++i)
            if (known && (*known)[i] != 0)
                add((*known)[i]);
            else
                std::ranges::copy(mentions[i], std::back_inserter(unknown.usernames));
        if (unknown.usernames.empty()) co_return ids;
        const auto soon = aside(context);
        const auto found = co_await users_.find_profiles(soon, std::move(unknown));
        if (!found) co_return ids;
        for (std::size_t i = 0; i < mentions.size(); ++i)
            if (!known || (*known)[i] == 0) add(first_of(mentions[i], found->profiles));
        co_return ids;
    }

    // Whose they are as users has it now, where what this module keeps of authors is not to do.
    // Whom users does not know is shown as kept. Fails as the first call does. The comments are on
    // the caller's frame.
    task<nothing> ask_authors(query_context context, std::span<comment> comments) {
        std::vector<std::int64_t> ids;
        for (const auto& c : comments) ids.push_back(c.author.id);
        std::unordered_map<std::int64_t, users::profile> found;
        for (auto& some : calls_for(authors_, std::move(ids), users::profiles_asked_max)) {
            users::profiles_request wanted{std::move(some)};
            auto told = co_await users_.get_profiles(context, std::move(wanted));
            if (!told) co_return fail(std::move(told.error()));
            for (auto& p : told->profiles) found.insert_or_assign(p.id, std::move(p));
        }
        for (auto& c : comments)
            if (const auto now = found.find(c.author.id); now != found.end()) {
                c.author.username = now->second.username;
                c.author.bio = now->second.bio;
                c.author.image = now->second.image;
            }
        co_return nothing{};
    }

    // Asks users which of the authors the caller follows: none while it does not answer. The
    // comments are on the caller's frame.
    async<void> mark_followed(query_context context, std::span<comment> comments) {
        std::vector<std::int64_t> authors;
        for (const auto& c : comments) authors.push_back(c.author.id);
        std::ranges::sort(authors);
        const auto twice = std::ranges::unique(authors);
        authors.erase(twice.begin(), twice.end());
        std::vector<std::int64_t> followed;
        const auto soon = aside(context);
        for (std::size_t at = 0; at < authors.size(); at += users::profiles_asked_max) {
            users::ids_request some;
            const auto size = std::min(users::profiles_asked_max, authors.size() - at);
            some.ids.assign(authors.data() + at, authors.data() + at + size);
            const auto answer = co_await users_.followed_among(soon, std::move(some));
            if (!answer) co_return;
            std::ranges::copy(answer->ids, std::back_inserter(followed));
        }
        if (followed.empty()) co_return;
        std::ranges::sort(followed);
        for (auto& c : comments)
            c.author.following = std::ranges::binary_search(followed, c.author.id);
    }

    platform given_;
    posts::api& posts_;
    users::api& users_;
    const lookup authors_;
    store store_;
    importer importer_;
    comments::routes routes_;
};

}  // namespace

std::unique_ptr<module> make_module(platform given, posts::api& posts, users::api& users,
                                    lookup authors) {
    return std::make_unique<comments_module>(given, posts, users, authors);
}

}  // namespace cleave::comments
