#include <catch2/catch.hpp>
#include <sqlite/writer.hpp>

#include "fault_vfs.hpp"
#include "writer_support.hpp"

using namespace cleave;
using namespace cleave::sqlite;

TEST_CASE("a database that cannot be written is refused at once, with its name") {
    test::fault_vfs disk;
    test::written w({}, disk.name());
    w.writer->stop();
    disk.make_read_only();
    try {
        const connection refused(w.file(), open_mode::owner, disk.name());
        FAIL("it was opened");
    } catch (const error& e) {
        CHECK(e.is_read_only());
        CHECK(std::string_view(e.what()).starts_with(w.file().string()));
        CHECK(std::string_view(e.what()).find("writable") != std::string_view::npos);
    }
}

TEST_CASE("a disk that can only be read any more: nothing is executed, and reads go on") {
    test::fault_vfs disk;
    test::written w({}, disk.name());
    REQUIRE(w.submit(test::add(1)));
    disk.inject({test::operation::write, test::file_kind::wal, SQLITE_READONLY});
    const auto refused = w.submit([](connection& db) -> result<std::int64_t> {
        db.run("UPDATE t SET n = n");
        throw error(SQLITE_READONLY, "as the file system would say");
    });
    CHECK(refused.error().code == errc::not_executed);
    CHECK(w.numbers() == std::vector<std::int64_t>{1});
    disk.heal();
    CHECK(w.submit(test::add(2)) == 2);
}
