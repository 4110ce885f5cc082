/* The functions of ITK that generated programs call, on the in-memory Teamcenter. */
#define _XOPEN_SOURCE 700 /* strptime */

#include "teamcenter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <ae/dataset.h>
#include <ae/datasettype.h>
#include <base_utils/mem.h>
#include <bom/bom.h>
#include <cfm/cfm.h>
#include <epm/epm.h>
#include <qry/qry.h>
#include <sa/group.h>
#include <sa/user.h>
#include <tc/emh.h>
#include <tc/tc_startup.h>
#include <tccore/aom.h>
#include <tccore/aom_prop.h>
#include <tccore/grm.h>
#include <tccore/item.h>
#include <tccore/project.h>
#include <tccore/releasestatus.h>
#include <tcinit/tcinit.h>

const char *last_error(void);

static char **arguments;
static int argument_count;

int main(int argc, char *argv[])
{
    int code;

    arguments = argv;
    argument_count = argc;
    code = ITK_user_main(argc, argv);
    forget();
    return code;
}

char *ITK_ask_cli_argument(const char *name)
{
    int i;
    size_t length = strlen(name);

    for (i = 1; i < argument_count; i++) {
        if (strncmp(arguments[i], name, length) == 0) {
            return arguments[i] + length;
        }
    }
    return NULL;
}

int ITK_initialize_text_services(int mode)
{
    ENTER(ITK_initialize_text_services);
    return mode == ITK_BATCH_TEXT_MODE ? ITK_ok : fail("mode", "unknown");
}

int ITK_auto_login(void)
{
    ENTER(ITK_auto_login);
    load(getenv("TC_FIXTURE"));
    return ITK_ok;
}

int ITK_set_journalling(logical on)
{
    ENTER(ITK_set_journalling);
    return on ? ITK_ok : ITK_ok;
}

int ITK_exit_module(logical free_memory)
{
    ENTER(ITK_exit_module);
    dump(getenv("TC_STATE"));
    return free_memory ? ITK_ok : ITK_ok;
}

int EMH_ask_error_text(int code, char **text)
{
    ENTER(EMH_ask_error_text);
    *text = give_text(code == 99999 ? "failed as the test wants" : last_error());
    return ITK_ok;
}

int EMH_clear_errors(void)
{
    return ITK_ok;
}

void MEM_free(void *memory)
{
    free(memory);
}

/* Answers with a tag, as most functions that find something do: none is no error. */
static int answer(tag_t found, tag_t *tag)
{
    *tag = found;
    return ITK_ok;
}

int QRY_find2(const char *name, tag_t *query)
{
    ENTER(QRY_find2);
    return answer(find("query", name), query);
}

int QRY_find_user_entries(tag_t query, int *count, char ***entries, char ***values)
{
    const char *names[32];
    const char *nothing[32];
    const property *each;

    ENTER(QRY_find_user_entries);
    *count = 0;
    for (each = at(query)->properties; each != NULL; each = each->next) {
        if (strcmp(each->name, "finds") != 0) {
            nothing[*count] = "";
            names[(*count)++] = each->name;
        }
    }
    *entries = give_texts(names, *count);
    *values = give_texts(nothing, *count);
    return ITK_ok;
}

static int is_before(const char *seconds, const char *moment)
{
    struct tm when;

    memset(&when, 0, sizeof(when));
    when.tm_isdst = -1;
    return strptime(moment, "%d-%b-%Y %H:%M", &when) != NULL && atol(seconds) < mktime(&when);
}

static int fits(tag_t each, tag_t query, const char *entry, const char *wanted)
{
    const char *value = get(each, get(query, entry));

    if (strstr(entry, "Before") != NULL) {
        return value != NULL && is_before(value, wanted);
    }
    return matches(wanted, value != NULL ? value : "");
}

int QRY_execute(tag_t query, int count, char **entries, char **values, int *found, tag_t **objects)
{
    tag_t each = NULLTAG;
    int i;
    const char *kind;

    ENTER(QRY_execute);
    kind = get(query, "finds");
    *found = 0;
    *objects = (tag_t *)give(MOST_OBJECTS * sizeof(tag_t));
    while ((each = next_of(kind, each)) != NULLTAG) {
        for (i = 0; i < count && fits(each, query, entries[i], values[i]); i++) {
        }
        if (i == count) {
            (*objects)[(*found)++] = each;
        }
    }
    return ITK_ok;
}

int ITEM_find_item(const char *item_id, tag_t *item)
{
    ENTER(ITEM_find_item);
    return answer(find("item", item_id), item);
}

