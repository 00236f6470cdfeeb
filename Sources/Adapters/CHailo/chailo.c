#include "chailo.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/// Whether the layouts are known to hold: 4.17 and later of 4, and all of 5.
static bool is_known(chailo_version version) {
    return version.major == 5 || (version.major == 4 && version.minor >= 17);
}

static chailo_open_result fail(chailo_open_result result, chailo_table *table, char *message, size_t size,
                               const char *why) {
    snprintf(message, size, "%s", why ? why : "no reason given");
    if (table->handle)
        dlclose(table->handle);
    table->handle = NULL;
    return result;
}

chailo_open_result chailo_open(const char *path, uint32_t table_version, chailo_table *table, char *message,
                               size_t size) {
    if (table_version != CHAILO_TABLE_VERSION) {
        snprintf(message, size, "table %u was asked for; this is %u", table_version, CHAILO_TABLE_VERSION);
        return CHAILO_OPEN_WRONG_TABLE;
    }
    chailo_version version = {0};
    memset(table, 0, sizeof *table);
    table->table_version = CHAILO_TABLE_VERSION;
    table->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!table->handle)
        return fail(CHAILO_OPEN_NOT_LOADED, table, message, size, dlerror());

    int (*get_library_version)(chailo_version *) = NULL;
    const struct {
        const char *name;
        void *slot;
    } calls[] = {
        {"hailo_get_library_version", &get_library_version},
        {"hailo_get_status_message", &table->get_status_message},
        {"hailo_scan_devices", &table->scan_devices},
        {"hailo_create_device_by_id", &table->create_device_by_id},
        {"hailo_release_device", &table->release_device},
        {"hailo_identify", &table->identify},
        {"hailo_get_chip_temperature", &table->get_chip_temperature},
        {"hailo_power_measurement", &table->power_measurement},
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        void *call = dlsym(table->handle, calls[i].name);
        if (!call)
            return fail(CHAILO_OPEN_NO_SYMBOL, table, message, size, calls[i].name);
        // ISO C has no cast from object to function pointer; POSIX promises that the bytes are the same.
        memcpy(calls[i].slot, &call, sizeof call);
    }
    int status = get_library_version(&version);
    if (status != CHAILO_SUCCESS)
        return fail(CHAILO_OPEN_NO_VERSION, table, message, size, table->get_status_message(status));
    table->version = version;
    if (!is_known(version))
        return fail(CHAILO_OPEN_UNKNOWN_VERSION, table, message, size, "unknown version");
    return CHAILO_OPEN_OK;
}

void chailo_close(chailo_table *table) {
    if (table->handle)
        dlclose(table->handle);
    memset(table, 0, sizeof *table);
}

int chailo_scan(const chailo_table *table, chailo_device_id *ids, size_t *count) {
    return table->scan_devices(NULL, ids, count);
}

int chailo_create(const chailo_table *table, const chailo_device_id *id, chailo_device *device) {
    return table->create_device_by_id(id, device);
}

int chailo_release(const chailo_table *table, chailo_device device) {
    return table->release_device(device);
}

int chailo_identify(const chailo_table *table, chailo_device device, chailo_identity *identity) {
    return table->identify(device, identity);
}

int chailo_chip_temperature(const chailo_table *table, chailo_device device, chailo_temperature *temperature) {
    return table->get_chip_temperature(device, temperature);
}

int chailo_watts(const chailo_table *table, chailo_device device, float *watts) {
    return table->power_measurement(device, CHAILO_POWER_AUTO, CHAILO_POWER_AUTO, watts);
}
