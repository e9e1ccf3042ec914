#include <contract/service.hpp>

namespace cleave {

problem contain(std::string_view method, std::exception_ptr thrown,
                const trace_context& trace) noexcept {
    try {
        std::rethrow_exception(std::move(thrown));
    } catch (const std::exception& e) {
        log::error(trace, "contract", "{} threw: {}", method, e.what());
    } catch (...) {
        log::error(trace, "contract", "{} threw something that is no std::exception", method);
    }
    return {};
}

bool is_late(const call_context& context) {
    return context.deadline != steady_time::max() &&
           std::chrono::steady_clock::now() >= context.deadline;
}

}  // namespace cleave
