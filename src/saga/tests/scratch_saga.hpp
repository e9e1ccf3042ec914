#pragma once
// A small world for sagas: a module "home" that orchestrates, and modules with a list of words on
// which the actions "add" and "end" act.
#include <catch2/catch.hpp>
#include <saga/orchestrator.hpp>
#include <saga/sagas.hpp>
#include <stdexcept>
#include <support/scratch_platform.hpp>

namespace cleave::saga {

inline const sqlite::migration_list words_schema{
    "home", {{"0001_words", "CREATE TABLE home_words (word TEXT NOT NULL) STRICT;"}}};

inline std::string words_in(test::scratch_platform& p) {
    return p.store.read(steady_time::max(), [](sqlite::connection& db) {
        std::string out;
        auto rows = db.query("SELECT word FROM home_words ORDER BY rowid");
        while (rows.step()) out += std::string(rows.text(0)) + " ";
        return out;
    });
}

inline action says(std::string word) {
    return [word](sqlite::connection& db, std::int64_t) -> result<bool> {
        db.run("INSERT INTO home_words VALUES (?1)", word);
        return true;
    };
}

// One that takes part. What it answers can be lost, refused, or fail before anything is done.
class member final : public participant {
public:
    explicit member(action_list more = {}) {
        more.try_emplace("do", says("did"));
        more.try_emplace("undo", says("undid"));
        more.try_emplace("end", says("ended"));
        service_ = std::make_unique<participant_service_of>(p.outbox, std::move(more), p.clock);
    }

    test::scratch_platform p{words_schema};
    int calls = 0;
    std::optional<problem> fails_with{};  // before anything is done
    bool loses_next_answer = false;

    task<step_outcome> run(command_context c, step_request r) override {
        return pass(&participant::run, c, std::move(r));
    }
    task<step_outcome> undo(command_context c, step_request r) override {
        return pass(&participant::undo, c, std::move(r));
    }
    result<step_outcome> run_now(const step_request& r) {
        return test::run_coroutine(service_->run({}, r));
    }
    result<step_outcome> undo_now(const step_request& r) {
        return test::run_coroutine(service_->undo({}, r));
    }

private:
    using method = task<step_outcome> (participant::*)(command_context, step_request);
    task<step_outcome> pass(method m, command_context c, step_request r) {
        ++calls;
        if (fails_with) co_return fail(*fails_with);
        auto answer = co_await ((*service_).*m)(c, std::move(r));
        if (std::exchange(loses_next_answer, false)) co_return outcome_unknown();
        co_return answer;
    }

    std::unique_ptr<participant_service_of> service_;
};

// home, a and b; the first step of each saga is home's.
struct saga_world {
    member a, b;
    member home;
    plan what{"test",
              {{"home", "do", "undo"},
               {"a", "do", "undo"},
               {"b", "do", "undo"},
               {"a", "end"},
               {"b", "end"},
               {"home", "end"}},
              3};
    journal* sagas = nullptr;

    saga_world() { restart(); }

    // As after kill -9: all that is not on disk is forgotten. The writer tells every journal of its
    // commits until it stops, so they are kept.
    void restart() {
        kept_.push_back(std::make_unique<journal>(home.p.outbox, home.p.clock));
        sagas = kept_.back().get();
    }
    ~saga_world() { home.p.store.writer().stop(); }

    std::string begin() {
        auto id = new_id(home.p.random);
        const auto begun = home.p.write([&](sqlite::connection& db) {
            db.run("INSERT INTO home_words VALUES ('did')");
            if (!sagas->begin(db, id, what, 7)) throw std::runtime_error("it did not begin");
        });
        REQUIRE(begun.has_value());
        return id;
    }
    // One turn of the orchestrator; a fresh one each time.
    bool advance(const std::string& id) {
        orchestrator o(*sagas, [this](std::string_view name) { return find(name); }, {});
        return test::run_coroutine(o.advance(id));
    }
    participant* find(std::string_view name) {
        if (name == "a") return &a;
        if (name == "b") return &b;
        return name == "home" ? &home : nullptr;
    }
    told_saga show(const std::string& id) {
        operating_service_of told(*sagas);
        return test::run_coroutine(told.show({}, saga_id{id})).value();
    }
    std::string words() { return words_in(home.p) + "/ " + words_in(a.p) + "/ " + words_in(b.p); }

private:
    std::vector<std::unique_ptr<journal>> kept_;
};

inline const std::string all_done = "did ended / did ended / did ended ";
inline const std::string all_undone = "did undid / did undid / did undid ";

}  // namespace cleave::saga
