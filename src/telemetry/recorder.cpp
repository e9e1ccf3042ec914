#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <mutex>
#include <telemetry/recorder.hpp>
#include <telemetry/slowest.hpp>
#include <telemetry/span_ring.hpp>

namespace cleave::telemetry {

namespace {

constexpr std::size_t names_max = 4'096;

// All that there is. One a process, as the log is: spans are recorded where no constructor reaches.
struct recorder {
    std::atomic<std::uint64_t> threshold{std::numeric_limits<std::uint64_t>::max()};
    std::atomic<std::size_t> spans_per_thread{recording{}.spans_per_thread};

    std::mutex rings_mutex;
    std::vector<std::shared_ptr<span_ring>> rings, idle;

    std::mutex names_mutex;
    std::deque<span_label> labels{{"", "(no route)"}};
    std::map<std::pair<std::string, std::string>, std::uint32_t, std::less<>> numbers;

    slowest kept;

    std::vector<std::shared_ptr<span_ring>> all_rings() {
        const std::scoped_lock lock(rings_mutex);
        return rings;
    }
};

recorder& self() {
    static auto* const one = new recorder;  // Threads may still record when statics go.
    return *one;
}

// A thread that ends leaves its ring, with what is in it, to the next one.
struct ring_of_thread {
    ring_of_thread() {
        auto& all = self();
        const std::scoped_lock lock(all.rings_mutex);
        const auto size = all.spans_per_thread.load(std::memory_order_relaxed);
        const auto fits = std::ranges::find_if(
            all.idle, [size](const auto& r) { return r->size() >= size && r->size() < 2 * size; });
        if (fits != all.idle.end()) {
            ring = *fits;
            all.idle.erase(fits);
        } else {
            ring = std::make_shared<span_ring>(size);
            all.rings.push_back(ring);
        }
    }
    ~ring_of_thread() {
        auto& all = self();
        const std::scoped_lock lock(all.rings_mutex);
        all.idle.push_back(std::move(ring));
    }
    std::shared_ptr<span_ring> ring;
};

span_ring& own_ring() {
    thread_local const ring_of_thread mine;
    return *mine.ring;
}

// The number's own bytes decide, so that whoever decides comes to the same.
std::uint64_t chance(const std::array<std::uint8_t, 16>& trace) {
    std::uint64_t out = 0;
    for (std::size_t i = 8; i < trace.size(); ++i) out = out << 8 | trace[i];
    return out;
}

template <class F>
std::vector<span> collect(F belongs) {
    std::vector<span> out;
    for (const auto& ring : self().all_rings())
        ring->each_backwards([&](const span& s) {
            if (belongs(s)) out.push_back(s);
            return out.size() < spans_max;
        });
    for (const auto& s : self().kept.spans())
        if (belongs(s) && out.size() < spans_max &&
            std::ranges::find(out, s.id, &span::id) == out.end())
            out.push_back(s);
    return out;
}

bool ended_later(const span& a, const span& b) {
    return a.begin + a.took > b.begin + b.took;
}

template <class Less>
std::vector<span> best_roots(span_kind kind, std::size_t count, Less less) {
    auto out = std::vector<span>();
    const auto keep_best = [&] {
        std::ranges::sort(out, less);
        if (out.size() > count) out.resize(count);
    };
    const auto take = [&](const span& s) {
        if (s.kind != kind) return;
        if (std::ranges::find(out, s.id, &span::id) != out.end()) return;
        out.push_back(s);
        if (out.size() >= 2 * count + 16) keep_best();
    };
    for (const auto& s : self().kept.spans()) take(s);
    for (const auto& ring : self().all_rings())
        ring->each_backwards([&](const span& s) {
            take(s);
            return true;
        });
    keep_best();
    return out;
}

}  // namespace

void configure_recording(const recording& how) {
    constexpr auto all = std::numeric_limits<std::uint64_t>::max();
    self().threshold = how.one_in == 0 ? 0 : all / how.one_in;
    self().spans_per_thread = how.spans_per_thread;
}

void begin_recording(trace_context& request, const trace_context& from) {
    const auto threshold = self().threshold.load(std::memory_order_relaxed);
    if (threshold == 0 || chance(request.trace_id) > threshold) return;
    if (from && !from.is_recorded()) return;
    request.within = request.span_id;
}

void record(const span& what) {
    own_ring().put(what);
}

void record_root(const span& what) {
    auto& ring = own_ring();
    ring.put(what);
    auto& kept = self().kept;
    if (!kept.wants(what)) return;
    // What belongs to it was recorded since it began: by this thread, or by another for it.
    std::vector<span> found;
    const auto rings = self().all_rings();
    for (const auto& r : rings)
        r->each_backwards([&](const span& s) {
            if (s.request == what.request && found.size() < slowest::spans_each_max)
                found.push_back(s);
            return s.begin + s.took >= what.begin;
        });
    kept.keep(what, std::move(found));
}

std::uint32_t span_name(std::string_view module, std::string_view name) {
    auto& all = self();
    std::pair<std::string, std::string> key{module, name};
    const std::scoped_lock lock(all.names_mutex);
    if (const auto found = all.numbers.find(key); found != all.numbers.end()) return found->second;
    if (all.labels.size() == names_max) all.labels.push_back({"", "…"});
    if (all.labels.size() > names_max) return names_max;
    const auto number = static_cast<std::uint32_t>(all.labels.size());
    all.labels.push_back({key.first, key.second});
    all.numbers.emplace(std::move(key), number);
    return number;
}

span_label label_of(std::uint32_t name) {
    auto& all = self();
    const std::scoped_lock lock(all.names_mutex);
    return all.labels[name < all.labels.size() ? name : 0];
}

span begin_span(trace_context& within, span_kind kind, std::uint32_t name, span_mode mode) {
    span out;
    out.trace = within.trace_id;
    out.request = within.span_id;
    out.parent = within.within;
    out.id = new_span_id();
    out.kind = kind;
    out.name = name;
    out.mode = mode;
    within.within = out.id;
    return out;
}

std::vector<span> spans_of_trace(const std::array<std::uint8_t, 16>& trace) {
    return collect([&](const span& s) { return s.trace == trace; });
}

std::vector<span> spans_of_request(const std::array<std::uint8_t, 8>& request) {
    return collect([&](const span& s) { return s.request == request; });
}

std::vector<span> last_requests(std::size_t count) {
    return best_roots(span_kind::request, count, ended_later);
}

std::vector<span> last_tasks(std::size_t count) {
    return best_roots(span_kind::task, count, ended_later);
}

std::vector<span> slowest_requests(std::size_t count) {
    return best_roots(span_kind::request, count,
                      [](const span& a, const span& b) { return a.took > b.took; });
}

recorder_counters count_spans() {
    recorder_counters out;
    for (const auto& ring : self().all_rings()) {
        const auto written = ring->written();
        out.recorded += written;
        out.overwritten += written > ring->size() ? written - ring->size() : 0;
    }
    return out;
}

}  // namespace cleave::telemetry
