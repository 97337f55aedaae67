#include <archive.h>
#include <archive_entry.h>
// Swift's module of the C library leaves this header out, and archives are where extended attributes come from and go to.
#include <sys/xattr.h>