static tag_t revision_of(const char *item_id, const char *revision_id)
{
    tag_t each = NULLTAG;
    tag_t latest = NULLTAG;

    while ((each = next_of("revision", each)) != NULLTAG) {
        if (strcmp(get(each, "item_id"), item_id) == 0
            && (revision_id == NULL || strcmp(get(each, "item_revision_id"), revision_id) == 0)) {
            latest = each;
        }
    }
    return latest;
}

int ITEM_find_rev(const char *item_id, const char *revision_id, tag_t *revision)
{
    ENTER(ITEM_find_rev);
    return answer(revision_of(item_id, revision_id), revision);
}

int ITEM_ask_latest_rev(tag_t item, tag_t *revision)
{
    ENTER(ITEM_ask_latest_rev);
    return answer(revision_of(at(item)->name, NULL), revision);
}

int ITEM_create_item(const char *item_id, const char *name, const char *type, const char *revision_id,
    tag_t *item, tag_t *revision)
{
    ENTER(ITEM_create_item);
    *item = add("item", item_id);
    set(*item, "object_name", name);
    set(*item, "object_type", type);
    *revision = add("revision", item_id);
    set(*revision, "item_id", item_id);
    set(*revision, "item_revision_id", *revision_id != '\0' ? revision_id : "A");
    set(*revision, "object_name", name);
    at(*item)->locked = at(*revision)->locked = 1;
    return ITK_ok;
}

/* Locks and, on unlocking, forgets what was not saved. */
int AOM_refresh(tag_t tag, int lock)
{
    object *it = at(tag);

    ENTER(AOM_refresh);
    if (lock && get(tag, "readonly") != NULL) {
        return fail("cannot be locked", it->name);
    }
    if (lock) {
        it->saved = copied(it->properties);
    } else if (it->saved != NULL) {
        drop(it->properties);
        it->properties = it->saved;
        it->saved = NULL;
    }
    it->locked = lock;
    return ITK_ok;
}

static int save(tag_t tag)
{
    object *it = at(tag);

    if (!it->locked) {
        return fail("is not locked", it->name);
    }
    drop(it->saved);
    it->saved = NULL;
    return ITK_ok;
}

#ifdef TC_OLD
int AOM_save(tag_t tag)
{
    ENTER(AOM_save);
    return save(tag);
}

int AOM_UIF_ask_value(tag_t tag, const char *name, char **value)
{
    ENTER(AOM_UIF_ask_value);
    *value = give_text(get(tag, name) != NULL ? get(tag, name) : "");
    return ITK_ok;
}
#else
int AOM_save_with_extensions(tag_t tag)
{
    ENTER(AOM_save_with_extensions);
    return save(tag);
}

int AOM_ask_displayable_values(tag_t tag, const char *name, int *count, char ***values)
{
    const char *value = get(tag, name);

    ENTER(AOM_ask_displayable_values);
    *count = value != NULL;
    *values = give_texts(&value, *count);
    return ITK_ok;
}
#endif

int AOM_unload(tag_t tag)
{
    ENTER(AOM_unload);
    return at(tag) != NULL ? ITK_ok : fail("cannot be unloaded", "it");
}

int AOM_delete(tag_t tag)
{
    ENTER(AOM_delete);
    at(tag)->deleted = 1;
    return ITK_ok;
}

int AOM_UIF_set_value(tag_t tag, const char *name, const char *value)
{
    ENTER(AOM_UIF_set_value);
    if (!at(tag)->locked || strcmp(value, "REFUSED") == 0) {
        return fail("cannot be set", name);
    }
    set(tag, name, value);
    return ITK_ok;
}

int AOM_set_ownership(tag_t tag, tag_t user, tag_t group)
{
    ENTER(AOM_set_ownership);
    if (!at(tag)->locked) {
        return fail("is not locked", at(tag)->name);
    }
    set(tag, "owning_user", at(user)->name);
    set(tag, "owning_group", at(group)->name);
    return ITK_ok;
}

int GRM_find_relation_type(const char *name, tag_t *type)
{
    ENTER(GRM_find_relation_type);
    return answer(find("relation_type", name), type);
}

/* Relations of the fixture name what they relate; those made here have tags as well. */
static int relates(tag_t relation, tag_t primary, tag_t type)
{
    const char *from = get(relation, "primary");

    return strcmp(from, at(primary)->name) == 0 && strcmp(get(relation, "type"), at(type)->name) == 0;
}

