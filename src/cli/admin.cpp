#include <app/admin.hpp>
#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <cli/secret_input.hpp>
#include <iostream>

namespace cleave::cli {

namespace {

struct admin_arguments {
    std::string username;
    std::string role;
    std::string data = "data";
};

int finish(const result<void>& outcome, const std::string& done) {
    if (outcome) {
        std::cout << done << "\n";
        return 0;
    }
    std::cerr << "cleave: " << outcome.error().subject << ": " << outcome.error().detail << "\n";
    return 1;
}

int grant(const admin_arguments& given) {
    role wanted{};
    boost::describe::enum_from_string(given.role.c_str(), wanted);
    return finish(app::grant_role(given.data, given.username, wanted),
                  given.username + " has the role " + given.role + " now");
}

int set_password(const admin_arguments& given) {
    const auto secret = read_secret("New password of " + given.username);
    if (!secret) return 1;
    return finish(app::set_password(given.data, given.username, *secret),
                  given.username + " has a new password, and must log in with it everywhere");
}

}  // namespace

void add_admin(CLI::App& app, action& chosen) {
    auto* command =
        app.add_subcommand("admin", "Roles and passwords of accounts, while the blog runs or not");
    command->require_subcommand(1);
    auto given = std::make_shared<admin_arguments>();
    const auto add = [&](const std::string& name, const std::string& what) {
        auto* sub = command->add_subcommand(name, what);
        sub->add_option("username", given->username, "Whose account")->required();
        return sub;
    };
    auto* granting = add("grant", "Give an account a role: in force within a second");
    granting->add_option("role", given->role, "reader, author, moderator or admin")
        ->required()
        ->check(CLI::IsMember({"reader", "author", "moderator", "admin"}));
    add_data_option(*granting, given->data);
    granting->footer("Example: cleave admin grant ann moderator --data /srv/blog");
    granting->callback([&chosen, given] { chosen = [given] { return grant(*given); }; });
    auto* password = add("password",
                         "Give an account a new password, typed or the first line of standard "
                         "input; ends its sessions");
    add_data_option(*password, given->data);
    password->footer("Example: cleave admin password ann --data /srv/blog");
    password->callback([&chosen, given] { chosen = [given] { return set_password(*given); }; });
}

}  // namespace cleave::cli
