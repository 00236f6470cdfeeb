#ifndef CHAILO_H
#define CHAILO_H

// The few calls of HailoRT that did not change from 4.17 to 5.2, loaded at run time. Nothing of HailoRT is linked or
// included: the layouts below are its public ones on 64-bit little-endian Linux, and are asserted.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A caller built against another table is refused; to be raised with every change of `chailo_table`.
#define CHAILO_TABLE_VERSION 1u

/// Status codes of HailoRT that deserve words of their own.
enum {
    CHAILO_SUCCESS = 0,
    CHAILO_TIMEOUT = 4,
    CHAILO_INVALID_OPERATION = 6,
    CHAILO_NOT_IMPLEMENTED = 7,
    CHAILO_DEVICE_IN_USE = 73,
    CHAILO_OUT_OF_PHYSICAL_DEVICES = 74,
    CHAILO_INVALID_DRIVER_VERSION = 76,
    CHAILO_RPC_FAILED = 77,
};

/// `device_architecture` of an identity.
enum { CHAILO_ARCH_HAILO8 = 1, CHAILO_ARCH_HAILO8L = 2, CHAILO_ARCH_HAILO10H = 6 };

/// For `dvm` and `type` of a power measurement: let the firmware choose.
#define CHAILO_POWER_AUTO INT32_MAX

typedef struct {
    uint32_t major, minor, revision;
} chailo_version;

typedef struct {
    char id[32];
} chailo_device_id;

typedef struct {
    uint32_t protocol_version;
    chailo_version fw_version;
    uint32_t logger_version;
    uint8_t board_name_length;
    char board_name[32];
    bool is_release;
    bool extended_context_switch_buffer;
    bool extended_fw_check;
    uint32_t device_architecture;
    uint8_t serial_number_length;
    char serial_number[16];
    uint8_t part_number_length;
    char part_number[16];
    uint8_t product_name_length;
    char product_name[42];
} chailo_identity;

typedef struct {
    float ts0_temperature, ts1_temperature;
    uint16_t sample_count;
} chailo_temperature;

_Static_assert(sizeof(void *) == 8 && sizeof(size_t) == 8, "the layouts are those of LP64");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the layouts are little-endian");
_Static_assert(sizeof(chailo_version) == 12, "hailo_version_t");
_Static_assert(sizeof(chailo_device_id) == 32, "hailo_device_id_t");
_Static_assert(sizeof(chailo_identity) == 140, "hailo_device_identity_t");
_Static_assert(offsetof(chailo_identity, fw_version) == 4, "fw_version");
_Static_assert(offsetof(chailo_identity, board_name) == 21, "board_name");
_Static_assert(offsetof(chailo_identity, device_architecture) == 56, "device_architecture");
_Static_assert(offsetof(chailo_identity, serial_number) == 61, "serial_number");
_Static_assert(offsetof(chailo_identity, product_name) == 95, "product_name");
_Static_assert(sizeof(chailo_temperature) == 12, "hailo_chip_temperature_info_t");
_Static_assert(offsetof(chailo_temperature, sample_count) == 8, "sample_count");

typedef void *chailo_device;

/// The calls, as HailoRT names them without their prefix. Each returns a HailoRT status.
typedef struct {
    uint32_t table_version;
    void *handle;
    chailo_version version;
    const char *(*get_status_message)(int status);
    int (*scan_devices)(void *params, chailo_device_id *ids, size_t *count);
    int (*create_device_by_id)(const chailo_device_id *id, chailo_device *device);
    int (*release_device)(chailo_device device);
    int (*identify)(chailo_device device, chailo_identity *identity);
    int (*get_chip_temperature)(chailo_device device, chailo_temperature *temperature);
    int (*power_measurement)(chailo_device device, int32_t dvm, int32_t type, float *watts);
} chailo_table;

typedef enum {
    CHAILO_OPEN_OK = 0,
    /// The caller's table is not this one's.
    CHAILO_OPEN_WRONG_TABLE,
    /// dlopen refused; the message is the loader's.
    CHAILO_OPEN_NOT_LOADED,
    /// It is no HailoRT: the message names the call that is missing.
    CHAILO_OPEN_NO_SYMBOL,
    /// It would not say its version; the message is the status.
    CHAILO_OPEN_NO_VERSION,
    /// It is of a version whose layouts nobody has checked; `table->version` says which.
    CHAILO_OPEN_UNKNOWN_VERSION,
} chailo_open_result;

/// Loads a library and fills `table`. On anything but `CHAILO_OPEN_OK`, nothing stays loaded and `message` (of `size`
/// bytes, always terminated) says why. Loading runs the library's own constructors: what crashes there takes the
/// process down, so this is for a process that may die.
chailo_open_result chailo_open(const char *path, uint32_t table_version, chailo_table *table, char *message,
                               size_t size);

/// Unloads. The table must not be used after it.
void chailo_close(chailo_table *table);

// Swift cannot call function pointers of a C struct as methods; these do, and check nothing.
int chailo_scan(const chailo_table *table, chailo_device_id *ids, size_t *count);
int chailo_create(const chailo_table *table, const chailo_device_id *id, chailo_device *device);
int chailo_release(const chailo_table *table, chailo_device device);
int chailo_identify(const chailo_table *table, chailo_device device, chailo_identity *identity);
int chailo_chip_temperature(const chailo_table *table, chailo_device device, chailo_temperature *temperature);
/// An error means that there is no sensor.
int chailo_watts(const chailo_table *table, chailo_device device, float *watts);

#endif
