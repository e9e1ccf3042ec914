#include <sys/stat.h>

#include <base/encoding.hpp>
#include <base/io_threads.hpp>
#include <base/secret_file.hpp>
#include <base/text.hpp>
#include <base/worker_pool.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <catch2/catch.hpp>
#include <future>
#include <latch>
#include <support/scratch_folder.hpp>
#include <thread>

using namespace cleave;
using test::scratch_folder;
namespace fs = std::filesystem;

TEST_CASE("bytes become text and bytes again") {
    for (std::size_t size = 0; size < 50; ++size) {
        bytes data(size);
        secure_random().fill(data);
        CHECK(from_hex(to_hex(data)) == data);
        CHECK(from_base64url(to_base64url(data)) == data);
        const std::string text(data.begin(), data.end());
        CHECK(percent_decode(percent_encode(text)) == text);
    }
    CHECK(percent_encode("a b/댓") == "a%20b%2F%EB%8C%93");
}

TEST_CASE("what is not well formed is refused") {
    for (const char* bad : {"a", "0g", "zz"}) CHECK_FALSE(from_hex(bad));
    for (const char* bad : {"a", "YQ==", "Y+", " YQ", "YQ\n"}) CHECK_FALSE(from_base64url(bad));
    for (const char* bad : {"%", "%1", "%g0", "a%2"}) CHECK_FALSE(percent_decode(bad));
}

TEST_CASE("a secret is made once, by whoever comes first") {
    const scratch_folder folder;
    const fs::path file = folder.path() / "keys" / "internal.key";
    std::vector<bytes> seen(8);
    {
        std::latch go(8);
        std::vector<std::jthread> all;
        for (auto& mine : seen)
            all.emplace_back([&] {
                go.arrive_and_wait();
                mine = load_or_create_secret(file, 32, secure_random());
            });
    }
    for (const auto& mine : seen) CHECK(mine == seen.front());
    CHECK(seen.front().size() == 32);
    CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    CHECK(std::distance(fs::directory_iterator(file.parent_path()), {}) == 1);
    CHECK_THROWS(load_or_create_secret(file, 16, secure_random()));
}

TEST_CASE("a worker's result comes back to the thread that asked") {
    worker_pool pool(2, 4);
    io_threads threads(2);
    std::promise<bool> same;
    const auto ask = [&]() -> async<void> {
        const auto here = std::this_thread::get_id();
        auto work = [here] { return std::this_thread::get_id() != here; };
        const auto elsewhere = co_await pool.run<bool>(work);
        same.set_value(*elsewhere && std::this_thread::get_id() == here && this_io_thread() == 1);
    };
    asio::co_spawn(threads.context(1), ask(), asio::detached);
    threads.start();
    CHECK(same.get_future().get());
}

TEST_CASE("a full worker pool says so instead of queueing on") {
    worker_pool pool(1, 2);
    io_threads threads(1);
    std::promise<void> release;
    auto released = release.get_future().share();
    std::atomic<int> done = 0, refused = 0;
    std::promise<void> all;
    const auto ask = [&]() -> async<void> {
        auto work = [released] {
            released.wait();
            return 1;
        };
        const auto answer = co_await pool.run<int>(std::move(work));
        if (answer)
            ++done;
        else if (++refused == 3)
            release.set_value();
        if (done + refused == 5) all.set_value();
    };
    for (int i = 0; i < 5; ++i) asio::co_spawn(threads.context(0), ask(), asio::detached);
    threads.start();
    all.get_future().wait();
    CHECK(done == 2);
    CHECK(refused == 3);
}

TEST_CASE("what a worker throws is thrown where it was asked") {
    worker_pool pool(1, 1);
    io_threads threads(1);
    std::promise<std::string> caught;
    const auto ask = [&]() -> async<void> {
        std::string text;
        try {
            co_await pool.run<int>([]() -> int { throw std::runtime_error("no"); });
        } catch (const std::runtime_error& e) {
            text = e.what();
        }
        caught.set_value(text);
    };
    asio::co_spawn(threads.context(0), ask(), asio::detached);
    threads.start();
    CHECK(caught.get_future().get() == "no");
}

TEST_CASE("white space around a name does not count") {
    CHECK(trimmed(" \t jake o'hara\n") == "jake o'hara");
    CHECK(trimmed(" \n ").empty());
}

TEST_CASE("a number is the whole text or none") {
    int n = 0;
    CHECK((read_number("-42", n) && n == -42));
    CHECK((read_number("ff", n, 16) && n == 255));
    for (const char* bad : {"", " 1", "1 ", "1x", "99999999999"}) CHECK_FALSE(read_number(bad, n));
}

TEST_CASE("a secret is for its owner alone, whatever the umask says") {
    for (const mode_t mask : {mode_t{0}, mode_t{022}, mode_t{0277}}) {
        const scratch_folder folder;
        const auto keys = folder.path() / "keys";
        fs::create_directory(keys);
        const auto before = ::umask(mask);
        const auto made = load_or_create_secret(keys / "a.key", 32, secure_random());
        ::umask(before);
        CHECK(made.size() == 32);
        using fs::perms;
        CHECK((fs::status(keys / "a.key").permissions() & perms::mask) ==
              (perms::owner_read | perms::owner_write));
    }
    const scratch_folder folder;
    load_or_create_secret(folder.path() / "fresh" / "a.key", 32, secure_random());
    CHECK((fs::status(folder.path() / "fresh").permissions() & fs::perms::mask) ==
          fs::perms::owner_all);
}
