#pragma once
// The tables that events need in each module's database, under the module's name.
#include <sqlite/database.hpp>
#include <string>

namespace cleave::events {

// The module's SQL for events. Kept for the life of the module: the statement cache goes by the
// address of the text.
struct event_sql {
    explicit event_sql(std::string_view module);
    std::string append, read_feed, read_window, drop_passing;
    std::string read_head, read_self, move_trimmed, renew_epoch;
    std::string read_consumers, keep_consumer, forget_consumers;
    std::string read_cursor, move_cursor, adopt_epoch;
    std::string park, is_parked, forget_parked;
    std::string count_parked, list_parked, parked_keys, first_parked, unpark, blame;
    std::string recall, remember, forget;
};

// Inside a write job: makes what is missing, in a database of an earlier release too.
void make_event_tables(sqlite::connection& db, std::string_view module);

}  // namespace cleave::events
