// A stand-in for HailoRT. It writes the documented layouts byte by byte, so that it shares no declaration with what it
// tests, and does what standin.conf beside it says: lines of NAME VALUE.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static FILE *beside(const char *name, const char *mode) {
    Dl_info self;
    char path[4096];
    if (!dladdr((void *)beside, &self) || strlen(self.dli_fname) > 4000)
        return NULL;
    strcpy(path, self.dli_fname);
    strcpy(strrchr(path, '/') + 1, name);
    return fopen(path, mode);
}

static int number(const char *name, int otherwise) {
    char key[64];
    int value, found = otherwise;
    FILE *file = beside("standin.conf", "r");
    while (file && fscanf(file, "%63s %d", key, &value) == 2)
        if (strcmp(key, name) == 0)
            found = value;
    if (file)
        fclose(file);
    return found;
}

// One word after the other in standin.log, for who asks for it.
static void note(const char *word) {
    FILE *file = number("log", 0) ? beside("standin.log", "a") : NULL;
    if (!file)
        return;
    fprintf(file, "%s\n", word);
    fclose(file);
}

__attribute__((constructor)) static void load(void) {
    note("load");
    printf("[HailoRT] a library that talks\n");
    if (number("crash", 0))
        *(volatile int *)8 = 1;
    if (number("hang", 0))
        pause();
}

static void put32(char *bytes, uint32_t value) {
    memcpy(bytes, &value, 4);
}

#ifndef NO_CALLS
int hailo_get_library_version(void *version) {
    put32(version, (uint32_t)number("major", 5));
    put32((char *)version + 4, (uint32_t)number("minor", 1));
    put32((char *)version + 8, (uint32_t)number("revision", 1));
    return number("version", 0);
}

const char *hailo_get_status_message(int status) {
    static char message[64];
    snprintf(message, sizeof message, "HAILO_STATUS_%d", status);
    return message;
}

int hailo_scan_devices(void *params, void *ids, size_t *count) {
    size_t boards = (size_t)number("boards", 1);
    if (params || *count < boards)
        return 2;
    for (size_t i = 0; i < boards; i++)
        snprintf((char *)ids + 32 * i, 32, "000%zu:01:00.0", i + 1);
    *count = boards;
    return number("scan", 0);
}

static int opened;

int hailo_create_device_by_id(const void *id, void **device) {
    int status = number("create", 0);
    note(status == 0 ? "open" : "refuse");
    if (number("crash_on_create", 0))
        *(volatile int *)8 = 1;
    while (number("hang_on_create", 0))
        usleep(1000);
    if (status == 0) {
        *device = strdup(id);
        opened++;
    }
    return status;
}

int hailo_release_device(void *device) {
    free(device);
    note("release");
    // A board that was not let go would keep everybody else out.
    return --opened == 0 ? 0 : 1;
}

int hailo_identify(void *device, char *identity) {
    if (opened != 1 || !device)
        return 2;
    memset(identity, 0xAA, 140);
    put32(identity + 4, (uint32_t)number("fw_major", number("major", 5)));
    put32(identity + 8, (uint32_t)number("fw_minor", number("minor", 1)));
    put32(identity + 12, (uint32_t)number("fw_revision", number("revision", 1)));
    identity[20] = 5;
    memcpy(identity + 21, "Hailo", 5);
    put32(identity + 56, (uint32_t)number("arch", 6));
    identity[60] = 16;
    memcpy(identity + 61, "HLDDLBB234500123", 16);
    identity[94] = 9;
    memcpy(identity + 95, "AI\033HAT+ 2", 9);
    return number("identify", 0);
}

int hailo_get_chip_temperature(void *device, char *heat) {
    float ts0 = 47.5f, ts1 = 48.25f;
    uint16_t count = 3;
    if (!device)
        return 2;
    memcpy(heat, &ts0, 4);
    memcpy(heat + 4, &ts1, 4);
    memcpy(heat + 8, &count, 2);
    return number("temperature", 0);
}

int hailo_power_measurement(void *device, int dvm, int type, float *watts) {
    if (!device || dvm != INT32_MAX || type != INT32_MAX)
        return 2;
    *watts = (float)number("milliwatts", 1750) / 1000;
    return number("power", 0);
}
#endif
