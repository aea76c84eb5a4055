/* The DNS automation of model/dns in Promela, step for step: the `incident` variant, with -DFIXED the `fixed` one.

   Sizes: -DNE enactors (1 to 5), -DEP endpoints (1 to 4), -DNP plans (2 to 15).
   -DNEVER_EMPTY asserts the claim of that name. -DPROCESSES gives every process of the model a process of its own.

   Equal to raceproof: distinct states, and transitions less one, because Spin also counts the arrival in the initial
   state (raceproof's transitions + 1 == stored + matched).

   It is written so that Spin is fast. A d_step is what happens between two yields of the model and leaves no state in
   between. All of them stand in one loop, so that Promela's own program counter has one value: processes cost Spin
   eight bytes of state each and some of its speed, and gain nothing, for every step reads what others write
   (`switched_off` at least), so that reduction finds nothing to reduce. Fields are as narrow as their values, and
   variables are numbered by the preprocessor because Promela gives each entry of an array whole bytes. An enactor has
   at most one step at each place, so it is one option of the loop. */

#ifndef NE
#define NE 2
#endif
#ifndef EP
#define EP 2
#endif
#ifndef NP
#define NP 4
#endif

#if NE > 5 || EP > 4 || NP < 2 || NP > 15
#error "too large for this twin: NE <= 5, EP <= 4, 2 <= NP <= 15"
#endif

#if NP < 4
#define PLAN 2
#elif NP < 8
#define PLAN 3
#else
#define PLAN 4
#endif

/* Where an enactor stands: 0 picks up a plan; for each endpoint one place to read its lock and one to install; then for
   each endpoint one place for each tree that can be old (the last plan's never is). */
#define READ(e) (2 * (e) + 1)
#define INSTALL(e) (2 * (e) + 2)
#define DELETE(e) (2 * EP + 1 + (e) * (NP - 1))
#define PLACES (2 * EP + 1 + EP * (NP - 1))

#if PLACES <= 8
#define PLACE 3
#elif PLACES <= 16
#define PLACE 4
#elif PLACES <= 32
#define PLACE 5
#else
#define PLACE 6
#endif

/* `tree` has a bit for each plan whose records exist, `lock` one for each enactor whose read of it is still current. */
#define ENDPOINT(e) unsigned alias##e : PLAN; unsigned rollback##e : PLAN; unsigned tree##e : NP; unsigned lock##e : NE;
#define OWN(i) unsigned at##i : PLACE; unsigned mine##i : PLAN;

unsigned newest : PLAN;
unsigned applied : PLAN;
unsigned repairing : 3;
bit switched_off;
ENDPOINT(0)
#if EP > 1
ENDPOINT(1)
#endif
#if EP > 2
ENDPOINT(2)
#endif
#if EP > 3
ENDPOINT(3)
#endif

#define TREE(p) (1 << ((p) - 1))
#define EXISTS(e, p) (tree##e & TREE(p))
#define IS_EMPTY(e) (alias##e && !EXISTS(e, alias##e))
#define NEWEST_OF(trees) ((trees) > 255 -> 8 + HIGHEST((trees) >> 8) : HIGHEST(trees))
#define HIGHEST(t) ((t) > 15 -> 4 + UP_TO_4((t) >> 4) : UP_TO_4(t))
#define UP_TO_4(t) ((t) > 7 -> 4 : ((t) > 3 -> 3 : ((t) > 1 -> 2 : (t))))

#ifdef NEVER_EMPTY
#define CLAIM(e) assert(!IS_EMPTY(e));
#else
#define CLAIM(e)
#endif

#ifdef FIXED
#define IS_DONE(i, e) mine##i <= alias##e
#define REMOVE(e, old) if :: alias##e == old || rollback##e == old :: else -> tree##e = tree##e & ~TREE(old) fi;
#else
#define IS_DONE(i, e) mine##i == alias##e
#define REMOVE(e, old) tree##e = tree##e & ~TREE(old);
#endif

#define PICK_UP(i) \
    mine##i = newest; \
    if \
    :: newest > applied -> at##i = READ(0) \
    :: else \
    fi

/* After the last endpoint: note that the plan is applied, and clean up if any plan is older. */
#define LEAVE(i, e) \
    if \
    :: e < EP - 1 -> at##i++ \
    :: else -> \
        if \
        :: applied < mine##i -> applied = mine##i \
        :: else \
        fi; \
        at##i = (mine##i > 1 -> DELETE(0) : 0) \
    fi

