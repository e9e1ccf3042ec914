#include <fmt/format.h>

#include <content/prose.hpp>
#include <content/words.hpp>

namespace cleave::content {

namespace {

std::string_view any(seeded& random, std::span<const std::string_view> from) {
    return from[random.below(from.size())];
}

// Whether the text ends in a Hangul syllable with a final consonant; and whether that is ㄹ.
struct last_sound {
    bool consonant = false, rieul = false;
};
last_sound last_sound_of(std::string_view text) {
    if (text.size() < 3) return {};
    const auto byte = [&](std::size_t from_end) {
        return static_cast<unsigned char>(text[text.size() - from_end]);
    };
    if ((byte(3) & 0xf0) != 0xe0) return {};
    const unsigned code = (byte(3) & 0x0fU) << 12 | (byte(2) & 0x3fU) << 6 | (byte(1) & 0x3fU);
    if (code < 0xac00 || code > 0xd7a3) return {};
    const unsigned final_consonant = (code - 0xac00) % 28;
    return {final_consonant != 0, final_consonant == 8};
}

// Fills in a pattern's slots; what they are stays the same within one text.
class filler {
public:
    filler(seeded& random, language in)
        : random_(random),
          in_(in),
          words_(in == language::english ? english() : korean()),
          about_(random.below(topics().size())),
          beside_((about_ + 1 + random.below(topics().size() - 1)) % topics().size()) {}

    const vocabulary& words() const { return words_; }
    const topic& about() const { return topics()[about_]; }
    const topic& beside() const { return topics()[beside_]; }
    std::string_view tag(const topic& of) const {
        return in_ == language::english ? of.tag : of.korean_tag;
    }

    std::string any_of(std::span<const std::string_view> patterns) {
        return filled(any(random_, patterns));
    }

    // As long a text of sentences, no two the same after another.
    std::string paragraph(std::size_t count) {
        std::string out;
        std::size_t at = random_.below(words_.sentences.size());
        for (std::size_t i = 0; i < count; ++i) {
            if (i) out += ' ';
            out += filled(words_.sentences[at]);
            at = (at + 1 + random_.below(words_.sentences.size() - 1)) % words_.sentences.size();
        }
        return out;
    }

private:
    std::string filled(std::string_view pattern) {
        std::string out;
        for (std::size_t i = 0; i < pattern.size();) {
            if (pattern[i] == '{') {
                out += slot(pattern[i + 1]);
                i += 3;
            } else if (pattern[i] == '[') {
                const auto end = pattern.find(']', i);
                out += particle(pattern.substr(i + 1, end - i - 1), out);
                i = end + 1;
            } else {
                out += pattern[i++];
            }
        }
        if (out.front() >= 'a' && out.front() <= 'z')
            out.front() = static_cast<char>(out.front() - 'a' + 'A');
        return out;
    }

    // "를/을": after a vowel, after a consonant. "로/으로" takes ㄹ for a vowel.
    static std::string_view particle(std::string_view forms, std::string_view before) {
        const auto slash = forms.find('/');
        const auto sound = last_sound_of(before);
        const bool second = sound.consonant && !(forms.starts_with("로") && sound.rieul);
        return second ? forms.substr(slash + 1) : forms.substr(0, slash);
    }

    std::string slot(char which) {
        switch (which) {
            case 't': return name_of(about());
            case 'u': return name_of(beside());
            case 'p': return std::string(any(random_, words_.places));
            case 'w': return std::string(any(random_, words_.times));
            default: return fmt::to_string(2 + random_.below(8));
        }
    }

    std::string name_of(const topic& t) const {
        return std::string(in_ == language::english ? t.english : t.korean);
    }

    seeded& random_;
    language in_;
    const vocabulary& words_;
    std::size_t about_, beside_;
};

void append_list(std::string& body, filler& write, std::size_t items) {
    for (std::size_t i = 0; i < items; ++i) body += "- " + write.paragraph(1) + "\n";
    body += '\n';
}

}  // namespace

language any_language(seeded& random) {
    return random.below(3) == 0 ? language::korean : language::english;
}

std::string sentences(seeded& random, std::size_t bytes) {
    filler write(random, any_language(random));
    std::string out = write.paragraph(1);
    while (out.size() < bytes) out += " " + write.paragraph(1);
    return out;
}

std::string headline(seeded& random) {
    filler write(random, any_language(random));
    return write.any_of(write.words().titles);
}

story make_story(seeded& random) {
    filler write(random, any_language(random));
    story out;
    out.title = write.any_of(write.words().titles);
    out.description = write.any_of(write.words().descriptions);
    out.tags.emplace_back(write.tag(write.about()));
    if (random.below(2) == 0) out.tags.emplace_back(write.tag(write.beside()));
    out.body = write.paragraph(2 + random.below(3)) + "\n\n";
    for (std::size_t sections = random.below(4); sections > 0; --sections) {
        out.body += "## " + write.any_of(write.words().headings) + "\n\n";
        out.body += write.paragraph(2 + random.below(4)) + "\n\n";
        if (random.below(3) == 0) append_list(out.body, write, 2 + random.below(3));
    }
    out.body += write.paragraph(1 + random.below(3)) + "\n";
    return out;
}

std::string make_remark(seeded& random, const std::string& somebody) {
    filler write(random, any_language(random));
    auto out = write.any_of(write.words().remarks);
    if (random.below(4) == 0) out += " " + write.any_of(write.words().remarks);
    if (!somebody.empty() && random.below(10) == 0) out.insert(0, "@" + somebody + " ");
    return out;
}

person make_person(std::uint64_t seed, std::uint64_t index) {
    seeded random(seed, index);
    const bool is_korean = index % 3 == 1;
    const names& from = is_korean ? korean_names() : english_names();
    // All pairs come once before one comes again.
    const std::uint64_t number = index / 3 * 2 + (index % 3 == 2 ? 1 : 0);
    const std::uint64_t own = is_korean ? index / 3 : number;
    const auto pairs = from.given.size() * from.family.size();
    const auto pair = (own * 7919 + seed % pairs) % pairs;
    const auto given = from.given[pair % from.given.size()];
    const auto family = from.family[pair / from.given.size()];
    const auto round = own / pairs;
    person out;
    out.username =
        is_korean ? fmt::format("{}{}", family, given) : fmt::format("{}_{}", given, family);
    if (round > 0) out.username += fmt::to_string(round + 1);
    out.email = is_korean ? fmt::format("reader{}@example.com", index)
                          : fmt::format("{}.{}{}@example.com", given, family, index);
    if (seed != 1) out.email.insert(out.email.find('@'), fmt::format(".{}", seed));
    if (random.below(3) != 0) {
        filler write(random, is_korean ? language::korean : language::english);
        out.bio = write.any_of(write.words().descriptions);
    }
    return out;
}

}  // namespace cleave::content
