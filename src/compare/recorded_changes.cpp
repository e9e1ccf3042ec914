#include <fmt/format.h>

#include <algorithm>
#include <compare/recorded_changes.hpp>
#include <compare/scratch_directory.hpp>
#include <compare/tool.hpp>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

namespace cleave::compare {

namespace {

using std::chrono::milliseconds;
namespace fs = std::filesystem;

constexpr std::string_view changes_folder = "src/compare/changes";
constexpr std::string_view program = "cleave";
// Where nothing is in the compiler's cache, on a slow machine.
constexpr milliseconds first_build_limit{45 * 60'000}, other_limit{30 * 60'000};

// Copies a checkout, and builds it as it is and with each change.
class builder {
public:
    builder(const run_context& context, fs::path folder)
        : context_(context), folder_(std::move(folder)) {}

    // Fails with a sentence.
    std::expected<std::vector<built_change>, std::string> build_all() {
        const auto from = fs::absolute(*context_.given.source).string();
        if (auto done =
                run("copying the source", {"git", "clone", "-q", from, tree().string()}, folder_);
            !done)
            return std::unexpected(done.error());
        if (auto done = run("configuring", {"cmake", "--preset", "release"}, tree()); !done)
            return std::unexpected(done.error());
        std::vector<fs::path> patches;
        for (const auto& entry : fs::directory_iterator(tree() / changes_folder))
            if (entry.path().extension() == ".patch") patches.push_back(entry.path());
        std::ranges::sort(patches);
        std::vector<built_change> out;
        for (const auto& patch : patches) {
            // Each is a change to the source as it is; what was built of that comes from the cache.
            if (auto plain = build("building the source as it is", {}, first_build_limit); !plain)
                return std::unexpected(plain.error());
            auto done = build_with(patch);
            if (!done) return std::unexpected(done.error());
            out.push_back(std::move(*done));
        }
        return out;
    }

private:
    using done = std::expected<tool_result, std::string>;

    fs::path tree() const { return folder_ / "tree"; }
    fs::path output_folder() const { return tree() / "build/release"; }

    done run(std::string_view phase, std::vector<std::string> arguments, const fs::path& where,
             std::vector<std::string> variables = {}, milliseconds limit = other_limit) {
        context_.tell(phase);
        std::vector<int> cores = context_.cores.system;
        if (context_.cores.are_apart())
            std::ranges::copy(context_.cores.generator, std::back_inserter(cores));
        return run_tool({std::move(arguments), where, folder_ / "output", std::move(variables),
                         std::move(cores), limit},
                        context_.stop, [&](std::string_view line) {
                            const auto end = line.find(']');
                            if (line.starts_with('[') && end != line.npos)
                                context_.tell(fmt::format("{} {}", phase, line.substr(0, end + 1)));
                        });
    }

    done build(std::string_view phase, std::vector<std::string> variables,
               milliseconds limit = other_limit) {
        // As ./dev has it, so that what is compiled already in another folder is not again.
        variables.insert(variables.end(),
                         {"CCACHE_BASEDIR=" + tree().string(), "CCACHE_NOHASHDIR=1",
                          "CCACHE_SLOPPINESS=pch_defines,time_macros", "CCACHE_PCH_EXTSUM=1"});
        return run(phase, {"ninja", "-C", output_folder().string(), std::string(program)}, tree(),
                   std::move(variables), limit);
    }

    std::expected<built_change, std::string> build_with(const fs::path& patch) {
        built_change out{.name = patch.stem().string()};
        const auto counted = run("applying", {"git", "apply", "--numstat", patch.string()}, tree());
        if (!counted) return std::unexpected(counted.error());
        count_files(counted->output, out);
        if (auto applied = run("applying", {"git", "apply", patch.string()}, tree()); !applied)
            return std::unexpected(applied.error());
        // Nobody has compiled a change before it is made.
        const auto built = build("building the change " + out.name, {"CCACHE_DISABLE=1"});
        if (!built) return std::unexpected(built.error());
        out.build_ms = built->took.count();
        count_steps(built->output, out);
        std::ifstream log(output_folder() / ".ninja_log");
        out.link_ms = link_ms_of(std::string(std::istreambuf_iterator<char>(log), {}), program);
        out.binary = folder_ / ("changed-" + out.name);
        std::error_code failed;
        fs::copy_file(output_folder() / program, out.binary, failed);
        if (failed) return std::unexpected(out.binary.string() + ": " + failed.message());
        if (auto back = run("taking back", {"git", "apply", "-R", patch.string()}, tree()); !back)
            return std::unexpected(back.error());
        return out;
    }

