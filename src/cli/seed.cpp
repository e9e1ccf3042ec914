#include <app/demo.hpp>
#include <app/seed.hpp>
#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <cli/progress_bar.hpp>
#include <iostream>
#include <telemetry/log.hpp>

namespace cleave::cli {

namespace {

struct seed_arguments {
    app::seed_options wanted;
    std::string data = "data";
};

int seed(const seed_arguments& given) {
    const auto& wanted = given.wanted;
    if ((wanted.articles > 0 && wanted.users == 0) ||
        (wanted.comments > 0 && wanted.articles == 0)) {
        std::cerr << "Articles need users (--users), and comments need articles (--articles).\n";
        return 2;
    }
    log::configure("seed", log::level::warning);
    const auto began = std::chrono::steady_clock::now();
    progress_bar bar;
    app::seed_summary made;
    app::tool_blog blog(given.data);
    blog.run([&](app::tool_blog& b) -> async<void> {
        const auto report = [&bar](std::string_view what, std::uint64_t done, std::uint64_t all) {
            bar.show(what, done, all);
        };
        made = co_await app::seed_blog(b, wanted, report);
        bar.show("settling", 0, 0);
        co_await b.settle();
    });
    bar.clear();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    fmt::print("added {} users, {} articles and {} comments in {:.1f} s\n", made.users_added,
               made.articles_added, made.comments_added, took.count());
    if (made.users_added > 0)
        fmt::print("They log in with reader1@example.com and the like; password: {}\n",
                   app::demo_password);
    return 0;
}

}  // namespace

void add_seed(CLI::App& app, action& chosen) {
    auto* command = app.add_subcommand(
        "seed", "Fill a blog with believable content in English and Korean, to try things on");
    auto given = std::make_shared<seed_arguments>();
    auto& wanted = given->wanted;
    const auto count = [command](const char* flag, std::uint64_t& value, std::uint64_t most,
                                 const char* what) {
        command->add_option(flag, value, what)
            ->check(CLI::Range(std::uint64_t{0}, most))
            ->capture_default_str();
    };
    count("--users", wanted.users, 1'000'000, "How many accounts");
    count("--articles", wanted.articles, 10'000'000, "How many articles, by them");
    count("--comments", wanted.comments, 100'000'000, "How many comments, on these");
    command->add_option("--seed", wanted.seed, "Another number gives other content")
        ->capture_default_str();
    add_data_option(*command, given->data);
    command->footer(
        "While the blog runs, it is asked to take the content; else it is opened for that.\n"
        "The same command adds nothing twice, and one that was cut short goes on where it ended.\n"
        "Every account has the same password, which is printed: do not seed a public blog.\n"
        "Example: cleave seed --users 200 --articles 100000 --comments 300000 --data big");
    command->callback([&chosen, given] { chosen = [given] { return seed(*given); }; });
}

}  // namespace cleave::cli
