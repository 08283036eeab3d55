import { Type } from 'typebox';
import { Count, MapOf, Name } from '../../bounds.ts';
import type { Change } from '../../deployment/deployment.ts';
import type { Service } from '../../service/service.ts';
import type { ObjectTarget } from '../contracts/step-contract.ts';
import { type ChangeOf, changesOf } from './change-schemas.ts';

/** Destination to weight, in the route's own scale. */
const weights = MapOf(Count(0, 1_000_000), 32, { description: 'Destination to weight.' });
const side = Type.Union([Name({ description: 'The slot that is selected.' }), weights]);

/**
 * How a change of traffic is registered: a Service with the key of its selector and the slot it selects, or a rule of a route
 * with its weights. Blue-green describes it for all ways, for a kind of change is described once. Without a cluster and a namespace it is in those of the service.
 */
export const trafficChange = {
  kind: 'traffic',
  target: Type.Object(
    {
      cluster: Type.Optional(Name()),
      namespace: Type.Optional(Name()),
      kind: Name({ description: 'Service, VirtualService, HTTPRoute, Ingress, or what a router calls it' }),
      name: Name(),
      key: Type.Optional(Name({ description: 'Of a Service: the key of its selector' })),
      rule: Type.Optional(
        Type.Union([Name({ description: 'Of a route: the rule, where several split traffic' }), Type.Null()]),
      ),
    },
    { additionalProperties: false },
  ),
  before: side,
  after: side,
} as const;

export type TrafficChange = ChangeOf<typeof trafficChange>;

/** Of a Service whose selector was switched. */
export interface SelectorChange {
  change: TrafficChange;
  service: ObjectTarget;
  key: string;
  before: string | null;
  after: string | null;
}

/** Of a rule whose weights were set. */
export interface WeightChange {
  change: TrafficChange;
  route: ObjectTarget;
  rule: string | null;
  before: Record<string, number> | null;
  after: Record<string, number> | null;
}

type Place = Pick<Service, 'cluster' | 'namespace'>;

/** Where it is, by the service it belongs to. */
export function objectIn(
  { cluster, namespace }: Place,
  named: { cluster?: string; namespace?: string; kind: string; name: string },
): ObjectTarget {
  const { kind, name } = named;
  return { cluster: named.cluster ?? cluster, namespace: named.namespace ?? namespace, kind, name };
}

export function selectorChanges(changes: readonly Change[], place: Place): SelectorChange[] {
  return changesOf(trafficChange, changes).flatMap((change) => {
    const { target, before, after } = change;
    const isSlot = (one: unknown) => one === null || typeof one === 'string';
    if (target.key === undefined || !isSlot(before) || !isSlot(after)) return [];
    const { key } = target;
    const sides = { before: before as string | null, after: after as string | null };
    return [{ change, service: objectIn(place, target), key, ...sides }];
  });
}

export function weightChanges(changes: readonly Change[], place: Place): WeightChange[] {
  return changesOf(trafficChange, changes).flatMap((change) => {
    const { target, before, after } = change;
    if (target.key !== undefined || typeof before === 'string' || typeof after === 'string') return [];
    return [{ change, route: objectIn(place, target), rule: target.rule ?? null, before, after }];
  });
}

export function isSameObject(one: ObjectTarget, other: ObjectTarget): boolean {
  return (
    one.cluster === other.cluster &&
    one.namespace === other.namespace &&
    one.kind === other.kind &&
    one.name === other.name
  );
}

/** One rule of one route. Where either names none, it is the only one that splits traffic, for routers take nothing else. */
export function isSameRule(
  one: { route: ObjectTarget; rule: string | null },
  other: { route: ObjectTarget; rule: string | null },
): boolean {
  if (!isSameObject(one.route, other.route)) return false;
  return one.rule === null || other.rule === null || one.rule === other.rule;
}
