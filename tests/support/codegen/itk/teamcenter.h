/* An in-memory Teamcenter, small enough to see that generated programs do what they say. */
#ifndef TESTS_TEAMCENTER_H
#define TESTS_TEAMCENTER_H

#include <stddef.h>

#include "itk_types.h"

#define MOST_OBJECTS 4096

typedef struct property {
    char *name;
    char *value;
    struct property *next;
} property;

/* Everything is an object: items, revisions, datasets, relations, lines, tasks, queries, types. */
typedef struct object {
    const char *kind;
    char *name;
    property *properties;
    property *saved;
    int locked;
    int deleted;
    tag_t first;
    tag_t second;
    tag_t type;
} object;

/* Fails the call if the test wants this function to fail. */
#define ENTER(function) \
    do { \
        if (wanted_to_fail(#function)) { \
            return 99999; \
        } \
    } while (0)

int wanted_to_fail(const char *function);
object *at(tag_t tag);
tag_t add(const char *kind, const char *name);
tag_t find(const char *kind, const char *name);
tag_t next_of(const char *kind, tag_t after);
const char *get(tag_t tag, const char *name);
void set(tag_t tag, const char *name, const char *value);
int fail(const char *text, const char *about);
void *give(size_t bytes);
char *give_text(const char *text);
char **give_texts(const char *const *texts, int count);
void load(const char *path);
void dump(const char *path);
void forget(void);
property *copied(const property *from);
void drop(property *list);
int matches(const char *pattern, const char *text);

#endif
