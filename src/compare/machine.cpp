#include <fmt/format.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <compare/machine.hpp>
#include <compare/proc.hpp>
#include <fstream>
#include <iterator>

namespace cleave::compare {

namespace {

std::string read_whole(const char* file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// man 2 statfs. It matters: a commit on tmpfs waits for no disk.
std::string file_system_of(const std::filesystem::path& path) {
    struct statfs facts{};
    if (::statfs(path.c_str(), &facts) != 0) return "unknown";
    switch (static_cast<std::uint32_t>(facts.f_type)) {
        case 0xef53: return "ext4";
        case 0x01021994: return "tmpfs";
        case 0x58465342: return "xfs";
        case 0x9123683e: return "btrfs";
        case 0x794c7630: return "overlayfs";
        case 0x2fc12fc1: return "zfs";
        case 0xf2f52010: return "f2fs";
        default: return fmt::format("type {:#x}", static_cast<std::uint32_t>(facts.f_type));
    }
}

}  // namespace

machine_facts this_machine(const core_plan& cores, const std::filesystem::path& scratch) {
    machine_facts out;
    out.cpu = parse_line(read_whole("/proc/cpuinfo"), "model name");
    if (out.cpu.empty()) out.cpu = "unknown CPU";
    out.cores = ::sysconf(_SC_NPROCESSORS_ONLN);
    out.memory_mib = ::sysconf(_SC_PHYS_PAGES) / 1024 * (::sysconf(_SC_PAGESIZE) / 1024);
    utsname kernel{};
    if (::uname(&kernel) == 0) out.kernel = fmt::format("{} {}", kernel.sysname, kernel.release);
    out.file_system = file_system_of(scratch);
    out.system_cores = to_list(cores.system);
    out.generator_cores = to_list(cores.generator);
    out.generator_apart = cores.are_apart();
    return out;
}

std::string describe_build(const std::string& name) {
    std::string out = name;
#ifdef __clang__
    out += fmt::format(" (clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
    out += fmt::format(" (gcc {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
#ifdef NDEBUG
    out += ", release";
#else
    out += ", debug: not for figures";
#endif
    if (is_sanitized()) out += ", with sanitizers";
    return out + ")";
}

bool is_sanitized() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return true;
#elif defined(__has_feature)
    #if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    return true;
    #else
    return false;
    #endif
#else
    return false;
#endif
}

}  // namespace cleave::compare
