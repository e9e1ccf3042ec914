#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>
#include <outward/address.hpp>
#include <outward/sender.hpp>
#include <stdexcept>

namespace cleave::outward {

namespace {

struct easy_closer {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct list_closer {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct url_closer {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

void set_up_curl_once() {
    static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (done != CURLE_OK) throw std::runtime_error("curl could not be initialised");
}

std::string part_of(CURLU* url, CURLUPart which) {
    char* text = nullptr;
    if (curl_url_get(url, which, &text, 0) != CURLUE_OK || text == nullptr) return {};
    std::string out(text);
    curl_free(text);
    return out;
}

// What one message needs to know while curl works on it.
struct transfer {
    const limits& allowed;
    const std::atomic<bool>& stopping;
    bool refused = false;
    std::size_t answer_bytes = 0;
};

curl_socket_t open_checked(void* context, curlsocktype, struct curl_sockaddr* to) {
    auto& self = *static_cast<transfer*>(context);
    if (!self.allowed.special_addresses && !is_public(to->addr)) {
        self.refused = true;
        return CURL_SOCKET_BAD;
    }
    return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

std::size_t throw_away(char*, std::size_t size, std::size_t count, void* context) {
    auto& self = *static_cast<transfer*>(context);
    self.answer_bytes += size * count;
    return self.answer_bytes > self.allowed.answer_bytes_max ? 0 : size * count;
}

int look_whether_to_stop(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<transfer*>(context)->stopping ? 1 : 0;
}

// The first problem with an option is kept: none of them may be left out silently.
class options {
public:
    explicit options(CURL* handle) : handle_(handle) {}
    template <class T>
    void set(CURLoption which, T value) {
        const auto done = curl_easy_setopt(handle_, which, value);
        if (done != CURLE_OK)
            throw std::runtime_error(fmt::format("curl option {}: {}", static_cast<int>(which),
                                                 curl_easy_strerror(done)));
    }

private:
    CURL* handle_;
};

std::string words_for(CURLcode failure, const transfer& t) {
    if (t.refused) return "the address is not on the public internet";
    switch (failure) {
        case CURLE_COULDNT_RESOLVE_HOST: return "the host has no address";
        case CURLE_COULDNT_CONNECT: return "no connection";
        case CURLE_OPERATION_TIMEDOUT: return "no answer in time";
        case CURLE_PEER_FAILED_VERIFICATION: return "its certificate is not valid";
        case CURLE_WRITE_ERROR: return "the answer is too long";
        case CURLE_ABORTED_BY_CALLBACK: return "interrupted";
        default: return curl_easy_strerror(failure);
    }
}

}  // namespace

std::string what_is_wrong_with_url(const std::string& text) {
    set_up_curl_once();
    if (text.size() > url_bytes_max)
        return fmt::format("is too long (at most {} bytes)", url_bytes_max);
    const std::unique_ptr<CURLU, url_closer> url(curl_url());
    if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK ||
        text.find('\0') != std::string::npos)
        return "is not a URL";
    const auto scheme = part_of(url.get(), CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https") return "must begin with https:// or http://";
    if (part_of(url.get(), CURLUPART_HOST).empty()) return "has no host";
    if (!part_of(url.get(), CURLUPART_USER).empty() ||
        !part_of(url.get(), CURLUPART_PASSWORD).empty())
        return "must not hold a user name or password";
    if (!part_of(url.get(), CURLUPART_FRAGMENT).empty()) return "must not hold a fragment";
    return {};
}

sender::sender(limits l) : limits_(l), workers_(l.threads, l.messages_max) {
    set_up_curl_once();
}

sender::~sender() {
    stop();
}

async<outcome> sender::post(message what) {
    std::move_only_function<outcome()> work = [this, &what] { return post_now(what); };
    auto done = co_await workers_.run<outcome>(std::move(work));
    if (!done) co_return outcome{0, "too many messages are under way"};
    co_return std::move(*done);
}

outcome sender::post_now(const message& what) const {
    if (stopping_) return {0, "interrupted"};
    const std::unique_ptr<CURL, easy_closer> handle(curl_easy_init());
    if (!handle) return {0, "no memory"};
    curl_slist* lines = nullptr;
    for (const auto& line : what.headers) lines = curl_slist_append(lines, line.c_str());
    // Without this curl asks first whether it may send a long body, and waits.
    lines = curl_slist_append(lines, "Expect:");
    const std::unique_ptr<curl_slist, list_closer> headers(lines);

    transfer state{limits_, stopping_};
    options set(handle.get());
    set.set(CURLOPT_URL, what.url.c_str());
    set.set(CURLOPT_PROTOCOLS_STR, "http,https");
    set.set(CURLOPT_FOLLOWLOCATION, 0L);
    set.set(CURLOPT_PROXY, "");
    set.set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set.set(CURLOPT_NOSIGNAL, 1L);
    // Does not wait for a name that nobody resolves.
    set.set(CURLOPT_QUICK_EXIT, 1L);
    set.set(CURLOPT_OPENSOCKETFUNCTION, &open_checked);
    set.set(CURLOPT_OPENSOCKETDATA, &state);
    set.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits_.connect_timeout.count()));
    set.set(CURLOPT_TIMEOUT_MS, static_cast<long>(limits_.total_timeout.count()));
    set.set(CURLOPT_NOPROGRESS, 0L);
    set.set(CURLOPT_XFERINFOFUNCTION, &look_whether_to_stop);
    set.set(CURLOPT_XFERINFODATA, &state);
    set.set(CURLOPT_WRITEFUNCTION, &throw_away);
    set.set(CURLOPT_WRITEDATA, &state);
    set.set(CURLOPT_HTTPHEADER, headers.get());
    set.set(CURLOPT_USERAGENT, "cleave/" CLEAVE_VERSION);
    set.set(CURLOPT_POST, 1L);
    set.set(CURLOPT_POSTFIELDS, what.body.c_str());
    set.set(CURLOPT_POSTFIELDSIZE, static_cast<long>(what.body.size()));
    set.set(CURLOPT_FORBID_REUSE, 1L);

    const auto done = curl_easy_perform(handle.get());
    if (done != CURLE_OK) return {0, words_for(done, state)};
    long status = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    outcome answered{static_cast<int>(status), {}};
    if (!answered.is_taken()) answered.error = fmt::format("answered {}", status);
    return answered;
}

}  // namespace cleave::outward
