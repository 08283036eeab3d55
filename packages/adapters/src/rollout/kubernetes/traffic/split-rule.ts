import type { Bypass, WeightTarget } from '@lastgood/domain/rollback/contracts/set-weight';
import type { Observed } from '@lastgood/domain/rollback/effect';
import type { AccessRight } from '../../../kubernetes/access-right.ts';
import type { ApiClient } from '../../../kubernetes/api-client.ts';
import type { PatchOperation } from '../../../kubernetes/operation-note.ts';
import type { ServedMeta } from '../../../kubernetes/served-meta.ts';

/** Where the pods behind a destination are found. */
export interface Destination {
  namespace: string;
  service: string;
  /** Labels of those pods of the Service that are meant; absent: all of them. */
  labels?: Record<string, string>;
}

/** One rule of a route that splits traffic, as it was read. */
export interface SplitRule {
  meta: ServedMeta;
  /** Where it was read, and is written. */
  path: string;
  weights: Record<string, number>;
  /** Of each destination; null where nothing of the cluster is behind it, or nobody can tell what is. */
  destinations: Record<string, Destination | null>;
  accepted: boolean;
  notAccepted?: string | undefined;
  bypasses: Bypass[];
  /** Makes the rule split so, tested against what was read; uid and generation are tested by whoever sends it. */
  patch(weights: Record<string, number>): PatchOperation[];
}

export type RuleAsked = Pick<WeightTarget, 'route' | 'rule'>;

/** A kind of route: what it says of its rules, and how a rule is made to say something else. */
export interface RouteKind {
  kind: string;
  /** What it takes to read the route and to set it, beside the endpoints of its destinations. */
  rights(route: RuleAsked['route']): AccessRight[];
  look(api: ApiClient, asked: RuleAsked, signal: AbortSignal): Promise<Observed<SplitRule>>;
}

interface NamedRule {
  name: string | null;
  destinations: number;
}

/** The rule of that name; without one the only one that splits traffic. Else in words why there is none. */
export function chooseRule<Rule extends NamedRule>(
  rules: readonly Rule[],
  wanted: string | null,
  route: string,
): Rule | { reason: string } {
  const names = rules.map(({ name }) => name ?? '(without a name)').join(', ') || 'none';
  if (wanted !== null) {
    const [found, ...more] = rules.filter(({ name }) => name === wanted);
    if (found && more.length === 0) return found;
    const reason = found ? `${more.length + 1} rules named ${wanted}` : `no rule named ${wanted}`;
    return { reason: `${route} has ${reason}; its rules are ${names}` };
  }
  const splitting = rules.filter(({ destinations }) => destinations > 1);
  const [found, ...more] = splitting.length > 0 ? splitting : rules;
  if (found && more.length === 0) return found;
  return {
    reason: `${route} has ${found ? more.length + 1 : 'no'} rules that split traffic (${names}): name the one that is meant`,
  };
}

/** Which destination a rule names twice, so that its weight could not be told; null when none. */
export function namedTwice(names: readonly string[]): string | null {
  return names.find((name, index) => names.indexOf(name) !== index) ?? null;
}
