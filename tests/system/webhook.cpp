// Notifications that go out into the world, and where they never go.
#include <sodium.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <support/webhook_receiver.hpp>

#include "topology.hpp"

using namespace cleave::test;

namespace {

const std::string path = "/api/notifications/webhook";

http_answer set_webhook(blog_client& client, const visitor& who, const json::object& webhook) {
    return client.ask({.method = "PUT",
                       .target = path,
                       .headers = authorization(who.token) + "Content-Type: application/json\r\n",
                       .body = json::serialize(json::object{{"webhook", webhook}})});
}

json::object webhook_of(blog_client& client, const visitor& who) {
    const auto answer = client.get(path, who.token);
    REQUIRE(answer.status == 200);
    return body_of(answer).at("webhook").as_object();
}

std::string hmac(const std::string& secret, const std::string& text) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(secret.data()),
                                secret.size());
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()),
                                  text.size());
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_final(&state, mac);
    char hex[2 * sizeof mac + 1];
    return sodium_bin2hex(hex, sizeof hex, mac, sizeof mac);
}

// The blog's processes see it for as long as this is there.
struct to_this_machine {
    to_this_machine() { ::setenv(name, "true", 1); }
    ~to_this_machine() { ::unsetenv(name); }
    static constexpr const char* name = "CLEAVE_WEBHOOKS_TO_SPECIAL_ADDRESSES";
};

}  // namespace

TEST_CASE("a webhook is told what its owner is told, signed") {
    webhook_receiver receiver;
    std::optional<to_this_machine> allowed(std::in_place);
    scratch_blog blog(topology_arguments());
    allowed.reset();
    blog_client client(blog->at());
    const auto author = sign_up(client), reader = sign_up(client);
    const auto slug = publish(client, author, "Hooked, " + author.username);
    const std::string secret = "a secret that nobody knows";
    const auto set = set_webhook(client, author, {{"url", receiver.url()}, {"secret", secret}});
    REQUIRE(set.status == 200);
    CHECK(body_of(set).at("webhook").at("secret").as_string() == secret);

    const auto id = write_comment(client, reader, slug, "Ring");
    REQUIRE(eventually([&] { return receiver.all().size() == 1; }));
    const auto sent = receiver.all().front();
    CHECK(sent.head.starts_with("POST /hook HTTP/1.1\r\n"));
    const auto told = json::parse(sent.body).at("notification");
    CHECK(told.at("commentId") == id);
    CHECK(told.at("actor").at("username").as_string() == reader.username);
    const auto signature = sent.field("Cleave-Signature");
    REQUIRE(signature.starts_with("t="));
    const auto at = signature.substr(2, signature.find(',') - 2);
    CHECK(signature == "t=" + at + ",v1=" + hmac(secret, at + "." + sent.body));
    CHECK_FALSE(sent.field("Cleave-Delivery").empty());
    REQUIRE(eventually([&] { return webhook_of(client, author).at("waiting") == 0; }));
    CHECK(webhook_of(client, author).at("lastDeliveredAt").is_string());
    CHECK(webhook_of(client, author).at("secret").is_null());

    // A redirect leads nowhere, and is no success.
    receiver.answer_with("307 Temporary Redirect\r\nLocation: " + receiver.url());
    write_comment(client, reader, slug, "Ring again");
    REQUIRE(eventually([&] { return webhook_of(client, author).at("lastError").is_string(); }));
    CHECK(webhook_of(client, author).at("lastError").as_string() == "answered 307");
    CHECK(receiver.all().size() == 2);
    CHECK(webhook_of(client, author).at("waiting") == 1);

    // What waits outlives a restart, and who has no webhook any more hears nothing.
    REQUIRE(blog->stop() == 0);
    blog.restart(topology_arguments());
    blog_client again(blog->at());
    CHECK(webhook_of(again, author).at("waiting") == 1);
    CHECK(again.ask({.method = "DELETE", .target = path, .headers = authorization(author.token)})
              .status == 204);
    check_error(again.get(path, author.token), 404, "webhook", "not found");
}

TEST_CASE("a webhook never goes to an address that is not public, by whatever name") {
    webhook_receiver receiver;
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto reader = sign_up(client);
    const auto port = receiver.url().substr(receiver.url().rfind(':'));
    for (const std::string host :
         {"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f.1"}) {
        INFO(host);
        const auto author = sign_up(client);
        const auto slug = publish(client, author, "Not here, " + author.username);
        const auto url = std::string("http://").append(host).append(port);
        REQUIRE(set_webhook(client, author, {{"url", url}}).status == 200);
        write_comment(client, reader, slug, "Ring");
        REQUIRE(eventually([&] { return webhook_of(client, author).at("lastError").is_string(); }));
        CHECK(webhook_of(client, author).at("lastError").as_string() ==
              "the address is not on the public internet");
    }
    CHECK(receiver.all().empty());
}

TEST_CASE("what cannot be a webhook is refused") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client);
    for (const char* url : {"", "x", "ftp://example.com/", "file:///etc/passwd",
                            "javascript:alert(1)", "http://", "https://user:password@example.com/",
                            "https://example.com/#x", "gopher://example.com/"}) {
        INFO(url);
        CHECK(set_webhook(client, author, {{"url", url}}).status == 422);
    }
    CHECK(set_webhook(client, author, {{"url", "https://" + std::string(3'000, 'a')}}).status ==
          422);
    check_error(client.get(path, author.token), 404, "webhook", "not found");
    check_error(client.get(path), 401, "token", "is missing");
    const auto made = set_webhook(client, author, {{"url", "https://example.com/hook"}});
    REQUIRE(made.status == 200);
    CHECK(body_of(made).at("webhook").at("secret").as_string().size() >= 32);
}
