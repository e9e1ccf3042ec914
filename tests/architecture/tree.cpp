#include "tree.hpp"

#include <fstream>
#include <iterator>

namespace cleave::architecture {

namespace fs = std::filesystem;

namespace {

// "posts" of modules/posts/src/store.cpp for "modules/".
std::string_view folder_under(std::string_view path, std::string_view top) {
    if (!path.starts_with(top)) return {};
    path.remove_prefix(top.size());
    const auto slash = path.find('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

module_declaration declaration_in(std::string_view code) {
    module_declaration declared;
    const auto call = find_word(code, "cleave_module");
    if (call == std::string_view::npos) return declared;
    const auto words = words_of(code.substr(call, code.find(')', call) - call));
    std::set<std::string>* into = nullptr;
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (i == 1)
            declared.name = words[i];
        else if (words[i] == "CALLS")
            into = &declared.calls;
        else if (words[i] == "FOLLOWS")
            into = &declared.follows;
        else if (into != nullptr)
            into->insert(words[i]);
    }
    return declared;
}

}  // namespace

std::string_view source_file::name() const {
    return std::string_view(path).substr(path.rfind('/') + 1);
}
std::string_view source_file::module() const {
    return folder_under(path, "modules/");
}
std::string_view source_file::component() const {
    return folder_under(path, "src/");
}

source_file make_file(std::string path, std::string text) {
    source_file file{std::move(path), std::move(text)};
    if (file.is_cpp())
        file.content = scan_cpp(file.text);
    else if (file.is_sql())
        file.content = scan_sql(file.text);
    else if (file.path.ends_with(".md"))
        file.content.code = file.text;
    else
        file.content = scan_script(file.text);
    if (file.is_cpp()) file.includes = includes_in(file.content.code);
    return file;
}

tree::tree(std::map<std::string, std::string> texts) {
    for (auto& [path, text] : texts) {
        const source_file& file =
            files_.emplace(path, make_file(path, std::move(text))).first->second;
        if (const auto component = file.component(); !component.empty())
            components_.emplace(component);
        if (file.module().empty() || file.name() != "CMakeLists.txt") continue;
        auto declared = declaration_in(file.content.code);
        if (!declared.name.empty()) modules_.emplace(declared.name, std::move(declared));
    }
}

const source_file* tree::find(const std::string& path) const {
    const auto found = files_.find(path);
    return found == files_.end() ? nullptr : &found->second;
}

const source_file* tree::resolve(const source_file& from, const include_line& include) const {
    if (include.quoted) {
        const auto beside = fs::path(from.path).parent_path() / include.header;
        if (const auto* file = find(beside.lexically_normal().generic_string())) return file;
    }
    if (const auto* file = find("src/" + include.header)) return file;
    const std::string module = include.header.substr(0, include.header.find('/'));
    return find("modules/" + module + "/api/" + include.header);
}

std::map<std::string, std::string> read_texts(const fs::path& root) {
    std::map<std::string, std::string> texts;
    static const std::set<std::string> kinds{".cpp", ".hpp", ".sql", ".md", ".txt",
                                             ".sh",  ".py",  ".js",  ""};
    for (const char* top : {"src", "modules", "tests"})
        for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
            if (!entry.is_regular_file() || !kinds.contains(entry.path().extension().string()))
                continue;
            std::ifstream in(entry.path(), std::ios::binary);
            texts.emplace(fs::relative(entry.path(), root).generic_string(),
                          std::string(std::istreambuf_iterator<char>(in), {}));
        }
    return texts;
}

}  // namespace cleave::architecture
