// A saga over modules that share a database, in the transaction in which it begins.
#include "scratch_saga.hpp"

using namespace cleave;
using namespace cleave::saga;

namespace {

const std::vector<sqlite::migration_list> schemas{
    {"home", {{"0001_words", "CREATE TABLE home_words (word TEXT NOT NULL) STRICT;"}}},
    {"a", {{"0001_words", "CREATE TABLE a_words (word TEXT NOT NULL) STRICT;"}}},
    {"b", {{"0001_words", "CREATE TABLE b_words (word TEXT NOT NULL) STRICT;"}}}};

// home, a and b in one file; the first step is home's, as in saga_world.
struct one_database {
    struct part {
        sqlite::database store;
        events::outbox outbox;
        std::unique_ptr<participant_service_of> service;

        part(const sqlite::database& whole, const std::string& name, action_list more)
            : store(whole, name), outbox(store) {
            for (const auto& [action, word] :
                 {std::pair("do", "did"), std::pair("undo", "undid"), std::pair("end", "ended")})
                more.try_emplace(action, writes(name, word));
            service = std::make_unique<participant_service_of>(outbox, std::move(more));
        }
    };

    test::scratch_folder folder;
    sqlite::database whole{folder.path(), "blog", schemas, 1,
                           [](const std::string&) { std::abort(); }};
    part home{whole, "home", {}}, a{whole, "a", {}}, b;
    journal sagas{home.outbox};
    plan what{"test",
              {{"home", "do", "undo"},
               {"a", "do", "undo"},
               {"b", "do", "undo"},
               {"a", "end"},
               {"b", "end"},
               {"home", "end"}},
              3};

    explicit one_database(action_list more_of_b = {}) : b(whole, "b", std::move(more_of_b)) {
        sagas.run_within(
            [this](sqlite::connection& db, std::string_view module, const step_request& r) {
                const part& one = module == "a" ? a : module == "b" ? b : home;
                return one.service->run_within(db, r);
            });
    }
    ~one_database() { whole.writer().stop(); }

    static action writes(const std::string& module, const std::string& word) {
        return [sql = std::make_shared<std::string>(
                    fmt::format("INSERT INTO {}_words VALUES (?1)", module)),
                word](sqlite::connection& db, std::int64_t) -> result<bool> {
            db.run(*sql, word);
            return true;
        };
    }

    result<record> begin(const std::string& id) {
        return whole.writer().submit_blocking<record>([&](sqlite::connection& db) {
            db.run("INSERT INTO home_words VALUES ('did')");
            return sagas.begin(db, id, what, 7);
        });
    }
    std::string words() {
        return whole.read(steady_time::max(), [](sqlite::connection& db) {
            std::string out;
            auto rows = db.query(
                "SELECT 'home', rowid, word FROM home_words UNION ALL "
                "SELECT 'a', rowid, word FROM a_words UNION ALL "
                "SELECT 'b', rowid, word FROM b_words ORDER BY 1 DESC, 2");
            std::string of = "home";
            while (rows.step()) {
                if (std::exchange(of, std::string(rows.text(0))) != of) out += "/ ";
                out.append(rows.text(2)).append(" ");
            }
            return out;
        });
    }
    std::int64_t commits() { return static_cast<std::int64_t>(whole.writer().counters().commits); }
};

}  // namespace

TEST_CASE("a saga over one database is over with the transaction that begins it") {
    one_database w;
    const auto before = w.commits();
    const auto at = w.begin("s");
    REQUIRE(at.has_value());
    CHECK(at->at.state == saga_state::completed);
    CHECK(w.words() == "did ended / did ended / did ended ");
    CHECK(w.commits() == before + 1);
    // It is told of as any other, and nobody has anything left to do for it.
    operating_service_of told(w.sagas);
    const auto shown = test::run_coroutine(told.show({}, saga_id{"s"}));
    REQUIRE(shown.has_value());
    CHECK(shown->state == saga_state::completed);
    for (const auto& step : shown->steps) CHECK(step.state == step_state::done);
    CHECK(w.sagas.unfinished(10)->empty());
}

TEST_CASE("where one step fails, nothing of a saga over one database is done") {
    const problem refusal{errc::forbidden, "module", "says no", std::nullopt};
    const problem away{errc::not_executed, "service", "unavailable", std::nullopt};
    std::function<result<bool>()> answers;
    one_database w({{"end", [&answers](sqlite::connection& db, std::int64_t) -> result<bool> {
                         db.run("INSERT INTO b_words VALUES ('half')");
                         return answers();
                     }}});
    // By what an action answers, by what it throws, and where nobody knows it.
    answers = [&]() -> result<bool> { return fail(refusal); };
    CHECK(w.begin("s").error().code == errc::internal);
    answers = []() -> result<bool> { throw std::runtime_error("a bug"); };
    CHECK(w.begin("s").error().code == errc::internal);
    // That nothing was done is the same answer as everywhere.
    answers = [&]() -> result<bool> { return fail(away); };
    CHECK(w.begin("s").error().code == errc::not_executed);
    const auto plan = w.what;
    w.what.steps.back().action = "fly";
    answers = []() -> result<bool> { return true; };
    CHECK(w.begin("s").error().code == errc::internal);
    CHECK(w.words().empty());
    CHECK(w.sagas.list()->empty());

    w.what = plan;
    CHECK(w.begin("s").has_value());
    CHECK(w.words() == "did ended / did half / did ended ");
}

TEST_CASE("what has much to do does all of it in that transaction") {
    int left = 5;
    one_database w({{"end", [&left](sqlite::connection& db, std::int64_t) -> result<bool> {
                         db.run("INSERT INTO b_words VALUES ('part')");
                         return --left == 0;
                     }}});
    REQUIRE(w.begin("s").has_value());
    CHECK(w.words() == "did ended / did part part part part part / did ended ");
}

TEST_CASE("a saga that began step by step is brought to its end so") {
    one_database w;
    journal one_by_one(w.home.outbox);
    const auto begun = w.whole.writer().submit_blocking<record>([&](sqlite::connection& db) {
        db.run("INSERT INTO home_words VALUES ('did')");
        return one_by_one.begin(db, "s", w.what, 7);
    });
    CHECK(begun->at.state == saga_state::running);
    orchestrator o(w.sagas,
                   [&](std::string_view name) -> participant* {
                       return (name == "a" ? w.a : name == "b" ? w.b : w.home).service.get();
                   },
                   {});
    CHECK(test::run_coroutine(o.advance("s")));
    CHECK(w.words() == "did ended / did ended / did ended ");
    CHECK((*w.sagas.find("s"))->at.state == saga_state::completed);
}
