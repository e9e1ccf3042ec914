// The contract on the wire is the committed one: a change of it is a change in a review.
#include <app/blog.hpp>
#include <app/known_modules.hpp>
#include <catch2/catch.hpp>
#include <contract/openapi.hpp>
#include <fstream>

namespace {

using namespace cleave;
namespace fs = std::filesystem;

std::string read_text(const fs::path& file) {
    std::ifstream in(file);
    return std::string(std::istreambuf_iterator<char>(in), {});
}

// Committed beside the interface. Where they differ, the new one is left beside it, to look at and
// to take over.
void check_snapshot(const fs::path& file, const json::value& document) {
    const std::string now = pretty(document);
    if (read_text(file) != now) std::ofstream(file.string() + ".new") << now;
    INFO("see " << file.string() << ".new; move it over the old one if the change is meant");
    CHECK(read_text(file) == now);
}

using all_modules =
    mp11::mp_list<users::api, posts::api, comments::api, notifications::api, stats::api>;

using all_imports = mp11::mp_list<users::importing, posts::importing, comments::importing>;

}  // namespace

TEST_CASE("each module's interface is the one that its OpenAPI document says") {
    CHECK(mp11::mp_size<all_modules>::value == app::known_modules().size());
    mp11::mp_for_each<mp11::mp_transform<mp11::mp_identity, all_modules>>([](auto type) {
        using api = typename decltype(type)::type;
        const fs::path root(CLEAVE_ROOT);
        check_snapshot(root / "modules" / api::module_name / "api" / "openapi.json",
                       openapi_of<api>());
    });
}

TEST_CASE("what tools bring along comes by the interfaces that these documents say") {
    mp11::mp_for_each<mp11::mp_transform<mp11::mp_identity, all_imports>>([](auto type) {
        using api = typename decltype(type)::type;
        const std::string service(api::module_name);
        const fs::path folder =
            fs::path(CLEAVE_ROOT) / "modules" / service.substr(0, service.find('.')) / "api";
        check_snapshot(folder / "import.openapi.json", openapi_of<api>());
    });
}

TEST_CASE("a feed's interface is the one that its OpenAPI document says") {
    check_snapshot(fs::path(CLEAVE_ROOT) / "src" / "events" / "feed.openapi.json",
                   openapi_of<events::feed>());
}

TEST_CASE("how an account ends is the interface that its OpenAPI document says") {
    check_snapshot(fs::path(CLEAVE_ROOT) / "modules" / "users" / "api" / "deletion.openapi.json",
                   openapi_of<users::deleting>());
}

TEST_CASE("the interfaces of sagas are the ones that their OpenAPI documents say") {
    const fs::path folder = fs::path(CLEAVE_ROOT) / "src" / "saga";
    check_snapshot(folder / "participant.openapi.json", openapi_of<saga::participant>());
    check_snapshot(folder / "sagas.openapi.json", openapi_of<saga::operating>());
}

TEST_CASE("the interface of parked events is the one that its OpenAPI document says") {
    check_snapshot(fs::path(CLEAVE_ROOT) / "src" / "events" / "parked.openapi.json",
                   openapi_of<events::parked_api>());
}

TEST_CASE("a document names each method's kind, request and response") {
    const auto document = openapi_of<posts::api>();
    const auto& create = document.at("paths").at("/rpc/posts/create").at("post").as_object();
    CHECK(create.at("x-cleave-kind") == "command");
    CHECK(document.at("paths").at("/rpc/posts/get").at("post").at("x-cleave-kind") == "query");
    const auto& schema = create.at("requestBody").at("content").at("application/json").at("schema");
    CHECK(json::serialize(schema.at("required")) == R"(["title","description","body","tag_list"])");
}
