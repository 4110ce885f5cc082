/*
 * The few types and constants that the stub headers speak of, written from published samples. They
 * check generated code where no Teamcenter is installed; real builds use the vendor's own headers.
 */
#ifndef FORGE_STUB_ITK_TYPES_H
#define FORGE_STUB_ITK_TYPES_H

#ifdef __cplusplus
typedef bool logical;
#else
typedef unsigned char logical;
#endif

#ifndef TRUE
#define TRUE 1
#define FALSE 0
#endif

typedef unsigned int tag_t;
#define NULLTAG ((tag_t)0)

#define ITK_ok 0
#define ITK_BATCH_TEXT_MODE 1

#define SS_TEXT 1
#define SS_BINARY 2

#define EPM_target_attachment 1
typedef enum EPM_state_e {
    EPM_unassigned = 1,
    EPM_pending,
    EPM_started,
    EPM_completed,
    EPM_skipped,
    EPM_suspended,
    EPM_failed,
    EPM_aborted
} EPM_state_t;
typedef enum EPM_decision_e {
    EPM_no_decision,
    EPM_approve_decision,
    EPM_reject_decision
} EPM_decision_t;

#ifdef __cplusplus
extern "C" {
#endif
int ITK_user_main(int argc, char *argv[]);
#ifdef __cplusplus
}
#endif

#endif
