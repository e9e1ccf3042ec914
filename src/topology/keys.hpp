#pragma once
// The keys by which a config file says who runs where, beside the settings (app/settings.hpp): what
// read.cpp takes, and what docs/configuration.md lists.
#include <boost/describe.hpp>
#include <span>
#include <string>
#include <vector>

namespace cleave::topology {

struct file_key {
    std::string key;            // "processes.NAME.threads"
    std::string default_value;  // in words
    std::string expects;        // what it must be
    std::string help;
};
BOOST_DESCRIBE_STRUCT(file_key, (), (key, default_value, expects, help))

std::span<const file_key> file_keys();

// Their last parts: "threads".
std::vector<std::string> keys_of_a_process();

}  // namespace cleave::topology
