#include <fcntl.h>

#include <cerrno>
#include <sqlite/database.hpp>
#include <system_error>
#include <utility>

namespace cleave::sqlite {

namespace {

// SQLite would create the file readable for everybody, and gives its companions the same mode.
// Only ever creates: closing any descriptor of a file drops all locks this process has on it.
std::filesystem::path make_private(std::filesystem::path file) {
    const unique_fd made(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!made && errno != EEXIST)
        throw std::system_error(errno, std::generic_category(), file.string());
    return file;
}

}  // namespace

database::database(const std::filesystem::path& directory, const migration_list& schema,
                   std::size_t io_thread_count, writer::fatal_handler on_fatal,
                   writer_limits limits)
    : module_(schema.module), lock_(directory, module_) {
    const auto file = make_private(directory / (module_ + ".db"));
    auto db = std::make_unique<connection>(file, open_mode::owner);
    migrate(*db, schema);
    writer_ = std::make_unique<sqlite::writer>(std::move(db), module_, std::move(on_fatal), limits);
    readers_ = std::make_unique<readers>(file, io_thread_count);
}

database::~database() = default;

void database::release() {
    writer_->stop();
    lock_.release();
}

problem database::explain(const error& cause) const {
    if (cause.is_interrupted()) return not_executed().error();
    log::error("sqlite", "{}: a read failed: {}", module_, cause.what());
    return cause.is_busy() ? not_executed().error() : problem{};
}

}  // namespace cleave::sqlite
