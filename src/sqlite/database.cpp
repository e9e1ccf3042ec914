#include <sqlite/database.hpp>
#include <sqlite/files.hpp>
#include <utility>

namespace cleave::sqlite {

database::database(const std::filesystem::path& directory, const migration_list& schema,
                   std::size_t io_thread_count, writer::fatal_handler on_fatal,
                   writer_limits limits, slow_read_limits slow)
    : module_(schema.module),
      lock_(directory, module_),
      slow_limits_(slow),
      slow_(slow.threads, slow.reads_max) {
    const auto file = std::filesystem::absolute(directory / (module_ + ".db"));
    make_private_file(file);  // SQLite would let everybody read it; its companions get its mode.
    auto db = std::make_unique<connection>(file, open_mode::owner);
    migrate(*db, schema);
    writer_ = std::make_unique<sqlite::writer>(std::move(db), module_, std::move(on_fatal), limits);
    readers_ = std::make_unique<readers>(file, io_thread_count, writer_->commits());
}

database::~database() = default;

void database::release() {
    writer_->stop();
    readers_->count_no_more();
    lock_.release();
}

problem database::explain(const error& cause) const {
    if (cause.is_interrupted()) return not_executed().error();
    log::error("sqlite", "{}: a read failed: {}", module_, cause.what());
    return cause.is_busy() ? not_executed().error() : problem{};
}

}  // namespace cleave::sqlite
