/** How something stands; that it cannot be told is said with why, and never taken for "as it was". */
export type StoodState = { kind: 'known'; value: unknown } | { kind: 'unknown'; reason: string };

/** How something that a service declares stood when a deployment was registered or detected. */
export interface Stood {
  /** The kind of change it would be. */
  kind: string;
  /** What it is, as a command names it: `migration/orders`. */
  name: string;
  state: StoodState;
}

/** In characters; what is longer is not kept. */
const longestValue = 4_000;
const longestReason = 300;

/** A state with a ceiling: what it says is from outside. */
export function boundedState(state: StoodState): StoodState {
  if (state.kind === 'unknown') return { kind: 'unknown', reason: state.reason.slice(0, longestReason) };
  if (JSON.stringify(state.value).length <= longestValue) return state;
  return { kind: 'unknown', reason: 'what stands there is too large to be kept' };
}
