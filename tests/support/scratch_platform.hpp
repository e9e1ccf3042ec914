#pragma once
// What a module is given of the platform, made for one test: a real database in a scratch folder, a
// clock that stands still, and the same randomness each time.
#include <events/platform.hpp>
#include <support/fixed_clock.hpp>
#include <support/run_coroutine.hpp>
#include <support/scratch_folder.hpp>
#include <support/seeded_random.hpp>

namespace cleave::test {

struct scratch_platform {
    scratch_folder folder;
    sqlite::database store;
    events::outbox outbox;
    fixed_clock clock;
    seeded_random random;

    explicit scratch_platform(const sqlite::migration_list& schema, std::size_t io_threads = 1)
        : store(folder.path(), schema, io_threads, [](const std::string&) { std::abort(); }),
          outbox(store) {}
    ~scratch_platform() { store.writer().stop(); }

    platform given() { return {store, outbox, clock, random}; }

    // One write job, and its answer.
    template <class F>
    auto write(F job) {
        using answer = std::invoke_result_t<F, sqlite::connection&>;
        if constexpr (std::is_void_v<answer>) {
            return store.writer().submit_blocking<nothing>(
                [job](sqlite::connection& db) -> result<nothing> {
                    job(db);
                    return nothing{};
                });
        } else {
            return store.writer().submit_blocking<typename answer::value_type>(job);
        }
    }

    // What it has published so far.
    std::vector<events::event> published() {
        events::feed_request all;
        all.limit = events::feed_limit_max;
        return run_coroutine(outbox.read(query_context{}, all)).value().events;
    }
};

}  // namespace cleave::test
