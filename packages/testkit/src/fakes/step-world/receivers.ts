import type {
  AskOf,
  NeedKind,
  Operation,
  PlanningRead,
  SeenByKind,
  SeenOf,
  StepEffect,
  StepKind,
  StepOf,
} from '@lastgood/domain';

/**
 * What goes wrong with the next effect that is sent. `unreachable` and `too-many-requests`: nothing happens and the caller
 * knows. `lost-request`: nothing happens and the caller hears *unknown*. `lost-reply`: it happens, the caller hears *unknown*.
 */
export type EffectFault = 'unreachable' | 'too-many-requests' | 'lost-request' | 'lost-reply';

export interface AcceptedEffect {
  kind: StepKind;
  operation: string;
  epoch: number;
}

/** What all receivers of one world have in common. */
export interface ReceiverState {
  accepted: AcceptedEffect[];
  faults: EffectFault[];
  /** How many of the next observations nobody answers. */
  unreachableFor: number;
  /** Happens right before the next effect is looked at: somebody else was quicker. */
  beforeNextEffect: (() => void) | null;
  /** Work that was set going and ends by itself. */
  working: (() => void)[];
  /** Highest epoch that any operation of a run came with. */
  epochs: Map<string, number>;
}

export function createReceiverState(): ReceiverState {
  return {
    accepted: [],
    faults: [],
    unreachableFor: 0,
    beforeNextEffect: null,
    working: [],
    epochs: new Map(),
  };
}

/** Null when they answer. */
export function unreachableNow(receivers: ReceiverState): { kind: 'unreachable'; reason: string } | null {
  if (receivers.unreachableFor === 0) return null;
  receivers.unreachableFor -= 1;
  return { kind: 'unreachable', reason: 'connection refused' };
}

/** One object of the outside that takes effects of one kind, and how it refuses them by itself. */
export interface Receiver<K extends StepKind, State> {
  find(step: StepOf<K>): State | undefined;
  seen(state: State, step: StepOf<K>): SeenByKind[K];
  /** The effect is in place, or under way by this very operation: nothing is to be done. */
  isThere(state: State, step: StepOf<K>, operation: string): boolean;
  /** The outside's own test inside the write, such as a uid, a version or a lock; null when it passes. */
  fence(state: State, step: StepOf<K>): string | null;
  write(state: State, step: StepOf<K>, operation: string): void;
}

/** Reads what stands outside, as a plan needs it; unreachable when the receivers are. */
export function reading<K extends NeedKind>(
  receivers: ReceiverState,
  kind: K,
  find: (ask: AskOf<K>) => SeenOf<K> | undefined,
): PlanningRead<K> {
  return async (ask) => {
    const lost = unreachableNow(receivers);
    if (lost) return lost;
    const seen = find(ask);
    if (seen === undefined) return { kind: 'not-found', reason: `${kind}: it does not exist` };
    return { kind: 'seen', seen: structuredClone(seen) };
  };
}

export function receive<K extends StepKind, State>(
  receivers: ReceiverState,
  kind: K,
  receiver: Receiver<K, State>,
): StepEffect<K> {
  return {
    async observe(step, _operation, signal) {
      if (signal.aborted) return { kind: 'unreachable', reason: 'it was called off' };
      const lost = unreachableNow(receivers);
      if (lost) return lost;
      const state = receiver.find(step);
      if (state === undefined) return { kind: 'not-found', reason: `${kind}: its object does not exist` };
      return { kind: 'seen', seen: structuredClone(receiver.seen(state, step)) };
    },
    async apply(step, _seen, operation) {
      receivers.beforeNextEffect?.();
      receivers.beforeNextEffect = null;
      const fault = receivers.faults.shift();
      if (fault === 'unreachable') return { kind: 'retry', reason: 'connection refused', afterMs: 1_000 };
      if (fault === 'too-many-requests') return { kind: 'retry', reason: 'answered 429', afterMs: 2_000 };
      if (fault === 'lost-request') return { kind: 'unknown', reason: 'the answer was lost' };
      const result = take({ receivers, kind, receiver, step, operation });
      return fault === 'lost-reply' ? { kind: 'unknown', reason: 'the answer was lost' } : result;
    },
  };
}

interface SentEffect<K extends StepKind, State> {
  receivers: ReceiverState;
  kind: K;
  receiver: Receiver<K, State>;
  step: StepOf<K>;
  operation: Operation;
}

function take<K extends StepKind, State>({
  receivers,
  kind,
  receiver,
  step,
  operation,
}: SentEffect<K, State>) {
  const run = operation.key.split('/')[0] ?? '';
  const highest = receivers.epochs.get(run) ?? 0;
  if (operation.epoch < highest)
    return { kind: 'refused', reason: `epoch ${operation.epoch} is over, it is ${highest}` } as const;
  receivers.epochs.set(run, operation.epoch);
  const state = receiver.find(step);
  if (state === undefined) return { kind: 'refused', reason: `${kind}: its object does not exist` } as const;
  if (receiver.isThere(state, step, operation.key)) return { kind: 'already', note: 'in place' } as const;
  const refused = receiver.fence(state, step);
  if (refused !== null) return { kind: 'refused', reason: refused } as const;
  receiver.write(state, step, operation.key);
  receivers.accepted.push({ kind, operation: operation.key, epoch: operation.epoch });
  return { kind: 'applied', note: 'accepted' } as const;
}
