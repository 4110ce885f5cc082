/* The objects of the in-memory Teamcenter: read from a file of lines, written to one at the end. */
#include "teamcenter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static object objects[MOST_OBJECTS];
static tag_t last = 0;
static char error_text[256] = "";

int wanted_to_fail(const char *function)
{
    const char *wanted = getenv("TC_FAIL");

    return wanted != NULL && strcmp(wanted, function) == 0;
}

static char *copy(const char *text)
{
    char *made = (char *)malloc(strlen(text) + 1);

    return strcpy(made, text);
}

void *give(size_t bytes)
{
    return calloc(1, bytes > 0 ? bytes : 1);
}

char *give_text(const char *text)
{
    return copy(text);
}

/* One piece of memory for the pointers and the texts, as ITK gives them. */
char **give_texts(const char *const *texts, int count)
{
    size_t bytes = (size_t)count * sizeof(char *);
    char **made;
    char *place;
    int i;

    for (i = 0; i < count; i++) {
        bytes += strlen(texts[i]) + 1;
    }
    made = (char **)give(bytes);
    place = (char *)(made + count);
    for (i = 0; i < count; i++) {
        made[i] = strcpy(place, texts[i]);
        place += strlen(texts[i]) + 1;
    }
    return made;
}

object *at(tag_t tag)
{
    return tag != NULLTAG && tag <= last && !objects[tag].deleted ? &objects[tag] : NULL;
}

tag_t add(const char *kind, const char *name)
{
    object *made = &objects[++last];

    if (last >= MOST_OBJECTS) {
        abort();
    }
    made->kind = kind;
    made->name = copy(name);
    return last;
}

tag_t next_of(const char *kind, tag_t after)
{
    tag_t tag;

    for (tag = after + 1; tag <= last; tag++) {
        if (!objects[tag].deleted && strcmp(objects[tag].kind, kind) == 0) {
            return tag;
        }
    }
    return NULLTAG;
}

tag_t find(const char *kind, const char *name)
{
    tag_t tag = next_of(kind, NULLTAG);

    while (tag != NULLTAG && strcmp(objects[tag].name, name) != 0) {
        tag = next_of(kind, tag);
    }
    return tag;
}

const char *get(tag_t tag, const char *name)
{
    const property *each;

    for (each = objects[tag].properties; each != NULL; each = each->next) {
        if (strcmp(each->name, name) == 0) {
            return each->value;
        }
    }
    return NULL;
}

void set(tag_t tag, const char *name, const char *value)
{
    property **place = &objects[tag].properties;

    while (*place != NULL && strcmp((*place)->name, name) != 0) {
        place = &(*place)->next;
    }
    if (*place == NULL) {
        *place = (property *)give(sizeof(property));
        (*place)->name = copy(name);
    }
    free((*place)->value);
    (*place)->value = copy(value);
}

property *copied(const property *from)
{
    property *made;

    if (from == NULL) {
        return NULL;
    }
    made = (property *)give(sizeof(property));
    made->name = copy(from->name);
    made->value = copy(from->value);
    made->next = copied(from->next);
    return made;
}

void drop(property *list)
{
    property *next;

    for (; list != NULL; list = next) {
        next = list->next;
        free(list->name);
        free(list->value);
        free(list);
    }
}

int fail(const char *text, const char *about)
{
    (void)snprintf(error_text, sizeof(error_text), "%s: %s", text, about);
    return 38015;
}

const char *last_error(void);
const char *last_error(void)
{
    return error_text;
}

int matches(const char *pattern, const char *text)
{
    if (*pattern == '*') {
        return matches(pattern + 1, text) || (*text != '\0' && matches(pattern, text + 1));
    }
    if (*pattern == '\0' || *text == '\0') {
        return *pattern == *text;
    }
    return *pattern == *text && matches(pattern + 1, text + 1);
}

/* kind TAB name TAB property=value ...; a revision's, dataset's … `of` is the object before it. */
void load(const char *path)
{
    static const char *const KINDS[] = {"item", "revision", "user", "group", "project", "template",
        "rule", "relation_type", "dataset_type", "query", "child", "dataset", "process", "task",
        "relation"};
    char line[4096];
    char *word;
    char *equals;
    size_t i;
    tag_t made = NULLTAG;
    FILE *file = fopen(path, "r");

    if (file == NULL) {
        abort();
    }
    while (fgets(line, (int)sizeof(line), file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        word = strtok(line, "\t");
        for (i = 0; i < sizeof(KINDS) / sizeof(*KINDS) && strcmp(KINDS[i], word) != 0; i++) {
        }
        made = add(KINDS[i], strtok(NULL, "\t"));
        while ((word = strtok(NULL, "\t")) != NULL) {
            equals = strchr(word, '=');
            *equals = '\0';
            set(made, word, equals + 1);
        }
    }
    (void)fclose(file);
}

void dump(const char *path)
{
    const property *each;
    tag_t tag;
    FILE *file = fopen(path, "w");

    for (tag = 1; tag <= last; tag++) {
        if (objects[tag].deleted) {
            continue;
        }
        (void)fprintf(file, "%s\t%s", objects[tag].kind, objects[tag].name);
        for (each = objects[tag].properties; each != NULL; each = each->next) {
            (void)fprintf(file, "\t%s=%s", each->name, each->value);
        }
        (void)fputc('\n', file);
    }
    (void)fclose(file);
}

void forget(void)
{
    tag_t tag;

    for (tag = 1; tag <= last; tag++) {
        drop(objects[tag].properties);
        drop(objects[tag].saved);
        free(objects[tag].name);
    }
    memset(objects, 0, sizeof(objects));
    last = 0;
}
