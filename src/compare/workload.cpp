#include <fmt/format.h>

#include <algorithm>
#include <compare/workload.hpp>
#include <content/prose.hpp>

namespace cleave::compare {

using content::headline, content::sentences;

namespace {

constexpr std::size_t article_bytes = 1'000;
constexpr std::size_t comment_bytes = 120;
constexpr std::size_t notifications_shown = 20;

bool has(std::string_view body, std::string_view text) {
    return body.find(text) != std::string_view::npos;
}

std::size_t count_of(std::string_view body, std::string_view text) {
    std::size_t count = 0;
    for (auto at = body.find(text); at != std::string_view::npos;
         at = body.find(text, at + text.size()))
        ++count;
    return count;
}

std::string field(std::string_view name, std::string_view value) {
    return fmt::format(R"("{}":"{}")", name, value);
}

call get(visit kind, std::string_view target, std::string_view token = {}) {
    call out;
    out.kind = static_cast<std::uint8_t>(kind);
    out.bytes = to_bytes({.target = target, .token = token});
    return out;
}

visit choose(seeded& random) {
    auto left = random.below(all_shares);
    for (std::size_t i = 0; i < visit_kinds.size(); ++i) {
        if (left < visit_kinds[i].share) return static_cast<visit>(i);
        left -= visit_kinds[i].share;
    }
    return visit::read_article;
}

}  // namespace

workload::workload(std::uint64_t seed, const workload_sizes& sizes) : seed_(seed), sizes_(sizes) {
    seeded random(seed);
    for (std::size_t i = 0; i < sizes.users; ++i) accounts_.push_back({fmt::format("reader{}", i)});
    for (std::size_t i = 0; i < sizes.articles; ++i) {
        article a{fmt::format("{} {}", headline(random), i), sentences(random, article_bytes),
                  i % sizes.users};
        for (std::size_t k = 0; k < sizes.comments_per_article; ++k)
            a.comments.push_back(sentences(random, comment_bytes));
        articles_.push_back(std::move(a));
    }
    // Zipf's law: the n-th newest article is read 1/n as often as the newest.
    double sum = 0;
    for (std::size_t i = 0; i < sizes.articles; ++i)
        popularity_.push_back(sum += 1.0 / static_cast<double>(i + 1));
}

const workload::account& workload::commenter(const article& a, std::size_t number) const {
    return accounts_[(a.author + 1 + number % (accounts_.size() - 1)) % accounts_.size()];
}

std::size_t workload::told_of(std::size_t account) const {
    std::size_t sum = 0;
    for (const auto& a : articles_)
        if (a.author == account) sum += a.comments.size();
    return sum;
}

std::size_t workload::popular(seeded& random) const {
    const double at = random.unit() * popularity_.back();
    const auto found = std::ranges::lower_bound(popularity_, at);
    return articles_.size() - 1 - static_cast<std::size_t>(found - popularity_.begin());
}

call workload::request(std::uint64_t sequence, std::uint64_t index) const {
    seeded random(seeded(seed_, sequence).next(), index);
    const visit kind = choose(random);
    return make(kind, random, sequence, index);
}

call workload::request(visit kind, std::uint64_t sequence, std::uint64_t index) const {
    seeded random(seeded(seed_, sequence).next(), index);
    return make(kind, random, sequence, index);
}

call workload::make(visit kind, seeded& random, std::uint64_t sequence, std::uint64_t index) const {
    switch (kind) {
        case visit::read_article: return read_article(random);
        case visit::list_articles: return list_articles(random);
        case visit::read_comments: return read_comments(random);
        case visit::write_comment: return write_comment(random, sequence, index);
        case visit::notifications: return notifications(random);
        case visit::current_user: return current_user(random);
        case visit::favorite: return favorite(random);
        case visit::publish: return publish(random, sequence, index);
        case visit::log_in: return log_in(random);
    }
    return {};
}

call workload::read_article(seeded& random) const {
    const article& a = articles_[popular(random)];
    call out = get(visit::read_article, a.target);
    out.content_is_right = [&a](std::string_view body) {
        return has(body, field("slug", a.slug)) && has(body, field("title", a.title)) &&
               has(body, field("body", a.text));
    };
    return out;
}

// Most look at the first page.
call workload::list_articles(seeded& random) const {
    const auto pages = articles_.size() / sizes_.page;
    const auto page = random.below(10) < 7 ? 0 : random.below(pages);
    const article& newest = articles_[articles_.size() - 1 - page * sizes_.page];
    const article& oldest = articles_[articles_.size() - (page + 1) * sizes_.page];
    call out = get(visit::list_articles, fmt::format("/api/articles?tag={}&limit={}&offset={}", tag,
                                                     sizes_.page, page * sizes_.page));
    out.content_is_right = [this, &newest, &oldest](std::string_view body) {
        return count_of(body, R"("slug":")") == sizes_.page &&
               has(body, field("slug", newest.slug)) && has(body, field("slug", oldest.slug)) &&
               has(body, fmt::format(R"("articlesCount":{})", articles_.size()));
    };
    return out;
}

call workload::read_comments(seeded& random) const {
    const article& a = articles_[popular(random)];
    call out =
        get(visit::read_comments, fmt::format("{}/comments?limit={}", a.target, a.comments.size()));
    out.content_is_right = [&a](std::string_view body) {
        return count_of(body, R"("body":")") == a.comments.size() &&
               std::ranges::all_of(a.comments, [body](const std::string& text) {
                   return has(body, field("body", text));
               });
    };
    return out;
}

call workload::write_comment(seeded& random, std::uint64_t sequence, std::uint64_t index) const {
    const article& a = articles_[popular(random)];
    const account& who = accounts_[random.below(accounts_.size())];
    std::string text = fmt::format("{}.{}: {}", sequence, index, sentences(random, comment_bytes));
    call out;
    out.kind = static_cast<std::uint8_t>(visit::write_comment);
    out.bytes = to_bytes({"POST", a.target + "/comments", who.token,
                          fmt::format(R"({{"comment":{{"body":"{}"}}}})", text)});
    out.status = 201;
    out.content_is_right = [&who, text = std::move(text)](std::string_view body) {
        return has(body, field("body", text)) && has(body, field("username", who.name));
    };
    return out;
}

call workload::notifications(seeded& random) const {
    const auto at = random.below(accounts_.size());
    call out =
        get(visit::notifications, fmt::format("/api/notifications?limit={}", notifications_shown),
            accounts_[at].token);
    const auto shown = std::min(notifications_shown, told_of(at));
    out.content_is_right = [shown](std::string_view body) {
        return count_of(body, R"("kind":")") >= shown && has(body, R"("unreadCount":)");
    };
    return out;
}

call workload::current_user(seeded& random) const {
    const account& who = accounts_[random.below(accounts_.size())];
    call out = get(visit::current_user, "/api/user", who.token);
    out.content_is_right = [&who](std::string_view body) {
        return has(body, field("username", who.name));
    };
    return out;
}

// Again and again: the second time it changes nothing, as with a reader who clicks twice.
call workload::favorite(seeded& random) const {
    const article& a = articles_[popular(random)];
    const account& who = accounts_[random.below(accounts_.size())];
    const bool takes_back = random.below(2) == 0;
    call out;
    out.kind = static_cast<std::uint8_t>(visit::favorite);
    out.bytes = to_bytes({takes_back ? "DELETE" : "POST", a.target + "/favorite", who.token, {}});
    out.content_is_right = [&a, takes_back](std::string_view body) {
        return has(body, field("slug", a.slug)) &&
               has(body, takes_back ? R"("favorited":false)" : R"("favorited":true)");
    };
    return out;
}

call workload::publish(seeded& random, std::uint64_t sequence, std::uint64_t index) const {
    const account& who = accounts_[random.below(accounts_.size())];
    std::string title = fmt::format("{} {}.{}", headline(random), sequence, index);
    const std::string text = sentences(random, article_bytes);
    call out;
    out.kind = static_cast<std::uint8_t>(visit::publish);
    out.bytes =
        to_bytes({"POST", "/api/articles", who.token,
                  fmt::format(R"({{"article":{{"title":"{}","description":"{}","body":"{}"}}}})",
                              title, text.substr(0, text.find('.')), text)});
    out.status = 201;
    out.content_is_right = [&who, title = std::move(title)](std::string_view body) {
        return has(body, field("title", title)) && has(body, field("username", who.name));
    };
    return out;
}

call workload::log_in(seeded& random) const {
    const account& who = accounts_[random.below(accounts_.size())];
    call out;
    out.kind = static_cast<std::uint8_t>(visit::log_in);
    out.bytes = to_bytes({"POST",
                          "/api/users/login",
                          {},
                          fmt::format(R"({{"user":{{"email":"{}@example.test","password":"{}"}}}})",
                                      who.name, password)});
    out.content_is_right = [&who](std::string_view body) {
        return has(body, field("username", who.name)) && has(body, R"("token":")");
    };
    return out;
}

}  // namespace cleave::compare
