#pragma once
// The lines of all processes on a data directory, put together by time: those that there are, and
// then, as often as somebody asks, those that have come since.
//
// `up` has the lines of the processes that it starts, those of processes that have ended too; who
// runs without it is asked itself, and so are all where `up` does not answer.
#include <base/io_threads.hpp>
#include <filesystem>
#include <logs/question.hpp>
#include <map>

namespace cleave::logs {

class reader {
public:
    reader(std::filesystem::path data, question asked);

    struct page {
        std::vector<log_record> lines{};
        std::vector<std::string> processes{};  // whose lines there are
        std::vector<std::string> silent{};     // who listens and does not answer as is expected
        bool gap = false;                      // some came and went between two questions
    };
    // Blocks for at most a few seconds. Fails with not_executed where nothing runs.
    result<page> next();

private:
    struct place {
        std::string book{};
        std::int64_t last = 0;
    };
    result<log_answer> ask(const std::string& socket);
    void take(page& into, const std::string& socket, log_answer answer);

    std::filesystem::path data_;
    question asked_;
    io_threads threads_{1};
    std::map<std::string, place, std::less<>> places_;  // by socket
};

}  // namespace cleave::logs
