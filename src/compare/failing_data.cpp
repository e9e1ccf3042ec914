#include <compare/failing_data.hpp>
#include <compare/scratch_directory.hpp>

namespace cleave::compare {

namespace {

constexpr workload_sizes few{2, 20, 1, 20};

}  // namespace

std::optional<record> with_failing_data(
    const run_context& context, const mode& what, std::int64_t repeat, std::string_view module,
    const std::function<record(trial& blog, const program_that_can_fail& program)>& use) {
    const scratch_directory folder(context.given.scratch, "cleave-failing");
    const auto program = program_that_can_fail::make(folder.path(), context.given.binary, module);
    if (!program) {
        context.leave_out(program.error());
        return std::nullopt;
    }
    options given = context.given;
    given.binary = program->path();
    const run_context with_it{given, context.cores, context.stop, context.tell, context.leave_out};
    trial blog(with_it, what, repeat, few);
    auto out = use(blog, *program);
    blog.stop();
    return out;
}

}  // namespace cleave::compare
