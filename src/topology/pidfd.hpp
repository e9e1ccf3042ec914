#pragma once
// pidfd_open and pidfd_send_signal. The header of glibc 2.36 (Debian 12) forgets that C++ exists.
extern "C" {
#include <sys/pidfd.h>
}
