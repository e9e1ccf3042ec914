#pragma once
// A whole blog, and its five interfaces as reached in one calling mode.
#include <app/blog.hpp>
#include <boost/describe.hpp>
#include <http/server.hpp>
#include <memory>
#include <support/scratch_folder.hpp>

namespace cleave::test {

enum class calling_mode {
    direct,      // a virtual call
    serialized,  // through the codec
    loopback,    // HTTP to the same process
    process,     // HTTP to another: the real binary
    repeated,    // serialized, and each call that may be repeated is made twice
    lossy,       // serialized over a channel that loses requests and replies; callers try again
};
BOOST_DESCRIBE_ENUM(calling_mode, direct, serialized, loopback, process, repeated, lossy)

// Makes each repeatable call twice and returns the second answer.
class repeating_channel final : public channel {
public:
    explicit repeating_channel(channel& inner) : inner_(inner) {}
    task<reply> send(outgoing_call call) override;

private:
    channel& inner_;
};

// Loses a third of the requests and a third of the replies, as the seed says, and sends what may
// be repeated again until an answer arrives.
class lossy_channel final : public channel {
public:
    lossy_channel(channel& inner, unsigned seed) : inner_(inner), state_(seed) {}
    task<reply> send(outgoing_call call) override;

private:
    unsigned next();

    channel& inner_;
    unsigned state_;
};

// Where the modules of a world run.
class home {
public:
    virtual ~home() = default;
    // Null where a module is called through a channel.
    virtual app::blog* direct() { return nullptr; }
    virtual channel& channel_to(std::string_view module) = 0;
    virtual void stop() = 0;
};

class world {
public:
    world(calling_mode mode, unsigned seed);
    ~world();

    users::api& users() { return *users_; }
    users::deleting& deletions() { return *deletions_; }
    posts::api& posts() { return *posts_; }
    comments::api& comments() { return *comments_; }
    notifications::api& notifications() { return *notifications_; }
    stats::api& stats() { return *stats_; }
    events::feed& posts_feed() { return *posts_feed_; }

    io_threads& threads() { return threads_; }
    calling_mode mode() const { return mode_; }
    const std::filesystem::path& data() const { return folder_.path(); }
    // Whether calls may be lost here, so that only commands with a key are certain to be done once.
    bool is_lossy() const { return mode_ == calling_mode::lossy; }

private:
    channel& reach(std::string_view module);
    template <class Proxy, class Api>
    std::unique_ptr<Proxy> make(Api* direct);

    calling_mode mode_;
    unsigned seed_;
    scratch_folder folder_;
    io_threads threads_{2};
    std::unique_ptr<home> home_;
    std::vector<std::unique_ptr<channel>> wrapped_;
    std::unique_ptr<users::proxy> users_;
    std::unique_ptr<users::deletion_proxy> deletions_;
    std::unique_ptr<posts::proxy> posts_;
    std::unique_ptr<comments::proxy> comments_;
    std::unique_ptr<notifications::proxy> notifications_;
    std::unique_ptr<stats::proxy> stats_;
    std::unique_ptr<events::feed_proxy> posts_feed_;
};

// In this process, with the given mode between its modules.
std::unique_ptr<home> make_home_here(const std::filesystem::path& data, io_threads& threads,
                                     topology::local_calls local);
// `cleave serve` in a process of its own.
std::unique_ptr<home> make_home_elsewhere(const std::filesystem::path& data, io_threads& threads);

}  // namespace cleave::test
