#pragma once
// The ways to make the same call. Every contract test runs in all of them.
#include <boost/describe.hpp>
#include <catch2/catch.hpp>
#include <contract/method.hpp>
#include <functional>

#include "world.hpp"

namespace cleave::test {

// The body, once in each mode, each time in a fresh world.
void in_every_mode(const std::function<async<void>(world&)>& body);

// The body in one mode.
void in_mode(calling_mode mode, const std::function<async<void>(world&)>& body, unsigned seed = 1);

}  // namespace cleave::test
