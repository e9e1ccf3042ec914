#include <algorithm>
#include <base/secret_file.hpp>
#include <telemetry/log.hpp>
#include <topology/registry_client.hpp>
#include <topology/run_files.hpp>

namespace cleave::topology {

namespace {

constexpr std::chrono::milliseconds call_patience(2'000);
constexpr std::chrono::milliseconds again_after(100);
// A registry that is younger may not have heard of everybody yet.
constexpr std::int64_t knows_all_after_ms = 5'000;

const member* find(const membership& among, std::string_view instance) {
    const auto found = std::ranges::find(among.members, instance, &member::instance);
    return found == among.members.end() ? nullptr : &*found;
}

}  // namespace

registry_client::registry_client(registry_api& where, std::filesystem::path cache,
                                 registry_events events)
    : where_(where), cache_(std::move(cache)), events_(std::move(events)) {
}

// What was last known may be wrong by now; whoever is called and is not there is left alone.
void registry_client::load() {
    if (cache_.empty()) return;
    std::filesystem::create_directories(cache_.parent_path());
    const auto text = read_file(cache_);
    if (!text) return;
    const auto read =
        decode<membership>({reinterpret_cast<const char*>(text->data()), text->size()});
    if (!read) return;
    for (const auto& m : read->members) events_.on_member(m);
    known_.members = read->members;
}

void registry_client::apply(membership fresh) {
    for (const auto& m : fresh.members) {
        const auto* before = find(known_, m.instance);
        if (!before || *before != m) events_.on_member(m);
    }
    const bool knows_all = fresh.age_ms >= knows_all_after_ms;
    for (const auto& m : known_.members) {
        if (find(fresh, m.instance)) continue;
        if (knows_all)
            events_.on_gone(m.instance);
        else
            fresh.members.push_back(m);
    }
    known_ = std::move(fresh);
    if (!cache_.empty()) write_atomically(cache_, encode(known_));
}

async<void> registry_client::run() {
    load();
    while (!stopped_) {
        announcement what;
        what.self = events_.self();
        what.epoch = known_.epoch;
        what.version = known_.version;
        what.wait_ms = announce_wait_ms_max;
        command_context context;
        context.deadline = std::chrono::steady_clock::now() + call_patience;
        auto answer = co_await where_.announce(context, std::move(what));
        if (stopped_) co_return;
        if (answer) {
            const bool is_news = answer->epoch != known_.epoch ||
                                 answer->version != known_.version ||
                                 answer->members.size() != known_.members.size();
            if (is_news) apply(std::move(*answer));
            if (std::exchange(told_failure_, false)) log::info("registry", "answers again");
            continue;
        }
        if (!std::exchange(told_failure_, true))
            log::warning("registry", "does not answer ({} {}): goes on with what is known",
                         answer.error().subject, answer.error().detail);
        co_await resume_after(again_after);
    }
}

async<void> registry_client::leave() {
    announcement what;
    what.self = events_.self();
    what.leaves = true;
    command_context context;
    context.deadline = std::chrono::steady_clock::now() + call_patience;
    if (what.self) co_await where_.announce(context, std::move(what));
}

}  // namespace cleave::topology
