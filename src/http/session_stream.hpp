#pragma once
// The answer of one session that is a stream.
#include <http/session.hpp>

namespace cleave::http {

class session_stream final : public body_stream,
                             public std::enable_shared_from_this<session_stream> {
public:
    session_stream(session& s, const response& answer);

    async<bool> write(std::string piece) override;
    bool closed() const override { return closed_; }
    void when_closed(std::function<void()> call) override;
    void abort() override { aborted_ = true; }

    // Notices when the client leaves.
    void watch();
    // The server drains: a stream that has no end of its own ends now.
    void drain();
    void close();
    // The function has returned (`told_all`) or thrown. Afterwards the session goes on, or is lost.
    async<void> finish(bool told_all);

private:
    void readable(const boost::system::error_code& ec);
    async<bool> send(std::string_view head, std::string_view body);

    session& session_;
    const bool chunked_;
    std::optional<std::uint64_t> left_;  // bytes to come, where that is known
    bool closed_ = false;
    bool aborted_ = false;
    std::function<void()> when_closed_;
};

}  // namespace cleave::http
