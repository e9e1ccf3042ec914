#pragma once
// What the writers of a made-up blog write about, and how. Patterns have slots: {t} a topic, {u}
// another one, {p} a place, {n} a small number, {w} a time. A Korean particle follows its slot in
// the two forms between which its last sound decides: "{t}[을/를]".
#include <span>
#include <string_view>

namespace cleave::content {

struct topic {
    std::string_view english, korean;
    std::string_view tag, korean_tag;
};

// The words of one language.
struct vocabulary {
    std::span<const std::string_view> titles, descriptions, headings, sentences, remarks;
    std::span<const std::string_view> places, times;
};

std::span<const topic> topics();
const vocabulary& english();
const vocabulary& korean();

// Given and family names, for user names.
struct names {
    std::span<const std::string_view> given, family;
};
const names& english_names();
const names& korean_names();

}  // namespace cleave::content
