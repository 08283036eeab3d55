/** Which requests a fault hits. Everything given must fit. */
export interface FaultMatch {
  method?: string;
  /** Text that the path with its query contains, or a pattern it matches. */
  path?: string | RegExp;
  userAgent?: string;
  /** Only watches, or only requests that are no watch. */
  isWatch?: boolean;
}

/**
 * `answer`: refused with this status, nothing is applied. `slow`: carried out after a while. `lost-answer`: carried
 * out, then the connection breaks before the answer. `refused-connection`: the connection breaks, nothing is applied.
 * `cut-watch`: the watch breaks without a clean end after so many events.
 */
export type FaultEffect =
  | { kind: 'answer'; status: 401 | 403 | 409 | 429 | 500 | 503; retryAfterSeconds?: number }
  | { kind: 'slow'; forMs: number }
  | { kind: 'lost-answer' }
  | { kind: 'refused-connection' }
  | { kind: 'cut-watch'; afterEvents: number };

export interface FaultRule {
  match: FaultMatch;
  effect: FaultEffect;
  /** How many requests it hits before it is used up; for ever when left out. */
  times?: number;
  /** How many fitting requests pass before the first hit. */
  after?: number;
}

export interface FaultedRequest {
  method: string;
  path: string;
  userAgent: string;
  isWatch: boolean;
}

export interface Faults {
  add(rule: FaultRule): () => void;
  clear(): void;
  /** The effects for this request; counts as a hit for each. */
  take(request: FaultedRequest): FaultEffect[];
}

interface ActiveRule {
  rule: FaultRule;
  seen: number;
}

export function createFaults(): Faults {
  const active = new Set<ActiveRule>();
  return {
    add(rule) {
      const entry = { rule, seen: 0 };
      active.add(entry);
      return () => active.delete(entry);
    },
    clear: () => active.clear(),
    take(request) {
      const effects: FaultEffect[] = [];
      for (const entry of active) {
        const { match, effect, times = Number.POSITIVE_INFINITY, after = 0 } = entry.rule;
        if (!fits(match, request)) continue;
        entry.seen += 1;
        if (entry.seen <= after) continue;
        effects.push(effect);
        if (entry.seen - after >= times) active.delete(entry);
      }
      return effects;
    },
  };
}

function fits(match: FaultMatch, request: FaultedRequest): boolean {
  const { method, path, userAgent, isWatch } = match;
  if (method && method !== request.method) return false;
  if (isWatch !== undefined && isWatch !== request.isWatch) return false;
  if (userAgent && !request.userAgent.includes(userAgent)) return false;
  if (path instanceof RegExp) return path.test(request.path);
  return path === undefined || request.path.includes(path);
}