    const run_context& context_;
    fs::path folder_;
};

}  // namespace

const std::expected<std::vector<built_change>, std::string>& built_changes(
    const run_context& context) {
    struct kept {
        explicit kept(const fs::path& scratch) : files(scratch, "cleave-source") {}
        scratch_directory files;
        std::expected<std::vector<built_change>, std::string> found{};
    };
    static std::optional<kept> all;  // the binaries are there until this program ends
    if (!all) {
        all.emplace(context.given.scratch);
        try {
            all->found = builder(context, all->files.path()).build_all();
        } catch (...) {
            all.reset();
            throw;
        }
    }
    return all->found;
}

std::optional<std::string> problem_with_source(const fs::path& source) {
    std::error_code failed;
    for (const auto needed :
         {std::string_view(".git"), std::string_view("CMakePresets.json"), changes_folder})
        if (!fs::exists(source / needed, failed))
            return fmt::format("{} is no checkout of cleave: it has no {}", source.string(),
                               needed);
    return std::nullopt;
}

void count_steps(std::string_view output, built_change& out) {
    std::istringstream lines{std::string(output)};
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with('[')) continue;
        if (line.find("] Building ") != line.npos) ++out.objects;
        if (line.find("] Linking ") != line.npos) ++out.links;
    }
}

std::int64_t link_ms_of(std::string_view ninja_log, std::string_view target) {
    std::istringstream lines{std::string(ninja_log)};
    std::int64_t took = 0;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream fields(line);
        std::int64_t begin = 0, end = 0;
        std::string modified, output;
        if (fields >> begin >> end >> modified >> output && output == target) took = end - begin;
    }
    return took;
}

void count_files(std::string_view numstat, built_change& out) {
    std::istringstream lines{std::string(numstat)};
    std::set<std::string> modules;
    constexpr std::string_view folder = "modules/";
    std::string added, removed, file;
    while (lines >> added >> removed >> file) {
        ++out.files;
        if (file.starts_with(folder))
            modules.insert(
                file.substr(folder.size(), file.find('/', folder.size()) - folder.size()));
    }
    out.modules = static_cast<std::int64_t>(modules.size());
}

std::vector<record> change_records(const run_context& context, std::int64_t repeat) {
    if (!context.given.source) {
        context.leave_out(
            "files and targets that three recorded changes touch, and from edit to a program: "
            "there is no --source, a checkout of this program");
        return {};
    }
    if (repeat > 0) return {};  // It is measured once.
    const auto& built = built_changes(context);
    if (!built) {
        context.leave_out("the three recorded changes: " + built.error());
        return {};
    }
    std::vector<record> out;
    for (const auto& one : *built) {
        record r;
        r.scenario = "the change " + one.name;
        r.repeat = repeat;
        r.add("change_files", one.files);
        r.add("change_modules", one.modules);
        r.add("rebuilt_objects", one.objects);
        r.add("rebuilt_links", one.links);
        r.add("build_ms", one.build_ms);
        r.add("link_ms", one.link_ms);
        out.push_back(std::move(r));
    }
    return out;
}

std::vector<metric_facts> change_facts() {
    return {{"change_files", "files touched", "바뀐 파일", "count"},
            {"change_modules", "modules touched", "바뀐 모듈", "count"},
            {"rebuilt_objects", "objects compiled again", "다시 컴파일한 오브젝트", "count"},
            {"rebuilt_links", "libraries and programs linked", "다시 링크한 라이브러리와 프로그램",
             "count"},
            {"build_ms", "from edit to program", "수정에서 프로그램까지", "ms"},
            {"link_ms", "linking the program, of that", "그중 프로그램 링크", "ms"}};
}

}  // namespace cleave::compare
