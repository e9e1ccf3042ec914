#include "generator.hpp"

#include <base/encoding.hpp>
#include <support/blog_client.hpp>

namespace cleave::test {

namespace {

const std::vector<std::string> words{
    "asio",      "sqlite",
    "coroutine", "한국어",
    "글쓰기",    "대화",
    "naïve",     "Größe",
    "日本語",    "😀",
    "c++",       "<b>&amp;",
    "don't",     "\"q\"",
    "100%",      "a/b",
    "..",        "Ünïcödé",
    "reader",    "writer",
    "quick",     "brown",
    "fox",       "봄날",
    "Ελλάδα",    "\u05e9\u05dc\u05d5\u05dd",
    "e\u0301",   "ﬁ",
    "null",      "0",
    "-1",        "\\n",
    "tab\there", "rtl\u202e"};  // NOLINT(misc-misleading-bidirectional)
const std::vector<std::string> tags{"c++", "sqlite", "asio", "한국", "a b", "x&y", "Tag", "tag"};

std::string json_of(const json::value& body) {
    return json::serialize(body);
}

std::string placeholder(std::string_view kind, std::size_t step) {
    return "{{" + std::string(kind) + ":" + std::to_string(step) + "}}";
}

}  // namespace

std::size_t generator::add(std::string method, std::string target, std::string headers,
                           std::string_view body) {
    // Compressed or not, from a browser or not: it changes how an answer is sent, not what it says.
    if (chance(10)) headers += "Accept-Encoding: gzip\r\n";
    if (chance(10)) headers += "Origin: https://blog.example.org\r\n";
    if (chance(20))
        headers += "User-Agent: Mozilla/5.0 (visitor " + std::to_string(up_to(5)) + ")\r\n";
    if (chance(5)) headers += "Referer: https://search.example.org/q\r\n";
    if (!body.empty() && chance(90)) headers += "Content-Type: application/json\r\n";
    log_.push_back({std::move(method), std::move(target), std::move(headers),
                    to_base64url(as_bytes(body)), false});
    return log_.size() - 1;
}

std::string generator::bearer(std::size_t who) const {
    return "Authorization: Token " + accounts_[who].token + "\r\n";
}

std::string generator::some_bearer() {
    const auto n = up_to(20);
    if (n < 3) return {};
    if (n == 3) return "Authorization: Token not.a.token\r\n";
    return bearer(author());
}

std::string generator::text(std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += (i == 0 ? "" : " ") + one_of(words);
    return out;
}

std::string generator::some_slug() {
    if (articles_.empty() || chance(4)) return "there-is-none";
    // The newest are the most read.
    const auto newest = std::min<std::size_t>(articles_.size(), 8);
    return chance(70) ? articles_[articles_.size() - 1 - up_to(newest)].slug
                      : one_of(articles_).slug;
}

std::string generator::article_body() {
    json::array chosen;
    for (std::size_t i = up_to(4); i > 0; --i) chosen.emplace_back(one_of(tags));
    json::object fields{{"title", text(1 + up_to(5))},
                        {"description", text(up_to(8))},
                        {"body", text(1 + up_to(60))},
                        {"tagList", chosen}};
    if (chance(4)) fields.erase(one_of<std::string>({"title", "description", "body"}));
    if (chance(2)) fields["title"] = "";
    return json_of(json::object{{"article", fields}});
}

void generator::sign_up() {
    const auto n = std::to_string(accounts_.size());
    account who;
    who.name = one_of<std::string>({"reader", "글쓴이", "Émile", "o'neil", "a.b-c_"}) + n;
    who.email = "visitor" + n + "@example.com";
    const auto at = add("POST", "/api/users", {},
                        json_of(json::object{{"user", json::object{{"username", who.name},
                                                                   {"email", who.email},
                                                                   {"password", password}}}}));
    who.token = placeholder("token", at);
    accounts_.push_back(std::move(who));
}

// The first is the admin, the second a moderator, and the third may read alone.
void generator::open_accounts() {
    for (int i = 0; i < 10; ++i) sign_up();
    add("GRANT", "admin", {}, accounts_[0].name);
    const auto appoint = [&](std::size_t who, std::string_view role) {
        add("PUT", "/api/admin/users/" + percent_encoded(accounts_[who].name), bearer(0),
            json_of(json::object{{"user", json::object{{"role", role}}}}));
    };
    appoint(1, "moderator");
    appoint(2, "reader");
}

replay_log generator::make(std::size_t steps) {
    open_accounts();
    while (log_.size() < steps) act();
    read_figures();
    return std::move(log_);
}

void generator::act() {
    struct habit {
        unsigned weight;
        void (generator::*what)();
    };
    static const std::vector<habit> habits{
        {10, &generator::write_article}, {5, &generator::change_article},
        {18, &generator::write_comment}, {6, &generator::change_comment},
        {3, &generator::send_twice},     {9, &generator::like_or_follow},
        {2, &generator::change_profile}, {2, &generator::log_in},
        {1, &generator::log_out},        {2, &generator::govern},
        {14, &generator::read_list},     {9, &generator::read_article},
        {6, &generator::read_people},    {6, &generator::read_inbox},
        {4, &generator::look_again},     {5, &generator::blunder},
        {5, &generator::attack}};
    unsigned all = 0;
    for (const auto& h : habits) all += h.weight;
    auto drawn = up_to(all);
    for (const auto& h : habits) {
        if (drawn < h.weight) return (this->*h.what)();
        drawn -= h.weight;
    }
}

void generator::write_article() {
    const auto who = author();
    const auto at = add("POST", "/api/articles", bearer(who), article_body());
    articles_.push_back({placeholder("slug", at), {}, who});
}

void generator::change_article() {
    if (articles_.empty()) return;
    const auto& which = one_of(articles_);
    const auto path = "/api/articles/" + which.slug;
    const auto as = bearer(chance(80) ? which.author : author());
    if (chance(30)) {
        add("DELETE", path, as);
        return;
    }
    json::object fields;
    if (chance(50)) fields["title"] = text(1 + up_to(4));
    if (chance(40)) fields["body"] = text(1 + up_to(30));
    if (chance(20)) fields["tagList"] = json::array{one_of(tags)};
    if (chance(5)) fields["description"] = nullptr;
    const auto at = add("PUT", path, as, json_of(json::object{{"article", fields}}));
    // By its new name from now on, where it has got one; and the old one goes on.
    const written renamed{placeholder("slug", at), {}, which.author};
    if (fields.contains("title")) articles_.push_back(renamed);
}

void generator::write_comment() {
    const auto who = author();
    const auto slug = some_slug();
    auto said = text(1 + up_to(12));
    if (chance(25)) said += " @" + one_of(accounts_).name + ", @nobody";
    const auto at = add("POST", "/api/articles/" + slug + "/comments", bearer(who),
                        json_of(json::object{{"comment", json::object{{"body", said}}}}));
    comments_.push_back({slug, placeholder("comment", at), who});
}

void generator::change_comment() {
    if (comments_.empty()) return;
    const auto& which = one_of(comments_);
    const auto path = "/api/articles/" + which.slug + "/comments/" + which.comment;
    const auto as = bearer(chance(80) ? which.author : author());
    if (chance(50))
        add("DELETE", path, as);
    else
        add("PUT", path, as,
            json_of(json::object{{"comment", json::object{{"body", text(1 + up_to(9))}}}}));
}

// With one key: done once, whatever the second says.
void generator::send_twice() {
    const auto as = bearer(author()) + "Idempotency-Key: k" + std::to_string(log_.size()) + "\r\n";
    const bool an_article = chance(50);
    const auto path = an_article ? "/api/articles" : "/api/articles/" + some_slug() + "/comments";
    const auto body = an_article
                          ? article_body()
                          : json_of(json::object{{"comment", json::object{{"body", text(3)}}}});
    add("POST", path, as, body);
    add("POST", path, as, chance(80) ? body : article_body());
}

void generator::like_or_follow() {
    const std::string method = chance(70) ? "POST" : "DELETE";
    const auto as = some_bearer();
    if (chance(60))
        add(method, "/api/articles/" + some_slug() + "/favorite", as);
    else
        add(method, "/api/profiles/" + percent_encoded(one_of(accounts_).name) + "/follow", as,
            method == "POST" ? "{}" : "");
}

// Names are changed rarely, for all that is said of somebody afterwards depends on it.
void generator::change_profile() {
    const auto who = author();
    json::object fields;
    if (chance(60)) fields["bio"] = text(up_to(10));
    if (chance(30)) fields["image"] = "https://example.com/" + std::to_string(up_to(9)) + ".png";
    if (chance(10)) fields["bio"] = nullptr;
    if (chance(30))
        fields["username"] =
            chance(60) ? one_of(accounts_).name : "renamed" + std::to_string(log_.size());
    add("PUT", "/api/user", bearer(who), json_of(json::object{{"user", fields}}));
    if (chance(30)) add("GET", "/api/user", bearer(who));
}

void generator::log_in() {
    auto& who = accounts_[author()];
    const bool wrong = who.failures < 3 && chance(30);
    if (wrong) ++who.failures;
    const auto at = add("POST", "/api/users/login", {},
                        json_of(json::object{
                            {"user", json::object{{"email", who.email},
                                                  {"password", wrong ? "no, never" : password}}}}));
    if (!wrong) who.token = placeholder("token", at);
}

// The token is tried once more, and then there is a new one.
void generator::log_out() {
    const auto who = author();
    add("POST", "/api/users/logout", bearer(who), "{}");
    add("GET", "/api/user", bearer(who));
    const auto at = add("POST", "/api/users/login", {},
                        json_of(json::object{{"user", json::object{{"email", accounts_[who].email},
                                                                   {"password", password}}}}));
    accounts_[who].token = placeholder("token", at);
}

void generator::govern() {
    const auto as = bearer(chance(70) ? 0 : author());
    const auto whom = 3 + up_to(accounts_.size() - 3);
    const auto path = "/api/admin/users/" + percent_encoded(accounts_[whom].name);
    switch (up_to(4)) {
        case 0:
            add("GET", "/api/admin/users?limit=5&offset=" + std::to_string(up_to(8)), as);
            break;
        case 1: add("GET", "/api/admin/users?q=" + percent_encoded(text(1)), as); break;
        case 2:
            add("PUT", path, as, R"({"user":{"status":"suspended"}})");
            add("POST", "/api/articles", bearer(whom), article_body());
            add("PUT", path, bearer(0), R"({"user":{"status":"active"}})");
            break;
        default:
            add("PUT", path, as,
                json_of(json::object{
                    {"user", json::object{{"role", one_of<std::string>({"reader", "author",
                                                                        "moderator", "king"})}}}}));
    }
}

}  // namespace cleave::test
