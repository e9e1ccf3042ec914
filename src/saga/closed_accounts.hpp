#pragma once
// The accounts that a module lets nobody write as any more: they are being deleted, or are gone.
// They stand in its table <module>_closed_accounts (id, erased), which its migrations make.
#include <saga/participant.hpp>

namespace cleave::saga {

// Everything but the actions' making is inside write jobs, and may be repeated.
class closed_accounts {
public:
    // To be kept: the statement cache goes by the address of the text.
    explicit closed_accounts(std::string_view module);
    closed_accounts(const closed_accounts&) = delete;

    // Being deleted, or gone.
    bool contain(sqlite::connection& db, std::int64_t id) const;
    bool is_erased(sqlite::connection& db, std::int64_t id) const;

    void close(sqlite::connection& db, std::int64_t id) const;
    void reopen(sqlite::connection& db, std::int64_t id) const;  // but what is gone stays so
    void mark_erased(sqlite::connection& db, std::int64_t id) const;
    // Users tells everything again, and so who is gone.
    void forget_all(sqlite::connection& db) const;

    // What the module does where an account ends. `erase` is all that differs.
    action_list actions(action erase) const;

private:
    std::string find_, find_erased_, close_, reopen_, mark_, forget_;
};

}  // namespace cleave::saga
