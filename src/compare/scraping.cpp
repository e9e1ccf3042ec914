#include <compare/scraping.hpp>

namespace cleave::compare {

namespace {

constexpr std::chrono::seconds between{1}, patience{3};

}  // namespace

std::string read_metrics(const trial::running& process) {
    const auto colon = process.ops.rfind(':');
    boost::system::error_code failed;
    const auto host = asio::ip::make_address(process.ops.substr(0, colon), failed);
    if (colon == process.ops.npos || failed) return {};
    const auto port = static_cast<std::uint16_t>(std::stoi(process.ops.substr(colon + 1)));
    return ask_once({host, port}, to_bytes({.target = "/metrics"}), patience).body;
}

scraping::scraping(const trial& blog)
    : processes_(blog.processes()), thread_([this](const std::stop_token& over) {
          std::unique_lock lock(mutex_);
          while (!over.stop_requested()) {
              for (const auto& p : processes_) read_metrics(p);
              woken_.wait_for(lock, over, between, [] { return false; });
          }
      }) {
}

scraping::~scraping() = default;

}  // namespace cleave::compare
