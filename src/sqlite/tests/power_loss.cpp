#include <atomic>
#include <catch2/catch.hpp>
#include <random>
#include <sqlite/writer.hpp>

#include "fault_vfs.hpp"
#include "writer_support.hpp"

using namespace cleave;
using namespace cleave::sqlite;

namespace {

struct outage {
    std::filesystem::path disk;
    std::int64_t acknowledged;  // jobs answered before the power was lost
};

struct findings {
    int outages = 0;
    int lost = 0;    // outages after which an acknowledged row was gone
    int halves = 0;  // outages after which a job had been applied in part
    int broken = 0;  // outages after which the database was damaged
};

// A job's two rows, far apart, so that they lie on different pages.
constexpr std::int64_t mirror = 1'000'000;

test::number_job add_twice(std::int64_t n) {
    return [n](connection& db) -> result<std::int64_t> {
        for (const auto at : {n, mirror + n})
            db.run("INSERT INTO t VALUES (?1, randomblob(300))", at);
        return n;
    };
}

findings inspect(const std::vector<outage>& outages) {
    findings found;
    for (const auto& o : outages) {
        ++found.outages;
        connection db(o.disk / "t.db", open_mode::owner);
        auto ok = db.query("PRAGMA integrity_check");
        found.broken += !ok.step() || ok.text(0) != "ok";
        auto row = db.query(
            "SELECT count(*) FILTER (WHERE n <= ?1), count(*) FILTER (WHERE n > ?2),"
            "       count(*) FILTER (WHERE n <= ?2) FROM t",
            o.acknowledged, mirror);
        row.step();
        found.lost += row.integer(0) != o.acknowledged;
        found.halves += row.integer(1) != row.integer(2);
    }
    return found;
}

// Writes while power is lost at some of the moments when something is written or synced.
findings run(const std::string& pragmas, unsigned seed) {
    test::fault_vfs disk;
    test::temporary_directory disks;
    std::vector<outage> outages;
    std::atomic<std::int64_t> acknowledged = 0;
    {
        test::written w({.checkpoint_pages_idle = 1'000'000, .checkpoint_pages_busy = 12},
                        disk.name(), pragmas);
        std::mt19937 random(seed);
        disk.on_change([&](std::uint64_t count) {
            if (random() % 16 != 0) return;
            const auto into = disks.path() / std::to_string(count);
            outages.push_back({into, acknowledged.load()});
            disk.lose_power(into, random);
        });
        std::int64_t next = 1;
        for (int round = 0; round < 40; ++round) {
            auto batch = w.gather();
            std::vector<test::pending> answers;
            for (int i = 0; i < round % 4 + 1; ++i)
                answers.push_back(batch.submit(add_twice(next++)));
            batch.go();
            for (auto& a : answers) REQUIRE(a.get().has_value());
            acknowledged = next - 1;
        }
        w.writer->stop();
        disk.on_change({});
    }
    return inspect(outages);
}

}  // namespace

TEST_CASE("whatever is acknowledged survives a loss of power") {
    for (unsigned seed = 1; seed <= 4; ++seed) {
        const auto found = run("", seed);
        INFO("seed " << seed);
        CHECK(found.outages > 20);
        CHECK(found.lost == 0);
        CHECK(found.halves == 0);
        CHECK(found.broken == 0);
    }
}

TEST_CASE("the test for loss of power sees what a laxer setting loses") {
    const auto found = run("PRAGMA synchronous = NORMAL;", 1);
    CHECK(found.lost > 0);
    CHECK(found.halves == 0);
    CHECK(found.broken == 0);
}
