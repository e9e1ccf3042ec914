#pragma once
// A tree of settings as a table: each key with its value, where that came from, and what it may be.
//
// Values come from a file, from the environment and from flags, each overruling the one before.
// Reading is strict: a key that nobody knows is refused with the nearest one that exists, and a
// value that cannot be with what it must be. All refusals are topology::config_error.
#include <config/key.hpp>
#include <filesystem>
#include <functional>
#include <span>
#include <topology/topology.hpp>

namespace cleave::config {

// A line of `cleave config`.
struct entry {
    std::string key{};            // "http.idle_timeout_ms"
    std::string variable{};       // "CLEAVE_HTTP_IDLE_TIMEOUT_MS"
    std::string value{};          // as TOML; a secret as "***", unless it is empty
    std::string default_value{};  // the same
    std::string origin{};         // "default", "blog.toml:7", the variable, or the flag
    std::string expects{};        // "a number from 1 to 3600000"
    std::string help{};
};
BOOST_DESCRIBE_STRUCT(entry, (), (key, variable, value, default_value, origin, expects, help))

class table {
public:
    // The tree must outlive the table; what is read is stored in it. Members are keys, or sections
    // that are such trees themselves.
    template <class Tree>
    explicit table(Tree& tree) {
        add(tree, "");
    }

    // `elsewhere`: top-level names of the file that somebody else reads.
    void read_file(const std::filesystem::path& file, std::span<const std::string> elsewhere);
    void read_text(std::string_view toml, std::string_view source,
                   std::span<const std::string> elsewhere);
    // Variables that begin with CLEAVE_; `elsewhere` as above. Entries are NAME=value.
    void read_environment(const char* const* environment, std::span<const std::string> elsewhere);
    // "http.idle_timeout_ms=1000", as a flag says it.
    void read_assignment(std::string_view text, std::string_view flag);
    void put(std::string_view key, std::string_view text, std::string_view origin);

    std::vector<entry> entries() const;
    // The sections as a file holds them, without the keys before the first section; secrets too.
    // `elsewhere`: sections that somebody else writes.
    std::string sections_as_toml(std::span<const std::string> elsewhere = {}) const;
    // Names that a file may have at its top.
    std::vector<std::string> top_names() const;

private:
    struct slot {
        std::string key{};
        std::string_view help{};
        std::string expects{};
        bool secret = false;
        std::function<bool(const raw&)> take{};
        std::function<bool(std::string_view)> take_text{};
        std::function<std::string()> toml{};
        std::string default_value{};
        std::string origin = "default";
    };

    template <class Tree>
    void add(Tree& tree, const std::string& prefix) {
        using namespace boost::describe;
        boost::mp11::mp_for_each<describe_members<Tree, mod_public>>([&](auto member) {
            auto& value = tree.*member.pointer;
            using type = std::remove_reference_t<decltype(value)>;
            if constexpr (has_describe_members<type>::value) {
                add(value, prefix + member.name + ".");
            } else {
                slot s;
                s.key = prefix + member.name;
                s.help = type::help;
                s.expects = type::expects();
                s.secret = type::secret;
                s.take = [&value](const raw& given) { return value.take(given); };
                s.take_text = [&value](std::string_view given) { return value.take_text(given); };
                s.toml = [&value] { return value.toml(); };
                s.default_value = value.toml();
                slots_.push_back(std::move(s));
            }
        });
    }
    slot* find(std::string_view key);
    std::vector<std::string> keys() const;

    std::vector<slot> slots_;
};

// "CLEAVE_HTTP_IDLE_TIMEOUT_MS"
std::string variable_of(std::string_view key);

}  // namespace cleave::config
