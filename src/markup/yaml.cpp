// The only code that knows libyaml. It is read as a stream of events, so that nothing is built that
// is not wanted, and aliases are never followed.
#include <fmt/format.h>
#include <yaml.h>

#include <markup/head.hpp>

namespace cleave::markup {

namespace {

constexpr int depth_max = 8;
constexpr int values_max = 4'096;

struct failed {
    std::string why;
};

class event {
public:
    event() = default;
    ~event() { yaml_event_delete(&raw_); }
    event(const event&) = delete;

    yaml_event_t* raw() { return &raw_; }
    yaml_event_type_t type() const { return raw_.type; }
    std::string text() const {
        const auto& scalar = raw_.data.scalar;
        return {reinterpret_cast<const char*>(scalar.value), scalar.length};
    }

private:
    yaml_event_t raw_{};
};

class reader {
public:
    reader(std::string_view text, document& into) : into_(into) {
        if (yaml_parser_initialize(&parser_) == 0) throw failed{"no memory for its head"};
        yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                     text.size());
    }
    ~reader() { yaml_parser_delete(&parser_); }
    reader(const reader&) = delete;

    void read() {
        expect(YAML_STREAM_START_EVENT, "its head is no YAML");
        event document;
        next(document);
        if (document.type() == YAML_STREAM_END_EVENT) return;  // An empty head.
        event root;
        next(root);
        if (root.type() == YAML_SCALAR_EVENT && root.text().empty()) return;
        if (root.type() != YAML_MAPPING_START_EVENT)
            throw failed{"its head is no list of keys with values"};
        for (;;) {
            event key;
            next(key);
            if (key.type() == YAML_MAPPING_END_EVENT) return;
            if (key.type() != YAML_SCALAR_EVENT) throw failed{"its head has a key that is no text"};
            read_value(key.text());
        }
    }

private:
    void next(event& into) {
        if (yaml_parser_parse(&parser_, into.raw()) == 0)
            throw failed{fmt::format("its head is no YAML: {} (line {})",
                                     parser_.problem ? parser_.problem : "unreadable",
                                     parser_.problem_mark.line + 2)};
        if (into.type() == YAML_ALIAS_EVENT)
            throw failed{"its head has an alias (*), which is not read"};
        if (++values_ > values_max) throw failed{"its head has too many values"};
    }
    void expect(yaml_event_type_t type, const char* why) {
        event e;
        next(e);
        if (e.type() != type) throw failed{why};
    }

    void read_value(const std::string& key) {
        event value;
        next(value);
        if (value.type() == YAML_SCALAR_EVENT) {
            take(into_, key, {value.text()}, false);
        } else if (value.type() == YAML_SEQUENCE_START_EVENT) {
            std::vector<std::string> items;
            for (;;) {
                event item;
                next(item);
                if (item.type() == YAML_SEQUENCE_END_EVENT) break;
                if (item.type() == YAML_SCALAR_EVENT)
                    items.push_back(item.text());
                else
                    skip();
            }
            take(into_, key, items, true);
        } else {
            skip();
        }
    }

    // To the end of a mapping or a sequence that has begun.
    void skip() {
        for (int depth = 1; depth > 0;) {
            event e;
            next(e);
            if (e.type() == YAML_MAPPING_START_EVENT || e.type() == YAML_SEQUENCE_START_EVENT)
                if (++depth > depth_max) throw failed{"its head is nested too deep"};
            if (e.type() == YAML_MAPPING_END_EVENT || e.type() == YAML_SEQUENCE_END_EVENT) --depth;
        }
    }

    yaml_parser_t parser_{};
    document& into_;
    int values_ = 0;
};

}  // namespace

outcome read_yaml(std::string_view head, document& into) {
    try {
        reader(head, into).read();
        return std::nullopt;
    } catch (const failed& f) {
        return f.why;
    }
}

}  // namespace cleave::markup
