#include <cli/commands.hpp>
#include <compare/run.hpp>
#include <iostream>

namespace cleave::cli {

namespace {

struct compare_arguments {
    compare::options options;
    std::int64_t warm_up_s = 0, duration_s = 0, flat_out_s = 0;
    std::string out;
};

int run(compare_arguments& given) {
    auto& options = given.options;
    options.binary = std::filesystem::read_symlink("/proc/self/exe");
    options.warm_up = std::chrono::seconds(given.warm_up_s);
    options.duration = std::chrono::seconds(given.duration_s);
    options.flat_out = std::chrono::seconds(given.flat_out_s);
    if (!given.out.empty()) options.out = given.out;
    options.build = "cleave " CLEAVE_VERSION;
    if (const auto wrong = compare::problem_with(options)) {
        std::cerr << *wrong << "\n";
        return 2;
    }
    return compare::run(options);
}

}  // namespace

void add_compare(CLI::App& app, action& chosen) {
    auto* command = app.add_subcommand(
        "compare", "Run the same reads and writes on several architectures; print what each costs");
    auto given = std::make_shared<compare_arguments>();
    auto& o = given->options;
    given->warm_up_s = o.warm_up.count();
    given->duration_s = o.duration.count();
    given->flat_out_s = o.flat_out.count();
    command
        ->add_option("--modes", o.modes,
                     "monolith, split, split:comments, or a topology FILE.toml; the first is what "
                     "the others are compared with")
        ->delimiter(',')
        ->capture_default_str();
    command->add_option("--rate", o.rate_per_s, "Requests a second of the open loop")
        ->capture_default_str();
    command->add_option("--repeat", o.repeats, "Runs of each mode, in alternating order")
        ->capture_default_str();
    command->add_option("--duration", given->duration_s, "Seconds measured in each run")
        ->capture_default_str();
    command->add_option("--warm-up", given->warm_up_s, "Seconds dropped before that")
        ->capture_default_str();
    command->add_option("--flat-out", given->flat_out_s, "Seconds of closed loop; 0: none")
        ->capture_default_str();
    command->add_option("--seed", o.seed, "Of data, arrivals and requests")->capture_default_str();
    command->add_option("--scratch", o.scratch, "Where data directories are made, and removed")
        ->capture_default_str();
    command->add_option("--out", given->out, "Directory for results.json");
    command->footer("Example: cleave compare --modes monolith,split:comments --rate 500");
    command->callback([&chosen, given] { chosen = [given] { return run(*given); }; });
}

}  // namespace cleave::cli
