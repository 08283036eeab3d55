import type { PartQuestion } from '../part.ts';
import type { TriggerFrame } from '../trigger-frame.ts';
import { alert } from './alert/alert.ts';
import { burnRate } from './burn-rate/burn-rate.ts';
import { comparison } from './comparison/comparison.ts';
import { threshold } from './threshold/threshold.ts';
import type { TriggerKind } from './trigger-kind.ts';

/** Every kind of trigger: a kind is its folder and its line here. The first is what a declaration without a kind means. */
export const triggerKinds = [threshold, burnRate, comparison, alert] as const;

/** A trigger of whatever kind. */
export type TriggerOfKind = Parameters<(typeof triggerKinds)[number]['judge']>[0];

export type TriggerKindName = NonNullable<TriggerOfKind['kind']>;

/** What a team declares of a trigger beside what every one has. */
export type DeclaredOfKind = Parameters<(typeof triggerKinds)[number]['accept']>[0];

/** What one without a kind is of: of what was stored before there were kinds, and declared without one. */
export const plainKind = 'threshold' satisfies TriggerKindName;

/** Throws for a kind that this version does not know. */
export function triggerKind({ kind = plainKind }: Pick<TriggerOfKind, 'kind'>): AnyKind {
  const found = byName.get(kind);
  if (!found) throw new Error(`There is no kind of trigger ${kind}.`);
  return found as unknown as AnyKind;
}

const byName: ReadonlyMap<string, (typeof triggerKinds)[number]> = new Map(
  triggerKinds.map((one) => [one.kind, one]),
);

/** A kind is given its own triggers only. */
type AnyKind = TriggerKind<TriggerOfKind & TriggerFrame, DeclaredOfKind, PartQuestion>;
