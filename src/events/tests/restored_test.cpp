#include <catch2/catch.hpp>
#include <events/restored.hpp>

#include "scratch_events.hpp"

using namespace cleave;
using namespace cleave::test;

namespace {

// A module with a database in a folder that others share.
struct module_in {
    sqlite::migration_list schema;
    sqlite::database store;
    events::outbox outbox;

    module_in(const std::filesystem::path& folder, std::string_view name)
        : schema{name, {}},
          store(folder, schema, 1, [](const std::string&) { std::abort(); }),
          outbox(store) {}
    ~module_in() { store.writer().stop(); }

    void publish(const std::string& text) {
        const auto done =
            store.writer().submit_blocking<nothing>([&](sqlite::connection& db) -> result<nothing> {
                outbox.append(db, 1, {}, said{text});
                return nothing{};
            });
        REQUIRE(done);
    }
};

// Everything that the follower hears from now on, or "reset ".
std::string hear(module_in& follower, module_in& publisher) {
    std::string heard;
    events::subscription all("publisher");
    all.on<said>(
        [&](sqlite::connection&, const said& e, const events::event&) { heard += e.text + " "; });
    all.on_reset(events::subscription::restart::from_the_beginning,
                 [&](sqlite::connection&, std::int64_t) { heard += "reset "; });
    deliver(follower.outbox, all, publisher.outbox);
    return heard;
}

}  // namespace

TEST_CASE("after a restore, who was restored too goes on, and others start over") {
    scratch_folder folder;
    {
        module_in publisher(folder.path(), "publisher");
        publisher.publish("1");
        for (const auto* name : {"restored", "other"}) {
            module_in follower(folder.path(), name);
            CHECK(hear(follower, publisher) == "1 ");
        }
    }
    const std::vector<events::kept_module> restored{{"publisher", folder.path() / "publisher.db"},
                                                    {"restored", folder.path() / "restored.db"}};
    events::renew_epochs(restored);
    events::renew_epochs(restored);  // which may be repeated
    module_in publisher(folder.path(), "publisher");
    publisher.publish("2");
    module_in together(folder.path(), "restored"), other(folder.path(), "other");
    CHECK(hear(together, publisher) == "2 ");
    CHECK(hear(other, publisher) == "reset 1 2 ");
}
