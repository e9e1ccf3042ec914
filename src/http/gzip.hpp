#pragma once
#include <string>
#include <string_view>

namespace cleave::http {

// The body as gzip (RFC 1952), at the level that costs the least: about 10 us a KiB. False, and
// nothing of use in `out`, where that would not be smaller. Each thread keeps 256 KiB for it.
bool gzip(std::string_view body, std::string& out);

}  // namespace cleave::http
