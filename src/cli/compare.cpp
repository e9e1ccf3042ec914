#include <cli/commands.hpp>
#include <compare/run.hpp>
#include <iostream>

namespace cleave::cli {

namespace {

struct compare_arguments {
    compare::options options;
    double warm_up_s = -1, duration_s = 0, flat_out_s = -1;
    bool full = false, quick = false;
    std::string out, check, budget;
};

std::chrono::milliseconds to_ms(double seconds) {
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1'000));
}

int run(compare_arguments& given) {
    if (!given.check.empty()) return compare::check(given.check, given.budget);
    auto& options = given.options;
    options.binary = std::filesystem::read_symlink("/proc/self/exe");
    options.how_much = given.full ? compare::effort::full : compare::effort::quick;
    options.warm_up = to_ms(given.warm_up_s);
    options.duration = to_ms(given.duration_s);
    options.flat_out = to_ms(given.flat_out_s);
    if (!given.out.empty()) options.out = given.out;
    options.build = "cleave " CLEAVE_VERSION;
    options = compare::complete(std::move(options));
    if (const auto wrong = compare::problem_with(options)) {
        std::cerr << *wrong << "\n";
        return 2;
    }
    return compare::run(options);
}

void add_report(CLI::App& compare, action& chosen) {
    auto* command = compare.add_subcommand(
        "report", "Draw the reports of a run again; of two and more, compare their ratios");
    auto directories = std::make_shared<std::vector<std::filesystem::path>>();
    command->add_option("DIR", *directories, "Where results.json is")->required();
    command->callback([&chosen, directories] {
        chosen = [directories] { return compare::report(*directories); };
    });
}

}  // namespace

void add_compare(CLI::App& app, action& chosen) {
    auto* command = app.add_subcommand(
        "compare",
        "Put the same work and the same troubles on several architectures; report what each costs");
    auto given = std::make_shared<compare_arguments>();
    auto& o = given->options;
    command->add_option("EXPERIMENT", o.experiments,
                        "cost, ladder, extract, fault, deploy, scale, neighbour, consistency, "
                        "surface; without one: all of them");
    command
        ->add_option("--modes", o.modes,
                     "classic, monolith, split, split:comments, or a topology FILE.toml; "
                     "the first is what the others are compared with")
        ->delimiter(',')
        ->capture_default_str();
    auto* quick = command->add_flag("--quick", given->quick,
                                    "Some five minutes for all: three repeats, one case each "
                                    "(default)");
    command->add_flag("--full", given->full, "Less than an hour: every case, three repeats")
        ->excludes(quick);
    command->add_option("--rate", o.rates_per_s, "Requests a second of the open loop (default 500)")
        ->delimiter(',');
    command->add_option("--repeat", o.repeats, "Runs of each mode, in alternating order");
    command->add_option("--duration", given->duration_s, "Seconds measured at each rate");
    command->add_option("--warm-up", given->warm_up_s, "Seconds dropped before that");
    command->add_option("--flat-out", given->flat_out_s, "Seconds of closed loop; 0: none");
    command->add_option("--cores", o.cores, "Those to use, the load generator's last: 0,1,2,3")
        ->delimiter(',');
    auto* workload = command->add_option("--workload", o.workload,
                                         "Your own routes (TOML) instead of the experiments");
    command
        ->add_option("--target", o.target,
                     "Put them to what runs at http://ADDRESS:PORT; starts nothing")
        ->needs(workload);
    command->add_option("--source", o.source,
                        "A checkout of this program: deploy and surface build recorded changes of "
                        "it, which takes minutes");
    command->add_option("--seed", o.seed, "Of data, arrivals and requests")->capture_default_str();
    command->add_option("--scratch", o.scratch, "Where data directories are made, and removed")
        ->capture_default_str();
    command->add_option("--out", given->out, "Directory for report.html, results.json and .csv");
    auto* budget = command->add_option("--budget", given->budget,
                                       "With --check: a TOML file of [[ratio]] with max or min");
    command
        ->add_option("--check", given->check,
                     "Measure nothing: is this results.json within the budget?")
        ->needs(budget);
    add_report(*command, chosen);
    command->footer(
        "Example: cleave compare --out report\n"
        "Example: cleave compare cost fault --modes monolith,split:comments\n"
        "Example: cleave compare --workload shop.toml --target http://127.0.0.1:9000\n"
        "Example: cleave compare report before after");
    command->callback([&chosen, given, command] {
        if (command->get_subcommands().empty()) chosen = [given] { return run(*given); };
    });
}

}  // namespace cleave::cli
