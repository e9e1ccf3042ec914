#pragma once
// The tables that events need in each module's database, under the module's name.
#include <sqlite/database.hpp>
#include <string>

namespace cleave::events {

// The module's SQL for events. Kept for the life of the module: the statement cache goes by the
// address of the text.
struct event_sql {
    explicit event_sql(std::string_view module);
    std::string create_tables;
    std::string append, read_feed;
    std::string read_cursor, move_cursor;
    std::string park, is_parked;
    std::string recall, remember, forget;
};

}  // namespace cleave::events
