#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <compare/seeded.hpp>
#include <compare/statistics.hpp>
#include <compare/trial.hpp>
#include <exception>
#include <thread>

namespace cleave::compare {

namespace {

constexpr std::int64_t foreign_permille_max = 100;

// What all processes used between the two ends of a window, and how much others did.
class meter {
public:
    meter(const system_under_test& system, const std::vector<int>& cores)
        : system_(system), cores_(cores) {}

    window_hooks hooks() {
        return {[this] { before_ = now(); }, [this] { after_ = now(); }};
    }

    // A process that ended is gone from one sum, and its time has moved to its parent's.
    std::int64_t all_us() const { return (sum(after_) - sum(before_)) / 1'000; }
    std::int64_t one_us(std::size_t i) const {
        if (i >= before_.cpu.size() || i >= after_.cpu.size()) return 0;
        return std::max<std::int64_t>(0, after_.cpu[i].own_ns - before_.cpu[i].own_ns) / 1'000;
    }
    std::int64_t switches(std::size_t i) const {
        std::int64_t sum = 0;
        for (const auto& t : used_by_threads(i)) sum += t.switches;
        return sum;
    }
    // The threads that write a module's data have its name.
    std::vector<writer_result> writers(std::size_t i) const {
        std::vector<writer_result> out;
        for (auto& t : used_by_threads(i))
            if (t.name.starts_with(writer_prefix))
                out.push_back({std::move(t.name), t.cpu_ns / 1'000});
        std::ranges::sort(out, {}, &writer_result::thread);
        return out;
    }
    std::int64_t loopback_bytes() const { return after_.loopback - before_.loopback; }

    // Of the system's cores, by whom it shares them with against its will.
    std::int64_t foreign_permille() const {
        const auto length = nanoseconds(after_.at - before_.at).count();
        const auto all_ns = length * static_cast<std::int64_t>(cores_.size());
        if (all_ns <= 0) return 0;
        const auto foreign_ns = after_.busy_ns - before_.busy_ns - all_us() * 1'000;
        return std::max<std::int64_t>(0, foreign_ns) * 1'000 / all_ns;
    }

private:
    struct moment {
        std::chrono::steady_clock::time_point at{};
        std::vector<cpu_time> cpu{};
        std::vector<std::vector<thread_use>> threads{};
        std::int64_t busy_ns = 0;
        std::int64_t loopback = 0;
    };

    moment now() const {
        return {std::chrono::steady_clock::now(), system_.cpu_times(), system_.threads(),
                read_busy_ns(cores_), read_loopback_bytes()};
    }
    // Of the threads that were there at both ends.
    std::vector<thread_use> used_by_threads(std::size_t process) const {
        if (process >= before_.threads.size() || process >= after_.threads.size()) return {};
        std::vector<thread_use> out;
        for (const auto& now : after_.threads[process]) {
            const auto was = std::ranges::find(before_.threads[process], now.id, &thread_use::id);
            if (was != before_.threads[process].end())
                out.push_back(
                    {now.id, now.name, now.cpu_ns - was->cpu_ns, now.switches - was->switches});
        }
        return out;
    }
    static std::int64_t sum(const moment& m) {
        std::int64_t ns = 0;
        for (const auto& t : m.cpu) ns += t.own_ns + t.reaped_ns;
        return ns;
    }

    const system_under_test& system_;
    const std::vector<int>& cores_;
    moment before_{}, after_{};
};

void add_resources(record& out, const meter& used, system_under_test& system, bool apart) {
    const auto answers = std::max<std::int64_t>(out.find("answers").value_or(0), 1);
    std::int64_t switches = 0, pss_kib = 0;
    const auto pss = system.pss_kib();
    const auto commands = system.commands();
    for (std::size_t i = 0; i < pss.size(); ++i) {
        pss_kib += pss[i];
        switches += used.switches(i);
        out.processes.push_back({commands[i], used.one_us(i), pss[i], system.processes()[i].threads,
                                 used.switches(i), used.writers(i)});
    }
    out.add("cpu_ns_per_request", used.all_us() * 1'000 / answers);
    out.add("switches_per_1000", switches * 1'000 / answers);
    out.add("loopback_bytes_per_request", used.loopback_bytes() / answers);
    out.add("pss_kib", pss_kib);
    // A generator that shares the cores would count as somebody else.
    if (const auto foreign = used.foreign_permille(); apart && foreign > foreign_permille_max)
        out.doubt(fmt::format("{} {} % of the system's cores", others_were_busy, foreign / 10));
}

}  // namespace

trial::trial(const run_context& context, const mode& what, std::int64_t repeat,
             const workload_sizes& sizes)
    : context_(context),
      repeat_(repeat),
      system_([&]() -> launch {
          context.tell("starting");
          return {context.given.binary, what.arguments, context.given.scratch,
                  context.cores.system};
      }()),
      blog_(context.given.seed, sizes) {
    start_up_ms_ = to_ms(system_.wait_until_ready(context.stop));
    address_ = system_.address();
    context.tell("filling");
    blog_.set_up({address_}, context.stop);
}

std::uint64_t trial::sequence(std::uint64_t number) const {
    return static_cast<std::uint64_t>(repeat_) * 1'000 + number;
}

call_source trial::source(const traffic& what) const {
    const auto number = sequence(what.number);
    if (what.own)
        return [own = what.own, seed = seeded(context_.given.seed, number).next()](
                   std::uint64_t i) { return own->request(seed, i); };
    if (what.kind)
        return [this, number, kind = *what.kind](std::uint64_t i) {
            return blog_.request(kind, number, i);
        };
    return [this, number](std::uint64_t i) { return blog_.request(number, i); };
}

load_result trial::load(const traffic& what, record& out) {
    return load_while(what, out, {});
}

load_result trial::load_while(const traffic& what, record& out,
                              const std::function<void()>& disturb) {
    const bool calm = !disturb;
    out.is_disturbed = !calm;
    // With too few, what a system that falls behind would be asked waits for a connection here.
    const auto many =
        std::max(open_loop_connections, static_cast<std::size_t>(what.rate_per_s) / 8);
    const load_target target{address_, calm ? many : std::max<std::size_t>(many, 512),
                             what.timeout};
    const load_window window{what.warm_up, what.duration};
    const auto times = arrivals(seeded(context_.given.seed, sequence(what.number)).next(),
                                what.rate_per_s, window.warm_up + window.duration);
    meter used(system_, context_.cores.system);
    auto hooks = used.hooks();
    std::exception_ptr thrown;
    std::jthread disturber;
    if (disturb)
        hooks.begins = [&, begins = hooks.begins] {
            begins();
            disturber = std::jthread([&] {
                try {
                    disturb();
                } catch (...) {
                    thrown = std::current_exception();
                }
            });
        };
    context_.tell(calm ? "measuring" : "measuring, disturbed");
    const preferred now;
    auto load =
        what.own && what.own->users
            ? run_users(target, window, *what.own->users, source(what), hooks, context_.stop)
            : run_open_loop(target, window, times, source(what), hooks, context_.stop);
    if (disturber.joinable()) disturber.join();
    if (load.interrupted) throw interrupted();
    if (thrown) std::rethrow_exception(thrown);
    add_open_loop(out, load);
    if (calm) {
        add_resources(out, used, system_, context_.cores.are_apart());
        if (!system_.find_processes()) out.doubt("a process ended or was started meanwhile");
    }
    return load;
}

load_result trial::flat_out(nanoseconds duration, record& out) {
    const load_target target{address_, flat_out_connections};
    // The system is warm; this is for the step from the rate before.
    const load_window window{std::chrono::milliseconds(300), duration};
    const auto number = sequence(999);
    meter used(system_, context_.cores.system);
    context_.tell("flat out");
    const preferred now;
    auto load = run_closed_loop(
        target, window, [&](std::uint64_t i) { return blog_.request(number, i); }, used.hooks(),
        context_.stop);
    if (load.interrupted) throw interrupted();
    add_closed_loop(out, load);
    add_resources(out, used, system_, context_.cores.are_apart());
    return load;
}

std::int64_t trial::keep_busy(visit kind, std::size_t connections,
                              const std::atomic<bool>& stop) const {
    const load_target target{address_, connections, std::chrono::seconds(30)};
    const auto number = sequence(998);
    const auto load = run_closed_loop(
        target, {nanoseconds(0), std::chrono::hours(1)},
        [&](std::uint64_t i) { return blog_.request(kind, number, i); }, {}, stop);
    return load.outcomes()[0];
}

std::string trial::mark_of(const traffic& what, std::uint64_t index) const {
    return fmt::format("{}.{}: ", sequence(what.number), index);
}

whole_reply trial::ask(const request_text& what) const {
    return ask_once(address_, to_bytes(what), std::chrono::seconds(5));
}

ended_command trial::command(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--data", system_.data().string()});
    return run_command(system_.binary(), arguments);
}

std::vector<trial::running> trial::processes() const {
    boost::system::error_code failed;
    const auto status = boost::json::parse(command({"status", "--json"}).output, failed);
    std::vector<running> out;
    if (failed || !status.is_object()) return out;
    const auto* const processes = status.get_object().if_contains("processes");
    if (processes == nullptr || !processes->is_array()) return out;
    for (const auto& p : processes->get_array()) {
        const auto& one = p.as_object();
        running r;
        r.name = one.at("name").as_string();
        r.is_owner = one.at("role") == "owner";
        if (one.at("pid").is_int64()) r.pid = static_cast<pid_t>(one.at("pid").as_int64());
        if (one.at("ops").is_string()) r.ops = one.at("ops").as_string();
        for (const auto& m : one.at("modules").as_array()) r.modules.emplace_back(m.as_string());
        out.push_back(std::move(r));
    }
    return out;
}

std::optional<trial::running> trial::find_owner(std::string_view module) const {
    for (auto& r : processes())
        if (r.is_owner && r.pid != 0 && std::ranges::find(r.modules, module) != r.modules.end())
            return std::move(r);
    return std::nullopt;
}

trial::running trial::owner_of(std::string_view module) const {
    if (auto found = find_owner(module)) return std::move(*found);
    throw start_failed(fmt::format("`cleave status` names no process of {}", module));
}

record trial::begin_record(std::string scenario) const {
    record out;
    out.scenario = std::move(scenario);
    out.repeat = repeat_;
    return out;
}

bool trial::stop() {
    context_.tell("stopping");
    return system_.stop();
}

}  // namespace cleave::compare