int GRM_find_relation(tag_t primary, tag_t secondary, tag_t type, tag_t *relation)
{
    ENTER(GRM_find_relation);
    *relation = NULLTAG;
    while ((*relation = next_of("relation", *relation)) != NULLTAG) {
        if (relates(*relation, primary, type)
            && strcmp(get(*relation, "secondary"), at(secondary)->name) == 0) {
            break;
        }
    }
    return ITK_ok;
}

int GRM_create_relation(tag_t primary, tag_t secondary, tag_t type, tag_t user_data, tag_t *relation)
{
    ENTER(GRM_create_relation);
    *relation = add("relation", user_data == NULLTAG ? "made" : "with data");
    set(*relation, "primary", at(primary)->name);
    set(*relation, "secondary", at(secondary)->name);
    set(*relation, "type", at(type)->name);
    return ITK_ok;
}

int GRM_save_relation(tag_t relation)
{
    ENTER(GRM_save_relation);
    set(relation, "is_saved", "yes");
    return ITK_ok;
}

int GRM_delete_relation(tag_t relation)
{
    ENTER(GRM_delete_relation);
    at(relation)->deleted = 1;
    return ITK_ok;
}

int GRM_list_secondary_objects_only(tag_t primary, tag_t type, int *count, tag_t **secondaries)
{
    tag_t each = NULLTAG;

    ENTER(GRM_list_secondary_objects_only);
    *count = 0;
    *secondaries = (tag_t *)give(64 * sizeof(tag_t));
    while ((each = next_of("relation", each)) != NULLTAG) {
        if (relates(each, primary, type)) {
            (*secondaries)[(*count)++] = find("dataset", get(each, "secondary"));
        }
    }
    return ITK_ok;
}

int EPM_find_process_template(const char *name, tag_t *process_template)
{
    ENTER(EPM_find_process_template);
    return answer(find("template", name), process_template);
}

int EPM_create_process(const char *name, const char *description, tag_t process_template, int count,
    const tag_t *attachments, const int *types, tag_t *process)
{
    int i;

    ENTER(EPM_create_process);
    *process = add("process", name);
    set(*process, "description", description);
    set(*process, "template", at(process_template)->name);
    for (i = 0; i < count; i++) {
        set(*process, types[i] == EPM_target_attachment ? "target" : "other", at(attachments[i])->name);
    }
    return ITK_ok;
}

int EPM_ask_root_task(tag_t process, tag_t *task)
{
    ENTER(EPM_ask_root_task);
    return answer(find("task", get(process, "root")), task);
}

int EPM_ask_sub_tasks(tag_t task, int *count, tag_t **tasks)
{
    tag_t each = NULLTAG;
    const char *parent;

    ENTER(EPM_ask_sub_tasks);
    *count = 0;
    *tasks = (tag_t *)give(64 * sizeof(tag_t));
    while ((each = next_of("task", each)) != NULLTAG) {
        parent = get(each, "parent");
        if (parent != NULL && strcmp(parent, at(task)->name) == 0) {
            (*tasks)[(*count)++] = each;
        }
    }
    return ITK_ok;
}

int EPM_ask_state(tag_t task, EPM_state_t *state)
{
    const char *said = get(task, "state");

    ENTER(EPM_ask_state);
    *state = strcmp(said, "started") == 0 ? EPM_started
        : strcmp(said, "suspended") == 0  ? EPM_suspended
                                          : EPM_completed;
    return ITK_ok;
}

int RELSTAT_create_release_status(const char *name, tag_t *status)
{
    ENTER(RELSTAT_create_release_status);
    *status = add("dataset_type", name);
    return ITK_ok;
}

int RELSTAT_add_release_status(tag_t status, int count, tag_t *targets, logical retain)
{
    char both[256];
    const char *before;
    int i;

    ENTER(RELSTAT_add_release_status);
    for (i = 0; i < count; i++) {
        if (get(targets[i], "readonly") != NULL) {
            return fail("cannot be released", at(targets[i])->name);
        }
        before = get(targets[i], "release_status_list");
        (void)snprintf(both, sizeof(both), "%s%s%s", retain && before != NULL ? before : "",
            retain && before != NULL ? ", " : "", at(status)->name);
        set(targets[i], "release_status_list", both);
    }
    return ITK_ok;
}

int BOM_create_window(tag_t *window)
{
    ENTER(BOM_create_window);
    *window = add("window", "open");
    return ITK_ok;
}

int BOM_set_window_config_rule(tag_t window, tag_t rule)
{
    ENTER(BOM_set_window_config_rule);
    set(window, "rule", at(rule)->name);
    return ITK_ok;
}

