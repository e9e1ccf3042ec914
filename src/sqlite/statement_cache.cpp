#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdint>
#include <sqlite/statement_cache.hpp>

namespace cleave::sqlite {

cached_sql::~cached_sql() {
    while (free) {
        const std::unique_ptr<prepared> gone(free);
        free = gone->next_free;
        sqlite3_finalize(gone->handle);
    }
}

prepared& statement_cache::take(std::string_view sql) {
    cached_sql* const home = find(sql);
    if (home && home->free) {
        prepared& chosen = *home->free;
        home->free = chosen.next_free;
        return chosen;
    }
    auto fresh = compile(sql, home != nullptr);
    fresh->home = home;
    return *fresh.release();
}

void statement_cache::give_back(prepared& used) noexcept {
    sqlite3_reset(used.handle);
    if (used.home) {
        used.next_free = used.home->free;
        used.home->free = &used;
        return;
    }
    sqlite3_finalize(used.handle);
    delete &used;
}

cached_sql* statement_cache::find(std::string_view sql) {
    // Multiplied by 2^64 / phi, neighbouring literals land far apart.
    const auto address = reinterpret_cast<std::uintptr_t>(sql.data());
    const auto mixed = static_cast<std::uint64_t>(address) * 0x9e37'79b9'7f4a'7c15u;
    shortcut& slot = by_address_[(mixed >> 32) % shortcuts];
    if (slot.address == sql.data() && slot.found && slot.found->text == sql) return slot.found;

    auto known = by_text_.find(sql);
    if (known == by_text_.end()) {
        if (by_text_.size() >= texts_max) return nullptr;
        auto made = std::make_unique<cached_sql>(sql);
        const std::string_view key = made->text;
        known = by_text_.emplace(key, std::move(made)).first;
    }
    slot.address = sql.data();  // The key is the address, not what stands there.
    slot.found = known->second.get();
    return slot.found;
}

std::unique_ptr<prepared> statement_cache::compile(std::string_view sql, bool keep) {
    auto made = std::make_unique<prepared>();
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()),
                                        keep ? SQLITE_PREPARE_PERSISTENT : 0, &made->handle, &rest);
    if (code != SQLITE_OK) throw error(code, fmt::format("{} in: {}", sqlite3_errmsg(db_), sql));
    const std::string_view tail(rest, static_cast<std::size_t>(sql.data() + sql.size() - rest));
    if (!made->handle || tail.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
        sqlite3_finalize(made->handle);
        throw error(SQLITE_MISUSE, fmt::format("not one statement: {}", sql));
    }
    made->parameters = sqlite3_bind_parameter_count(made->handle);
    return made;
}

}  // namespace cleave::sqlite
