import type { Precedence } from './precedence.ts';

export interface LaneSettings {
  /** Places of all callers together, and of one. */
  atOnce: number;
  atOncePerCaller: number;
  /** How many may wait for a place, of all callers together and of one. */
  waiting: number;
  waitingPerCaller: number;
  /** For so long one waits. */
  patienceMs: number;
  /** Who goes before: leaves fewer places, or none, for a while. */
  standsBack?: Pick<Precedence, 'placesOf' | 'onMore'>;
}

/** Why nobody was let in: so many of the caller's own wait, so many wait at all, or it took too long. */
export type Refusal = 'own-wait' | 'all-wait' | 'late';

export type Entrance =
  /** The place is the caller's until it leaves; leaving twice is leaving once. */
  { kind: 'entered'; leave(): void } | { kind: 'refused'; why: Refusal } | { kind: 'gone' };

interface Waiting {
  enter(entrance: Entrance): void;
}

/**
 * Lets as many in as there are places. The others wait, each caller in a queue of its own, and the callers take turns: who
 * asks a thousand times has no more turns than who asks once.
 */
export function createLane(settings: LaneSettings) {
  const { atOncePerCaller, standsBack } = settings;
  const places = () => standsBack?.placesOf(settings.atOnce) ?? settings.atOnce;
  const held = new Map<string, number>();
  /** In the order of their turns. */
  const queues = new Map<string, Waiting[]>();
  let taken = 0;
  let waiting = 0;

  const heldBy = (caller: string) => held.get(caller) ?? 0;
  const mayEnter = (caller: string) => taken < places() && heldBy(caller) < atOncePerCaller;

  function take(caller: string): Entrance {
    taken += 1;
    held.set(caller, heldBy(caller) + 1);
    let left = false;
    return {
      kind: 'entered',
      leave() {
        if (left) return;
        left = true;
        taken -= 1;
        const rest = heldBy(caller) - 1;
        if (rest > 0) held.set(caller, rest);
        else held.delete(caller);
        letIn();
      },
    };
  }

  function nextTurn(): string | undefined {
    for (const caller of queues.keys()) if (mayEnter(caller)) return caller;
    return undefined;
  }

  function letIn(): void {
    while (taken < places()) {
      const caller = nextTurn();
      if (caller === undefined) return;
      const queue = queues.get(caller) ?? [];
      const next = queue[0];
      remove(caller, next);
      // Its next turn comes after everybody else's.
      if (queues.delete(caller) && queue.length > 0) queues.set(caller, queue);
      next?.enter(take(caller));
    }
  }

  function remove(caller: string, one: Waiting | undefined): boolean {
    const queue = queues.get(caller) ?? [];
    const at = one === undefined ? -1 : queue.indexOf(one);
    if (at === -1) return false;
    queue.splice(at, 1);
    waiting -= 1;
    if (queue.length === 0) queues.delete(caller);
    return true;
  }

  function wait(caller: string, whenGone: (leave: () => void) => void): Promise<Entrance> {
    return new Promise((resolve) => {
      const one: Waiting = {
        enter(entrance) {
          clearTimeout(late);
          resolve(entrance);
        },
      };
      const giveUp = (entrance: Entrance) => {
        if (remove(caller, one)) one.enter(entrance);
      };
      const late = setTimeout(() => giveUp({ kind: 'refused', why: 'late' }), settings.patienceMs).unref();
      whenGone(() => giveUp({ kind: 'gone' }));
      const queue = queues.get(caller) ?? [];
      queue.push(one);
      queues.set(caller, queue);
      waiting += 1;
    });
  }

  standsBack?.onMore(letIn);
  return {
    /** `whenGone` is given what to call when nobody waits for the answer any more. */
    async enter(caller: string, whenGone: (leave: () => void) => void = () => undefined): Promise<Entrance> {
      const queue = queues.get(caller);
      if (queue === undefined && mayEnter(caller)) return take(caller);
      if ((queue?.length ?? 0) >= settings.waitingPerCaller) return { kind: 'refused', why: 'own-wait' };
      if (waiting >= settings.waiting) return { kind: 'refused', why: 'all-wait' };
      return wait(caller, whenGone);
    },
    /** How many are in, and how many wait. */
    size: () => ({ taken, waiting }),
  };
}