/* The reader's own bit is cleared in each way out of a transaction that compared equal, all bits when it wrote. */
#define AT(i, e) \
    :: at##i == READ(e) -> lock##e = lock##e | (1 << i); at##i = INSTALL(e) \
    :: at##i == INSTALL(e) -> \
        if \
        :: !(lock##e & (1 << i)) -> at##i = READ(e) \
        :: else -> \
            if \
            :: IS_DONE(i, e) -> lock##e = lock##e & ~(1 << i); LEAVE(i, e) \
            :: else -> \
                if \
                :: IS_EMPTY(e) -> lock##e = lock##e & ~(1 << i); at##i = READ(e) \
                :: else -> \
                    rollback##e = alias##e; \
                    alias##e = mine##i; \
                    tree##e = tree##e | TREE(mine##i); \
                    lock##e = 0; \
                    LEAVE(i, e) \
                fi \
            fi \
        fi \
    :: at##i >= DELETE(e) && at##i < DELETE(e + 1) -> \
        REMOVE(e, (at##i + 1 - DELETE(e))) \
        CLAIM(e) \
        if \
        :: at##i + 2 - DELETE(e) < mine##i -> at##i++ \
        :: else -> at##i = (e < EP - 1 -> DELETE(e + 1) : 0) \
        fi

#define REPAIR(e) \
    :: d_step { repairing == 2 + e -> \
        if \
        :: IS_EMPTY(e) -> \
            alias##e = (rollback##e && EXISTS(e, rollback##e) -> rollback##e : NEWEST_OF(tree##e)); \
            lock##e = 0 \
        :: else \
        fi; \
        repairing++ }

#if EP == 1
#define SOME_EMPTY IS_EMPTY(0)
#define PLACES_OF(i) AT(i, 0)
#define REPAIRS REPAIR(0)
#elif EP == 2
#define SOME_EMPTY (IS_EMPTY(0) || IS_EMPTY(1))
#define PLACES_OF(i) AT(i, 0) AT(i, 1)
#define REPAIRS REPAIR(0) REPAIR(1)
#elif EP == 3
#define SOME_EMPTY (IS_EMPTY(0) || IS_EMPTY(1) || IS_EMPTY(2))
#define PLACES_OF(i) AT(i, 0) AT(i, 1) AT(i, 2)
#define REPAIRS REPAIR(0) REPAIR(1) REPAIR(2)
#else
#define SOME_EMPTY (IS_EMPTY(0) || IS_EMPTY(1) || IS_EMPTY(2) || IS_EMPTY(3))
#define PLACES_OF(i) AT(i, 0) AT(i, 1) AT(i, 2) AT(i, 3)
#define REPAIRS REPAIR(0) REPAIR(1) REPAIR(2) REPAIR(3)
#endif

#define PLANNER \
    :: d_step { newest < NP && !switched_off -> newest++ }

#define ENACTOR(i) \
    :: d_step { (at##i || newest > mine##i) && !switched_off -> \
        if \
        :: at##i == 0 -> PICK_UP(i) \
        PLACES_OF(i) \
        fi }

#define OPERATOR \
    :: d_step { repairing == 0 && SOME_EMPTY -> repairing = 1 } \
    :: d_step { repairing == 1 -> repairing = 2; switched_off = true } \
    REPAIRS

/* Everybody may wait for ever, as in the model: the label says that a loop may end there. */
#ifdef PROCESSES

#define START(i) active proctype enactor##i() { OWN(i) end: do ENACTOR(i) od }
active proctype planner() { end: do PLANNER od }
active proctype operator() { end: do OPERATOR od }
START(0)
#if NE > 1
START(1)
#endif
#if NE > 2
START(2)
#endif
#if NE > 3
START(3)
#endif
#if NE > 4
START(4)
#endif

#else

OWN(0)
#if NE > 1
OWN(1)
#endif
#if NE > 2
OWN(2)
#endif
#if NE > 3
OWN(3)
#endif
#if NE > 4
OWN(4)
#endif

active proctype everybody() {
end:
    do
    PLANNER
    ENACTOR(0)
#if NE > 1
    ENACTOR(1)
#endif
#if NE > 2
    ENACTOR(2)
#endif
#if NE > 3
    ENACTOR(3)
#endif
#if NE > 4
    ENACTOR(4)
#endif
    OPERATOR
    od
}

#endif
