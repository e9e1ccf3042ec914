#include <sodium.h>

#include <app/demo.hpp>
#include <base/timer.hpp>
#include <telemetry/log.hpp>

namespace cleave::app {

namespace {

constexpr std::chrono::seconds patience(20);
constexpr std::chrono::milliseconds try_again_after(20);

struct person {
    const char* username;
    const char* email;
};
constexpr person people[] = {
    {"ann", "ann@example.com"}, {"민수", "minsu@example.com"}, {"bo", "bo@example.com"}};

struct piece {
    std::size_t author;
    const char* title;
    const char* description;
    const char* body;
    std::vector<std::string> tags;
};
const std::vector<piece>& pieces() {
    static const std::vector<piece> all{
        {0,
         "One binary, any shape",
         "What this blog is made of",
         "Five modules, one declaration each. A line of config decides which of them run together "
         "and which run alone; nothing else changes.",
         {"cleave", "architecture"}},
        {1,
         "마이크로서비스에서 댓글이 달리면",
         "댓글 하나가 지나가는 길",
         "댓글은 댓글 모듈의 데이터베이스에 사건과 함께 한 트랜잭션으로 저장됩니다. 알림 모듈은 그 "
         "사건을 읽고, 자기 커서와 함께 알림을 저장합니다.",
         {"cleave", "한국어", "events"}},
        {2,
         "Durable means durable",
         "Why an answer waits for the disk",
         "With synchronous=NORMAL a power cut may take back what was promised. With FULL it may "
         "not, and group commit pays most of the price.",
         {"sqlite", "durability"}},
        {0,
         "Kill it and look",
         "A small experiment for a quiet afternoon",
         "Start the blog with `cleave up --split comments`, find the process with `cleave status`, "
         "and kill -9 it. Articles stay; comments come back.",
         {"cleave", "operations"}}};
    return all;
}

struct remark {
    std::size_t piece;
    std::size_t author;
    const char* body;
};
constexpr remark remarks[] = {{0, 1, "모놀리스도 마이크로서비스도 같은 코드라니, 재미있네요."},
                              {0, 2, "So the difference between the two is a config file?"},
                              {1, 0, "And the notification for this very comment took that way."},
                              {2, 1, "그룹 커밋 덕분에 그렇게 느리지 않아요."},
                              {3, 2, "Did that. It was back before I could say 503."}};

// The same words give the same key in every attempt.
command_context demo_command(const std::string& what, std::int64_t user_id) {
    command_context c;
    c.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    c.caller = {user_id, 1, role::author};
    crypto_generichash(c.key.value.data(), c.key.value.size(), as_bytes(what).data(), what.size(),
                       nullptr, 0);
    return c;
}

task<bool> is_empty(blog& b) {
    const query_context nobody;
    const posts::list_request any;
    auto there = co_await b.posts().list(nobody, any);
    if (!there) co_return fail(std::move(there.error()));
    co_return there->total == 0;
}

task<nothing> fill(blog& b) {
    std::vector<std::int64_t> ids;
    for (const auto& p : people) {
        users::register_request wanted{p.username, p.email, std::string(demo_password)};
        auto context = demo_command("demo person " + wanted.username, 0);
        auto made = co_await b.users().register_account(context, std::move(wanted));
        if (!made) co_return fail(std::move(made.error()));
        ids.push_back(made->id);
    }
    std::vector<std::string> slugs;
    for (const auto& p : pieces()) {
        posts::create_request wanted{p.title, p.description, p.body, p.tags};
        auto context = demo_command("demo article " + wanted.title, ids[p.author]);
        auto made = co_await b.posts().create(context, std::move(wanted));
        if (!made) co_return fail(std::move(made.error()));
        slugs.push_back(made->slug);
    }
    for (const auto& r : remarks) {
        comments::create_request wanted{slugs[r.piece], r.body};
        auto context = demo_command("demo comment " + wanted.body, ids[r.author]);
        auto made = co_await b.comments().create(context, std::move(wanted));
        if (!made) co_return fail(std::move(made.error()));
    }
    log::info("demo", "wrote {} articles and {} comments by {} people (password: {})", slugs.size(),
              std::size(remarks), ids.size(), demo_password);
    co_return nothing{};
}

}  // namespace

// At the start of a split blog some processes are not there yet. What was not executed is done
// again, and the keys see to it that nothing is there twice.
async<void> fill_with_demo(blog& b) {
    const auto until = std::chrono::steady_clock::now() + patience;
    result<bool> wanted = not_executed();
    result<nothing> filled = not_executed();
    while (std::chrono::steady_clock::now() < until) {
        if (!wanted) wanted = co_await is_empty(b);
        if (wanted && !*wanted) co_return;
        if (wanted) filled = co_await fill(b);
        if (filled || filled.error().code != errc::not_executed) break;
        co_await resume_after(try_again_after);
    }
    if (!filled)
        log::warning("demo", "no demo content: {} {}", filled.error().subject,
                     filled.error().detail);
}

}  // namespace cleave::app
