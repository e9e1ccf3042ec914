#include "log.hpp"

#include <boost/json.hpp>
#include <fstream>

namespace cleave::test {

void save(const replay_log& log, const std::filesystem::path& file) {
    std::ofstream out(file);
    for (const auto& one : log) out << boost::json::serialize(boost::json::value_from(one)) << "\n";
}

replay_log load_log(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("no log: " + file.string());
    replay_log log;
    for (std::string line; std::getline(in, line);)
        log.push_back(boost::json::value_to<step>(boost::json::parse(line)));
    return log;
}

}  // namespace cleave::test
