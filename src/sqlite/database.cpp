#include <fmt/format.h>

#include <sqlite/database.hpp>
#include <sqlite/files.hpp>
#include <thread>
#include <utility>

namespace cleave::sqlite {

namespace {

constexpr std::chrono::milliseconds look_again_after(10);

using migration_lists = std::vector<migration_list>;

bool is_up_to_date(const std::filesystem::path& file, const migration_lists& schemas) {
    if (!std::filesystem::exists(file)) return false;
    try {
        connection db(file, open_mode::reader);
        return std::ranges::all_of(
            schemas, [&db](const migration_list& one) { return has_all_steps(db, one); });
    } catch (const error&) {
        return false;  // It is being made, or its owner is busy with it.
    }
}

void await_owner(const std::filesystem::path& file, std::string_view name,
                 const migration_lists& schemas) {
    const auto until = std::chrono::steady_clock::now() + replica_patience;
    for (bool told = false; !is_up_to_date(file, schemas); told = true) {
        if (!told) log::info({"sqlite", name}, "waits for the owner to make it ready");
        if (std::chrono::steady_clock::now() > until)
            throw std::runtime_error(fmt::format(
                "{} was not made ready within {} s: a replica needs a process that owns {}",
                file.string(), replica_patience.count() / 1000, name));
        std::this_thread::sleep_for(look_again_after);
    }
}

}  // namespace

database::shared_file::shared_file(const std::filesystem::path& in, std::string named,
                                   std::vector<migration_list> holds,
                                   writer::fatal_handler on_fatal, writer_limits limits,
                                   slow_read_limits slow)
    : name(std::move(named)),
      schemas(std::move(holds)),
      directory(std::filesystem::absolute(in)),
      path(directory / (name + ".db")),
      writer(name, std::move(on_fatal), limits),
      limits(slow),
      slow(slow.threads, slow.reads_max) {
}

database::database(const std::filesystem::path& directory, const migration_list& schema,
                   std::size_t io_thread_count, writer::fatal_handler on_fatal,
                   writer_limits limits, slow_read_limits slow, ownership as)
    : database(directory, std::string(schema.module), migration_lists{schema}, io_thread_count,
               std::move(on_fatal), limits, slow, as) {
}

database::database(const std::filesystem::path& directory, std::string name,
                   std::vector<migration_list> schemas, std::size_t io_thread_count,
                   writer::fatal_handler on_fatal, writer_limits limits, slow_read_limits slow,
                   ownership as)
    : file_(std::make_shared<shared_file>(directory, std::move(name), std::move(schemas),
                                          std::move(on_fatal), limits, slow)),
      module_(file_->name) {
    if (as == ownership::owner)
        own();
    else
        await_owner(file_->path, file_->name, file_->schemas);
    file_->readers =
        std::make_unique<sqlite::readers>(file_->path, io_thread_count, file_->writer.commits());
    file_->readers->count(is_owned_here());
}

database::database(const database& whole, std::string_view module) : file_(whole.file_) {
    const auto found = std::ranges::find(file_->schemas, module, &migration_list::module);
    if (found == file_->schemas.end())
        throw std::logic_error(fmt::format("{} holds no {}", file_->path.string(), module));
    module_ = found->module;
}

database::~database() = default;

void database::own() {
    if (file_->owned) return;
    owner_lock lock(file_->directory, file_->name);
    // SQLite would let everybody read it; its companions get its mode.
    make_private_file(file_->path);
    auto db = std::make_unique<connection>(file_->path, open_mode::owner);
    for (const auto& schema : file_->schemas) migrate(*db, schema);
    file_->writer.start(std::move(db));
    file_->epoch = lock.epoch();
    file_->lock.emplace(std::move(lock));
    file_->owned = true;
    if (file_->readers) file_->readers->count(true);
}

void database::release() {
    if (!file_->owned.exchange(false)) return;
    file_->writer.stop();
    file_->readers->count(false);
    file_->lock.reset();
}

problem database::explain(const error& cause) const {
    if (cause.is_interrupted()) return not_executed().error();
    log::error({"sqlite", module()}, "a read failed: {}", cause.what());
    return cause.is_busy() ? not_executed().error() : problem{};
}

}  // namespace cleave::sqlite
