#pragma once
// What a module is given of the platform: handed in, never reached for.
#include <base/clock.hpp>
#include <base/random.hpp>
#include <events/outbox.hpp>

namespace cleave {

struct platform {
    sqlite::database& store;
    events::outbox& outbox;
    const wall_clock& clock;
    random_source& random;
};

}  // namespace cleave
