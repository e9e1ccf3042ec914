#pragma once
// What is looked at while processes are killed, beside single comments: one writer's comments in
// turn, of which somebody is told in that order, and deletions of accounts, a saga over all
// modules.
#include <compare/trial.hpp>

namespace cleave::compare {

// Writes one comment after the other on one article, each when the one before was answered.
class steady_writer {
public:
    explicit steady_writer(const trial& blog);

    // For as long as what it returns lives.
    class running {
    public:
        explicit running(steady_writer& of);
        ~running();
        running(const running&) = delete;

    private:
        std::atomic<bool> over_ = false;
        std::jthread thread_;
    };
    running start() { return running(*this); }

    // "in_turn": those that were acknowledged; "out_of_order": neighbours among them of which the
    // article's author was told the wrong way round; "not_told": those of which they were not told
    // within ten seconds.
    void add_order(record& out) const;

private:
    void write(const std::atomic<bool>& over);

    const trial& blog_;
    std::vector<std::int64_t> acknowledged_{};  // ids of comments
};

// How many neighbours in `told` are the wrong way round by their places in `acknowledged`; what is
// not in there is passed over.
std::int64_t out_of_order(const std::vector<std::int64_t>& acknowledged,
                          const std::vector<std::int64_t>& told);

struct leaver {
    std::string email{};
    std::string token{};
};
// New accounts, each with a comment. Fewer where the blog did not take them.
std::vector<leaver> sign_up_leavers(const trial& blog, int count);
// Asks for it, a few times where it is refused.
void begin_deletion(const trial& blog, const leaver& who);
// Of all deletions: how many there are in each state. Nothing where `cleave saga list` fails.
struct deletion_states {
    std::int64_t all = 0, running = 0, completed = 0, undone = 0;
    std::int64_t half_done() const { return all - completed - undone; }
};
std::optional<deletion_states> deletion_states_of(const trial& blog);
// Of the sagas that there are: "deletions", "completed", "compensated", "half_done" after ten
// seconds; "deletions_refused": of those that were asked for.
void add_deletions(record& out, const trial& blog, std::size_t asked_for);

}  // namespace cleave::compare
