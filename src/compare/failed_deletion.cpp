#include <fmt/format.h>

#include <compare/crash_witnesses.hpp>
#include <compare/failed_deletion.hpp>
#include <compare/failing_data.hpp>
#include <thread>

namespace cleave::compare {

namespace {

using std::chrono::milliseconds;
using steady = std::chrono::steady_clock;

constexpr std::string_view broken = "comments";
constexpr milliseconds look_every{200}, gives_up_within{90'000};

// Until the saga has turned back; then its compensations need the data again.
void wait_until_given_up(const trial& blog, const run_context& context) {
    const auto gives_up = steady::now() + gives_up_within;
    while (steady::now() < gives_up) {
        if (context.stop) throw interrupted();
        const auto now = deletion_states_of(blog);
        if (now && now->running == 0) return;
        std::this_thread::sleep_for(look_every);
    }
}

bool can_log_in(const trial& blog, const leaver& who) {
    const auto json = fmt::format(R"({{"user":{{"email":"{}","password":"{}"}}}})", who.email,
                                  workload::password);
    return blog.ask({.method = "POST", .target = "/api/users/login", .json = json}).status == 200;
}

}  // namespace

std::optional<record> failed_deletion(const run_context& context, const mode& what,
                                      std::int64_t repeat) {
    return with_failing_data(
        context, what, repeat, broken, [&](trial& blog, const program_that_can_fail& program) {
            auto out = blog.begin_record("an account is deleted while comments fails");
            context.tell("waiting for a deletion to be undone");
            const auto leavers = sign_up_leavers(blog, 1);
            if (leavers.empty()) {
                out.doubt("no account could be made");
                return out;
            }
            program.fail();
            const auto began = steady::now();
            begin_deletion(blog, leavers.front());
            wait_until_given_up(blog, context);
            program.mend();
            add_deletions(out, blog, leavers.size());
            out.add("undone_ms", to_ms(steady::now() - began));
            out.add("works_again", can_log_in(blog, leavers.front()) ? 1 : 0);
            return out;
        });
}

std::vector<metric_facts> failed_deletion_facts() {
    return {{"undone_ms", "until all is as it was", "모두 되돌아올 때까지", "ms"},
            {"works_again", "and the account works again", "그 뒤 계정이 다시 동작", "count",
             "higher"}};
}

}  // namespace cleave::compare