static tag_t line(const char *item_id, const char *quantity)
{
    tag_t revision = revision_of(item_id, NULL);
    tag_t made = add("line", item_id);

    set(made, "bl_item_item_id", item_id);
    set(made, "bl_rev_item_revision_id", get(revision, "item_revision_id"));
    set(made, "bl_item_object_name", get(revision, "object_name"));
    set(made, "bl_quantity", quantity);
    return made;
}

int BOM_set_window_top_line(tag_t window, tag_t item, tag_t revision, tag_t view, tag_t *top_line)
{
    ENTER(BOM_set_window_top_line);
    if (get(window, "rule") == NULL || view != NULLTAG || at(revision) == NULL) {
        return fail("cannot be the top line", at(item)->name);
    }
    *top_line = line(at(item)->name, "");
    return ITK_ok;
}

int BOM_line_ask_all_child_lines(tag_t parent, int *count, tag_t **children)
{
    tag_t each = NULLTAG;

    ENTER(BOM_line_ask_all_child_lines);
    *count = 0;
    *children = (tag_t *)give(64 * sizeof(tag_t));
    while ((each = next_of("child", each)) != NULLTAG) {
        if (strcmp(get(each, "of"), at(parent)->name) == 0) {
            (*children)[(*count)++] = line(at(each)->name, get(each, "quantity"));
        }
    }
    return ITK_ok;
}

int BOM_close_window(tag_t window)
{
    ENTER(BOM_close_window);
    at(window)->deleted = 1;
    return ITK_ok;
}

int CFM_find(const char *name, tag_t *rule)
{
    ENTER(CFM_find);
    return answer(find("rule", name), rule);
}

int AE_find_datasettype2(const char *name, tag_t *type)
{
    ENTER(AE_find_datasettype2);
    return answer(find("dataset_type", name), type);
}

int AE_create_dataset_with_id(tag_t type, const char *name, const char *description,
    const char *dataset_id, const char *revision_id, tag_t *dataset)
{
    ENTER(AE_create_dataset_with_id);
    *dataset = add("dataset", name);
    set(*dataset, "object_name", name);
    set(*dataset, "type", at(type)->name);
    set(*dataset, "description", description);
    set(*dataset, "id", dataset_id);
    set(*dataset, "revision", revision_id);
    return ITK_ok;
}

int AE_ask_dataset_datasettype(tag_t dataset, tag_t *type)
{
    ENTER(AE_ask_dataset_datasettype);
    return answer(find("dataset_type", get(dataset, "type")), type);
}

int AE_export_named_ref(tag_t dataset, const char *reference, const char *path)
{
    const char *content = get(dataset, reference);
    FILE *file;

    ENTER(AE_export_named_ref);
    if (content == NULL || (file = fopen(path, "wb")) == NULL) {
        return fail("cannot be exported", path);
    }
    (void)fputs(content, file);
    (void)fclose(file);
    return ITK_ok;
}

int AE_import_named_ref(tag_t dataset, const char *reference, const char *path, const char *new_name,
    int file_type)
{
    char content[256] = "";
    FILE *file = fopen(path, "rb");

    if (file != NULL) {
        content[fread(content, 1, sizeof(content) - 1, file)] = '\0';
        (void)fclose(file);
    }
    ENTER(AE_import_named_ref);
    if (file == NULL || *new_name != '\0' || file_type != SS_BINARY) {
        return fail("cannot be imported", path);
    }
    set(dataset, reference, content);
    return ITK_ok;
}

int AE_save_myself(tag_t dataset)
{
    ENTER(AE_save_myself);
    set(dataset, "is_saved", "yes");
    return ITK_ok;
}

int SA_find_user2(const char *user_id, tag_t *user)
{
    ENTER(SA_find_user2);
    return answer(find("user", user_id), user);
}

int SA_ask_user_login_group(tag_t user, tag_t *group)
{
    ENTER(SA_ask_user_login_group);
    return answer(find("group", get(user, "group")), group);
}

int SA_find_group(const char *name, tag_t *group)
{
    ENTER(SA_find_group);
    return answer(find("group", name), group);
}

int PROJ_find(const char *project_id, tag_t *project)
{
    ENTER(PROJ_find);
    return answer(find("project", project_id), project);
}

int PROJ_assign_objects(int project_count, tag_t *projects, int object_count, tag_t *objects)
{
    int i;

    ENTER(PROJ_assign_objects);
    for (i = 0; i < object_count; i++) {
        set(objects[i], "project_ids", project_count > 0 ? at(projects[0])->name : "");
    }
    return ITK_ok;
}
