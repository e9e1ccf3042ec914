#include <unistd.h>

#include <app/metrics.hpp>
#include <fstream>
#include <http/text.hpp>
#include <map>
#include <set>
#include <telemetry/recorder.hpp>

namespace cleave::app {

namespace {

using telemetry::metric;
using labels = std::vector<std::pair<std::string, std::string>>;

template <class T>
void add(metric& to, labels of, T value) {
    to.samples.push_back({std::move(of), static_cast<double>(value)});
}

// Method and template. A route that was learnt again, from a newer process, has several numbers.
using route_name = std::pair<std::string, std::string>;

std::map<route_name, http::route_counters> by_route(const metric_sources::listener& l) {
    std::map<route_name, http::route_counters> out;
    for (const auto& counted : l.server->routes()) {
        std::optional<http::route> route;
        if (counted.target && l.route_at) route = l.route_at(*counted.target);
        auto& sum =
            out[route ? route_name(http::verb_name(route->method), route->path) : route_name()];
        for (std::size_t i = 0; i < 6; ++i)
            sum.responses_by_class[i] += counted.responses_by_class[i];
        for (std::size_t i = 0; i < sum.latency.buckets.size(); ++i)
            sum.latency.buckets[i] += counted.latency.buckets[i];
        sum.latency.sum_ns += counted.latency.sum_ns;
    }
    return out;
}

void add_http(std::vector<metric>& out, const metric_sources& from) {
    metric responses{"cleave_http_responses_total", "Responses by listener and class"};
    metric open{"cleave_http_connections", "Open connections by listener", metric::type::gauge};
    metric refused{"cleave_http_refused_total", "Requests that the guard refused"};
    metric shed{"cleave_http_shed_total", "Requests turned away because there were too many"};
    metric delay{"cleave_http_queue_delay_seconds",
                 "How long what is ready waits for a thread, as last measured",
                 metric::type::gauge};
    metric bodies{"cleave_http_bodies_bytes", "Bytes of the bodies that are worked on",
                  metric::type::gauge};
    metric received{"cleave_http_received_bytes_total", "Bytes received by listener"};
    metric sent{"cleave_http_sent_bytes_total", "Bytes sent by listener"};
    metric requests{"cleave_http_requests_total", "Answered requests by route and class"};
    metric latency{"cleave_http_request_duration_seconds",
                   "From the end of a request's header to the beginning of its answer, by route",
                   metric::type::histogram};
    for (const auto& l : from.listeners) {
        if (!l.server) continue;
        const auto c = l.server->counters();
        for (int i = 1; i < 6; ++i)
            add(responses, {{"listener", l.name}, {"class", fmt::format("{}xx", i)}},
                c.responses_by_class[i]);
        add(open, {{"listener", l.name}}, c.open_connections);
        add(refused, {{"listener", l.name}}, c.refused_requests);
        add(shed, {{"listener", l.name}}, c.shed_requests);
        add(delay, {{"listener", l.name}}, static_cast<double>(c.queue_delay_ns) * 1e-9);
        add(bodies, {{"listener", l.name}}, c.bodies_bytes);
        add(received, {{"listener", l.name}}, c.received_bytes);
        add(sent, {{"listener", l.name}}, c.sent_bytes);
        for (const auto& [route, counted] : by_route(l)) {
            labels of{{"listener", l.name}, {"method", route.first}, {"route", route.second}};
            latency.samples.push_back({of, 0, counted.latency});
            of.emplace_back("class", "");
            for (int i = 1; i < 6; ++i) {
                if (counted.responses_by_class[i] == 0) continue;
                of.back().second = fmt::format("{}xx", i);
                add(requests, of, counted.responses_by_class[i]);
            }
        }
    }
    for (auto* m : {&responses, &open, &refused, &shed, &delay, &bodies, &received, &sent,
                    &requests, &latency})
        out.push_back(std::move(*m));
}

void add_calls(std::vector<metric>& out, const blog& from) {
    metric calls{"cleave_calls_total", "Calls between modules by outcome"};
    metric sent{"cleave_call_sent_bytes_total", "Bodies sent with calls; 0 if not serialized"};
    metric received{"cleave_call_received_bytes_total", "Bodies received from calls"};
    metric latency{"cleave_call_duration_seconds", "Calls between modules, as the caller sees them",
                   metric::type::histogram};
    for (const auto& counts : from.calls()) {
        for (const auto& row : counts->sum()) {
            labels of{{"caller", counts->caller},
                      {"module", counts->service},
                      {"method", row.method},
                      {"mode", counts->mode}};
            add(sent, of, row.sent_bytes);
            add(received, of, row.received_bytes);
            latency.samples.push_back({of, 0, row.latency});
            of.emplace_back("outcome", "");
            for (const auto how : {call_outcome::ok, call_outcome::refused, call_outcome::failed}) {
                of.back().second = describe::enum_to_string(how, "");
                add(calls, of, row.ended[static_cast<std::size_t>(how)]);
            }
        }
    }
    for (auto* m : {&calls, &sent, &received, &latency}) out.push_back(std::move(*m));
}

void add_stores(std::vector<metric>& out, const blog& from) {
    constexpr auto gauge = metric::type::gauge;
    metric jobs{"cleave_writer_jobs_total", "Write jobs answered with their own result"};
    metric failed{"cleave_writer_failed_jobs_total", "Write jobs answered with a failure"};
    metric commits{"cleave_writer_commits_total", "Commits by module"};
    metric checkpoints{"cleave_writer_checkpoints_total", "Checkpoints by module"};
    metric queued{"cleave_writer_queue", "Write jobs waiting", gauge};
    metric slow{"cleave_slow_reads", "Slow reads running and waiting", gauge};
    metric head{"cleave_feed_head", "Id of the module's last event", gauge};
    metric depth{"cleave_feed_depth", "Events since the last one that was dropped", gauge};
    metric lag{"cleave_feed_lag", "Events that a consumer has not applied", gauge};
    metric parked{"cleave_parked_events", "Events that the module could not apply", gauge};
    std::set<std::string> files;  // modules may share one
    for (const auto& s : from.stores()) {
        const labels of{{"module", s->module}};
        if (files.insert(s->database->name()).second) {
            const labels whose{{"module", s->database->name()}};
            const auto c = s->database->writer().counters();
            add(jobs, whose, c.jobs);
            add(failed, whose, c.failed_jobs);
            add(commits, whose, c.commits);
            add(checkpoints, whose, c.checkpoints);
            add(queued, whose, c.queued);
            add(slow, whose, s->database->slow_reads());
        }
        if (!s->database->is_owned_here()) continue;
        const auto feed = s->outbox->look();
        if (!feed) continue;  // It was logged.
        add(head, of, feed->head);
        add(depth, of, feed->head - feed->trimmed_to);
        add(parked, of, feed->parked);
        for (const auto& [name, consumer] : feed->consumers)
            add(lag, {{"module", s->module}, {"consumer", name}}, feed->head - consumer.position);
    }
    for (auto* m :
         {&jobs, &failed, &commits, &checkpoints, &queued, &slow, &head, &depth, &lag, &parked})
        out.push_back(std::move(*m));
}

void add_spans(std::vector<metric>& out) {
    const auto counted = telemetry::count_spans();
    metric recorded{"cleave_spans_total", "Spans recorded"};
    metric overwritten{"cleave_spans_overwritten_total", "Spans that later ones took the place of"};
    add(recorded, {}, counted.recorded);
    add(overwritten, {}, counted.overwritten);
    for (auto* m : {&recorded, &overwritten}) out.push_back(std::move(*m));
}

void add_process(std::vector<metric>& out, const blog& from) {
    if (const auto jobs = from.hashing_jobs()) {
        metric hashing{"cleave_login_pool_jobs", "Passwords being hashed and waiting for it",
                       metric::type::gauge};
        add(hashing, {}, *jobs);
        out.push_back(std::move(hashing));
    }
    metric build{"cleave_build_info", "Always 1", metric::type::gauge};
    add(build, {{"version", CLEAVE_VERSION}}, 1);
    metric memory{"process_resident_memory_bytes", "Memory in use", metric::type::gauge};
    std::int64_t all_pages = 0, resident_pages = 0;
    std::ifstream("/proc/self/statm") >> all_pages >> resident_pages;
    add(memory, {}, resident_pages * ::sysconf(_SC_PAGESIZE));
    for (auto* m : {&build, &memory}) out.push_back(std::move(*m));
}

}  // namespace

std::vector<metric> collect_metrics(const metric_sources& from) {
    std::vector<metric> out;
    add_http(out, from);
    add_calls(out, from.blog);
    add_stores(out, from.blog);
    add_spans(out);
    add_process(out, from.blog);
    return out;
}

}  // namespace cleave::app
