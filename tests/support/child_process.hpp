#pragma once
// A program that a test starts, watches and ends. It never outlives the test.
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <support/eventually.hpp>
#include <vector>

namespace cleave::test {

// Where the program's two streams go; they may be one file. What is there already is kept.
struct output_files {
    std::filesystem::path out;
    std::filesystem::path err;
};

// In a process group of its own, with /dev/null to read from. Throws std::system_error.
class child_process {
public:
    child_process(const std::filesystem::path& binary, const std::vector<std::string>& arguments,
                  const output_files& output);
    ~child_process();  // SIGKILL, if it still runs
    child_process(const child_process&) = delete;

    pid_t pid() const { return pid_; }
    bool runs();
    void signal(int number);  // Nothing where it has ended: its number may be another's by now.
    // Its exit code, or 128 and the number of the signal that ended it; nothing if it does not end.
    std::optional<int> wait(std::chrono::milliseconds limit = patience);

private:
    pid_t pid_ = -1;
    std::optional<int> ended_;
};

struct finished {
    int code = -1;
    std::string out, err;
};

// Runs it to its end. Throws where it does not end.
finished run_to_end(const std::filesystem::path& binary, const std::vector<std::string>& arguments);

// Empty where the file cannot be read.
std::string text_of(const std::filesystem::path& file);

// Processes that have this text in their command line, such as the path of a scratch folder.
std::vector<pid_t> processes_that_mention(const std::string& text);

}  // namespace cleave::test
