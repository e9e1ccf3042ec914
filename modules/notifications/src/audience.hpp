#pragma once
// Who listens on a stream just now, and the bell that wakes them: a write job names whom it tells
// something, the commit rings for them. From any thread.
#include <base/timer.hpp>
#include <memory>
#include <mutex>
#include <notifications/module.hpp>
#include <set>
#include <unordered_map>

namespace cleave::notifications {

// One stream's.
class bell {
public:
    explicit bell(executor thread) : timer_(thread) {}

    // On the stream's thread, one at a time. True: it has rung since the last time, or now.
    async<bool> wait(std::chrono::milliseconds at_most);
    static void ring(const std::shared_ptr<bell>& one);  // from any thread

private:
    std::atomic<bool> rung_ = false;
    steady_timer timer_;
};

class audience {
public:
    explicit audience(settings s) : settings_(s) {}

    // A place in the audience, until it is destroyed. The audience outlives it.
    class place {
    public:
        place(audience& of, std::int64_t user_id, std::shared_ptr<bell> woken)
            : of_(of), user_id_(user_id), bell_(std::move(woken)) {}
        ~place() { of_.leave(user_id_, bell_); }
        place(const place&) = delete;
        const std::shared_ptr<bell>& woken() const { return bell_; }

    private:
        audience& of_;
        std::int64_t user_id_;
        std::shared_ptr<bell> bell_;
    };

    // Nothing where there are too many, in all or of this user.
    std::unique_ptr<place> enter(std::int64_t user_id, executor thread);

    // Inside a write job; an undone one wakes in vain, which is harmless. Whoever comes to listen
    // between this and the commit cannot see what is told yet, so it is rung for as well.
    void tell(std::int64_t user_id);
    // After a commit: rings for those who were told.
    void committed();

private:
    void leave(std::int64_t user_id, const std::shared_ptr<bell>& bell);

    const settings settings_;
    std::mutex mutex_;
    std::unordered_map<std::int64_t, std::vector<std::shared_ptr<bell>>> listening_;
    std::size_t streams_ = 0;
    std::set<std::int64_t> told_;
};

}  // namespace cleave::notifications
