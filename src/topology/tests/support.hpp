#pragma once
// What the tests of this folder share.
#include <base/async.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <support/scratch_folder.hpp>
#include <topology/topology.hpp>
#include <vector>

namespace cleave::topology::test {

// A folder of its own, gone after the test. Its path is short: Unix sockets lie in it.
struct temporary_directory : cleave::test::scratch_folder {
    std::filesystem::path operator/(std::string_view name) const { return path() / name; }
};

// posts calls users; comments calls both; notes follows comments.
const std::vector<known_module>& blog();

std::string read_file(const std::filesystem::path& file);
std::vector<std::string> lines_of(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, std::string_view text);
void write_script(const std::filesystem::path& file, std::string_view text);

// Runs what is due until the condition holds, or for long enough that it never will.
bool run_until(asio::io_context& context, const std::function<bool()>& condition);
// The same where nothing is to be run here.
bool wait_until(const std::function<bool()>& condition);

// What `work` returns in a process of its own, that is forked for it.
std::string in_child(const std::function<std::string()>& work);

// What config_error (or another exception) says.
std::string refusal(const std::function<void()>& work);

// Readable once the process, a child or not, has ended: however its number is used then.
bool ends(int pidfd);

}  // namespace cleave::topology::test
