#pragma once
// All that a module has on its disk, as text: to find what should not be there any more, and to see
// that something changed nothing.
#include <sqlite/database.hpp>
#include <string>
#include <vector>

namespace cleave::test {

inline std::string whole_database(sqlite::database& store) {
    return store.read(steady_time::max(), [](sqlite::connection& db) {
        std::vector<std::string> tables;
        auto names = db.query(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' "
            "ORDER BY name");
        while (names.step()) tables.emplace_back(names.text(0));
        std::string all;
        for (const auto& table : tables) {
            std::string cells;
            auto columns = db.query("SELECT name FROM pragma_table_info(?1)", table);
            while (columns.step()) {
                cells += cells.empty() ? "quote(\"" : " || ',' || quote(\"";
                cells.append(columns.text(0)).append("\")");
            }
            std::string sql = "SELECT ";
            sql.append(cells).append(" FROM \"").append(table).append("\" ORDER BY 1");
            auto rows = db.query(sql);
            while (rows.step()) all.append(table).append(": ").append(rows.text(0)).append("\n");
        }
        return all;
    });
}

}  // namespace cleave::test
