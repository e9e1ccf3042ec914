#pragma once
// What whoever has the data directory may do to accounts, while the blog runs or not.
#include <contract/context.hpp>
#include <contract/problem.hpp>
#include <filesystem>

namespace cleave::app {

// Fail as users::api::set_authority and set_password do, or as call_module throws.
result<void> grant_role(const std::filesystem::path& data, const std::string& username, role to);
// Ends all sessions of the account.
result<void> set_password(const std::filesystem::path& data, const std::string& username,
                          const std::string& password);

}  // namespace cleave::app
