#pragma once
// Somebody who leaves: what they have here, and what is to be seen of them afterwards.
#include "topology.hpp"

namespace cleave::test {

http_answer delete_account(blog_client& client, const visitor& who,
                           std::string_view with = password);
// REQUIREs that it begins; the address of its state.
std::string begin_deletion(blog_client& client, const visitor& who);
// "running", "completed"; "unreachable" while a process is being killed.
std::string state_at(const address& blog, const std::string& location);
bool is_completed(const address& blog, const std::string& location);  // waits for it

// Whoever likes, comments, follows, and is liked, commented and followed.
struct person {
    visitor who;
    std::string slug;
};
person live(blog_client& client, const visitor& other, const std::string& others_slug);

std::int64_t number(blog_client& client, const std::string& target, std::string_view field,
                    const visitor& by = {});
// What anybody can see of the person who is gone.
void check_gone(blog_client& client, const person& p);

}  // namespace cleave::test
