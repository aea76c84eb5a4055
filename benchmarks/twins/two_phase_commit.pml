/* Two-phase commit, model/two_phase_commit.py in Promela, move for move: the `published` variant.

   Size: -DNRM resource managers (1 to 12). -DPROCESSES gives each of them a process of its own.

   Equal to raceproof: distinct states, and transitions less one, because Spin also counts the arrival in the initial
   state (raceproof's transitions + 1 == stored + matched).

   It is written so that Spin is fast: every move is one straight line, which Spin merges into one transition that it
   takes back assignment by assignment (faster here than a d_step, which copies the state); one loop holds all moves, so
   that Promela's own program counter has one value; sets of resource managers are bits; stages are fields of two bits,
   numbered by the preprocessor because Promela gives each entry of an array a whole byte. */

#ifndef NRM
#define NRM 3
#endif

#if NRM > 12
#error "too large for this twin: NRM <= 12"
#endif

#define EVERYBODY ((1 << NRM) - 1)

/* A resource manager's stage, and the manager's decision. */
#define WORKING 0
#define PREPARED 1
#define COMMITTED 2
#define ABORTED 3

#define OPEN 0
#define COMMIT 1
#define ABORT 2

unsigned decision : 2;
bit commit_sent;
bit abort_sent;
unsigned prepared_sent : NRM;
unsigned known_prepared : NRM;

#define OWN(r) unsigned stage##r : 2;

#define DECIDE \
    :: atomic { decision == OPEN && known_prepared == EVERYBODY -> decision = COMMIT; commit_sent = true } \
    :: atomic { decision == OPEN -> decision = ABORT; abort_sent = true }

#define MOVES(r) \
    :: atomic { decision == OPEN && (prepared_sent & (1 << r)) -> known_prepared = known_prepared | (1 << r) } \
    :: atomic { stage##r == WORKING -> stage##r = PREPARED; prepared_sent = prepared_sent | (1 << r) } \
    :: atomic { stage##r == WORKING -> stage##r = ABORTED } \
    :: atomic { commit_sent -> stage##r = COMMITTED } \
    :: atomic { abort_sent -> stage##r = ABORTED }

#if NRM == 1
#define ALL(X) X(0)
#elif NRM == 2
#define ALL(X) X(0) X(1)
#elif NRM == 3
#define ALL(X) X(0) X(1) X(2)
#elif NRM == 4
#define ALL(X) X(0) X(1) X(2) X(3)
#elif NRM == 5
#define ALL(X) X(0) X(1) X(2) X(3) X(4)
#elif NRM == 6
#define ALL(X) X(0) X(1) X(2) X(3) X(4) X(5)
#elif NRM == 7
#define ALL(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6)
#elif NRM == 8
#define ALL(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)
#elif NRM == 9
#define ALL(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8)
#elif NRM == 10
#define ALL(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9)
#elif NRM == 11
#define ALL(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10)
#else
#define ALL(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11)
#endif

/* Somebody may receive for ever or never: the label says that a loop may end there. */
#ifdef PROCESSES

#define START(r) active proctype manager##r() { OWN(r) end: do MOVES(r) od }
active proctype transaction_manager() { end: do DECIDE od }
ALL(START)

#else

ALL(OWN)

active proctype everybody() {
end:
    do
    DECIDE
    ALL(MOVES)
    od
}

#endif
