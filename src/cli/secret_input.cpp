#include <termios.h>
#include <unistd.h>

#include <cli/secret_input.hpp>
#include <csignal>
#include <iostream>

namespace cleave::cli {

namespace {

termios shown_again;  // for the signal handler

extern "C" void show_again_and_end(int number) {
    ::tcsetattr(STDIN_FILENO, TCSANOW, &shown_again);
    std::signal(number, SIG_DFL);
    std::raise(number);
}

// What is typed is not shown, until the end of the scope, also where that is Ctrl-C.
class hidden_input {
public:
    hidden_input() {
        ::tcgetattr(STDIN_FILENO, &shown_again);
        for (const int number : {SIGINT, SIGTERM}) std::signal(number, show_again_and_end);
        termios hidden = shown_again;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    ~hidden_input() {
        ::tcsetattr(STDIN_FILENO, TCSANOW, &shown_again);
        for (const int number : {SIGINT, SIGTERM}) std::signal(number, SIG_DFL);
    }
    hidden_input(const hidden_input&) = delete;
};

std::optional<std::string> read_line() {
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

std::optional<std::string> ask(const std::string& prompt) {
    std::cerr << prompt << ": " << std::flush;
    const hidden_input hidden;
    auto line = read_line();
    std::cerr << "\n";
    return line;
}

}  // namespace

std::optional<std::string> read_secret(const std::string& prompt) {
    if (::isatty(STDIN_FILENO) == 0) {
        auto line = read_line();
        if (!line) std::cerr << "cleave: " << prompt << ": nothing on standard input\n";
        return line;
    }
    auto first = ask(prompt);
    if (!first) return std::nullopt;
    const auto second = ask(prompt + " again");
    if (first == second) return first;
    std::cerr << "cleave: the two are not the same; nothing was changed\n";
    return std::nullopt;
}

}  // namespace cleave::cli
