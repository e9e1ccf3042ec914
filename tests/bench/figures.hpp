#pragma once
// What a benchmark found: a table for people, and JSON for whoever wants to draw it.
#include <optional>
#include <string>
#include <vector>

namespace cleave::bench {

struct figure {
    std::string name{};
    double value = 0;
    std::string unit{};                // "requests/s", "ms"; empty: a ratio
    std::optional<double> at_least{};  // what we want to reach, where we want something
    std::optional<double> at_most{};

    bool is_missed() const {
        return (at_least && value < *at_least) || (at_most && value > *at_most);
    }
};

class figures {
public:
    // `--json FILE` among the arguments: where the JSON goes.
    figures(std::string title, int argc, char** argv);

    void add(figure f) { all_.push_back(std::move(f)); }
    // Prints the table and writes the file. Returns the exit code: a missed target is said, it is
    // not an error.
    int tell() const;

private:
    std::string title_;
    std::string json_file_;
    std::vector<figure> all_;
};

double median(std::vector<double> values);

}  // namespace cleave::bench
