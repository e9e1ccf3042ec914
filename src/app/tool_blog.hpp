#pragma once
// The blog for a tool. A module that a process owns is asked through that process's control socket;
// the others are opened here for as long as the tool works. Never a second writer.
#include <app/blog.hpp>
#include <base/timer.hpp>
#include <topology/status.hpp>

namespace cleave::app {

class tool_blog final : public reachable {
public:
    // Throws sqlite::owned_elsewhere where a process owns a module and could not be found.
    explicit tool_blog(std::filesystem::path data, users::settings users = {});
    ~tool_blog() override;

    app::blog& blog() { return *blog_; }

    // Runs it on the I/O thread, with the followers of the modules that are here; what it throws
    // is thrown here. Once.
    void run(std::function<async<void>(tool_blog&)> work);

    // Waits until those who follow events here have applied all that there are.
    async<void> settle();

private:
    channel& channel_to(std::string_view module) override;
    async<void> work_then_stop(std::function<async<void>(tool_blog&)> work);

    std::filesystem::path data_;
    io_threads threads_{1};
    std::map<std::string, topology::process_status, std::less<>> owners_;  // by module
    http::credentials credentials_{};
    std::map<std::string, std::unique_ptr<http::upstream>, std::less<>> processes_;
    std::map<std::string, std::unique_ptr<http::remote_channel>, std::less<>> channels_;
    std::unique_ptr<app::blog> blog_;
    std::exception_ptr thrown_;
};

// A tool's command: nobody's, with the time that a batch may take.
command_context tool_command();

// Sends what may be sent again until it was done, for as long as `patience` lasts: a process that
// is being started again refuses or loses a call.
template <class F>
auto until_done(F attempt, std::chrono::seconds patience = std::chrono::seconds(30))
    -> decltype(attempt()) {
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        auto answer = co_await attempt();
        const bool lost = !answer && (answer.error().code == errc::not_executed ||
                                      answer.error().code == errc::outcome_unknown);
        if (!lost || std::chrono::steady_clock::now() > until) co_return answer;
        co_await resume_after(std::chrono::milliseconds(50));
    }
}

}  // namespace cleave::app
