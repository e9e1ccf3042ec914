#include "normal.hpp"

#include <zlib.h>

#include <functional>
#include <regex>
#include <stdexcept>
#include <support/divergence.hpp>

namespace cleave::test {

namespace {

std::string unzipped(std::string packed) {
    z_stream stream{};
    if (::inflateInit2(&stream, 15 + 16) != Z_OK) throw std::runtime_error("no zlib");
    stream.next_in = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    std::string out;
    char part[16 * 1024];
    int state = Z_OK;
    while (state == Z_OK) {
        stream.next_out = reinterpret_cast<Bytef*>(part);
        stream.avail_out = sizeof part;
        state = ::inflate(&stream, Z_NO_FLUSH);
        out.append(part, sizeof part - stream.avail_out);
    }
    ::inflateEnd(&stream);
    if (state != Z_STREAM_END) throw std::runtime_error("this is no whole gzip stream");
    return out;
}

// Each match by what `by` makes of its first group.
std::string replaced(const std::string& text, const std::regex& what,
                     const std::function<std::string(const std::smatch&)>& by) {
    std::string out;
    std::sregex_iterator at(text.begin(), text.end(), what);
    auto rest = text.begin();
    for (const std::sregex_iterator end; at != end; ++at) {
        out.append(rest, (*at)[0].first);
        out += by(*at);
        rest = (*at)[0].second;
    }
    return out.append(rest, text.end());
}

}  // namespace

std::string normaliser::number_of(const std::string& kind, const std::string& value) {
    auto& numbers = known_[kind];
    return kind + std::to_string(numbers.try_emplace(value, numbers.size() + 1).first->second);
}

std::string normaliser::text(std::string body) {
    static const std::regex time(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)");
    static const std::regex token(R"re("(token|secret)":"[^"]*")re");
    static const std::regex taken(R"(-([0-9a-f]{8})\b)");
    body = std::regex_replace(body, time, "TIME");
    body = std::regex_replace(body, token, R"("$1":"CHANCE")");
    return replaced(body, taken,
                    [this](const std::smatch& m) { return "-" + number_of("TAKEN", m[1].str()); });
}

std::string normaliser::operator()(const std::string& target, const http_answer& answer) {
    std::string head = answer.head.substr(0, answer.head.find("\r\n")) + "\n";
    for (const auto& [name, value] : answer.fields) {
        if (may_differ(name)) continue;
        // The length is right, or there would be no answer; what is compressed or holds a token
        // has it by chance.
        const bool chance =
            name == "date" || name == "x-request-id" || name == "etag" || name == "content-length";
        head += name + ": " + (chance ? "CHANCE" : value) + "\n";
    }
    const bool packed = answer.field("content-encoding") == "gzip" && !answer.body.empty();
    auto body = text(packed ? unzipped(answer.body) : answer.body);
    static const std::regex id(R"re("(id|commentId)":(\d+))re");
    const bool inbox = target.starts_with("/api/notifications");
    body = replaced(body, id, [&](const std::smatch& m) {
        const bool notification = inbox && m[1].str() == "id";
        return "\"" + m[1].str() + "\":" + number_of(notification ? "NOTE" : "COMMENT", m[2].str());
    });
    return head + body;
}

}  // namespace cleave::test
