#pragma once
// Who of the instances of a process that could answer a query gets it.
#include <boost/describe.hpp>

namespace cleave::http {

enum class balancing {
    least_loaded,  // of two taken at random, the one with fewer requests under way
    round_robin,
    hash,  // the same for the same target, so that caches stay warm (rendezvous hashing)
};
BOOST_DESCRIBE_ENUM(balancing, least_loaded, round_robin, hash)

}  // namespace cleave::http
