#pragma once
// In which topology this run's blogs are started, and the one that most scenarios share.
#include <support/blog_client.hpp>
#include <support/running_blog.hpp>

namespace cleave::test {

// The arguments of `cleave up` after which the topology of this run is there: CLEAVE_TOPOLOGY, as
// ctest sets it. Empty: the monolith.
std::vector<std::string> topology_arguments();

// Started by whoever asks first. It is never stopped or broken: who wants to do that starts a
// scratch_blog. Its articles and users are everybody's, so a scenario looks for its own.
running_blog& shared_blog();

// Somebody who has signed up and been made an admin by an operator.
visitor admin_of(running_blog& blog, blog_client& client);
// What an admin may change about somebody: role and status.
http_answer change_account(blog_client& client, const visitor& admin, const visitor& whom,
                           const json::object& fields);

}  // namespace cleave::test
