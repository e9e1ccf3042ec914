#include <fmt/format.h>

#include <sqlite/database.hpp>
#include <sqlite/files.hpp>
#include <thread>
#include <utility>

namespace cleave::sqlite {

namespace {

constexpr std::chrono::milliseconds look_again_after(10);

bool is_up_to_date(const std::filesystem::path& file, const migration_list& schema) {
    if (!std::filesystem::exists(file)) return false;
    try {
        connection db(file, open_mode::reader);
        return has_all_steps(db, schema);
    } catch (const error&) {
        return false;  // It is being made, or its owner is busy with it.
    }
}

void await_owner(const std::filesystem::path& file, const migration_list& schema) {
    const auto until = std::chrono::steady_clock::now() + replica_patience;
    for (bool told = false; !is_up_to_date(file, schema); told = true) {
        if (!told) log::info("sqlite", "waits for the owner of {} to make it ready", schema.module);
        if (std::chrono::steady_clock::now() > until)
            throw std::runtime_error(fmt::format(
                "{} was not made ready within {} s: a replica needs a process that owns {}",
                file.string(), replica_patience.count() / 1000, schema.module));
        std::this_thread::sleep_for(look_again_after);
    }
}

}  // namespace

database::database(const std::filesystem::path& directory, const migration_list& schema,
                   std::size_t io_thread_count, writer::fatal_handler on_fatal,
                   writer_limits limits, slow_read_limits slow, ownership as)
    : schema_(schema),
      directory_(std::filesystem::absolute(directory)),
      file_(directory_ / fmt::format("{}.db", schema.module)),
      writer_(std::string(schema.module), std::move(on_fatal), limits),
      slow_limits_(slow),
      slow_(slow.threads, slow.reads_max) {
    if (as == ownership::owner)
        own();
    else
        await_owner(file_, schema_);
    readers_ = std::make_unique<readers>(file_, io_thread_count, writer_.commits());
    readers_->count(is_owned_here());
}

database::~database() = default;

void database::own() {
    owner_lock lock(directory_, module());
    make_private_file(file_);  // SQLite would let everybody read it; its companions get its mode.
    auto db = std::make_unique<connection>(file_, open_mode::owner);
    migrate(*db, schema_);
    writer_.start(std::move(db));
    epoch_ = lock.epoch();
    lock_.emplace(std::move(lock));
    owned_ = true;
    if (readers_) readers_->count(true);
}

void database::release() {
    owned_ = false;
    writer_.stop();
    readers_->count(false);
    lock_.reset();
}

problem database::explain(const error& cause) const {
    if (cause.is_interrupted()) return not_executed().error();
    log::error("sqlite", "{}: a read failed: {}", module(), cause.what());
    return cause.is_busy() ? not_executed().error() : problem{};
}

}  // namespace cleave::sqlite
