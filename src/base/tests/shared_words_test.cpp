#include <atomic>
#include <base/shared_words.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <support/scratch_folder.hpp>

using namespace cleave;

namespace {

std::uint64_t read(const shared_words& words, std::size_t at) {
    return std::atomic_ref(words.all()[at]).load();
}
void write(const shared_words& words, std::size_t at, std::uint64_t value) {
    std::atomic_ref(words.all()[at]).store(value);
}

}  // namespace

TEST_CASE("words of a file are those of everybody who maps it") {
    const test::scratch_folder folder;
    const auto file = folder.path() / "words";
    {
        const shared_words one(file, {1, 2, 3}), other(file, {4, 5, 6});
        CHECK(other.all().size() == 3);
        CHECK(read(other, 0) == 1);
        write(one, 1, 7);
        CHECK(read(other, 1) == 7);
    }
    const shared_words later(file, {0, 0, 0});
    CHECK(read(later, 1) == 7);
    using std::filesystem::perms;
    CHECK(std::filesystem::status(file).permissions() == (perms::owner_read | perms::owner_write));
}

TEST_CASE("words without a file are a process's own") {
    const shared_words one({1, 2}), other({1, 2});
    write(one, 0, 9);
    CHECK(read(one, 0) == 9);
    CHECK(read(other, 0) == 1);
}

TEST_CASE("a file that does not hold these words is not used") {
    const test::scratch_folder folder;
    const auto file = folder.path() / "words";
    std::ofstream(file) << "short";
    CHECK_THROWS_WITH(shared_words(file, {1, 2}), Catch::Contains("should hold 16 bytes"));
    CHECK_THROWS_AS(shared_words(folder.path() / "none" / "words", {1, 2}), std::runtime_error);
    CHECK_THROWS_AS(shared_words(folder.path(), {1, 2}), std::runtime_error);
}
