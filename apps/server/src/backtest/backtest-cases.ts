import { isForWorkloadOf, type RollbackTrigger, triggerKind } from '@lastgood/domain';
import { type PastLabel, pastLabelOf } from '@lastgood/domain/trial/past-label';
import { acceptDeclared } from '@lastgood/domain/trigger/declared-trigger';
import type { BacktestCase } from '@lastgood/engine';
import type { PastDeploymentRow, TriggeredService } from '@lastgood/store/views/past-deployments';
import type { Static } from 'typebox';
import { refuse } from '../declaration/declaration-faults.ts';
import { lintTriggers } from '../declaration/lint-triggers.ts';
import type { EndpointDependencies } from '../endpoints/endpoint-dependencies.ts';
import { type BacktestInput, longestDays, standardDays } from '../endpoints/triggers/backtest-schema.ts';

export type BacktestAsked = Static<typeof BacktestInput>;

/** A case, and what is told of it. */
export interface LabelledCase extends BacktestCase, PastLabel {
  /** Its watch went on for longer than is judged. */
  isShortened: boolean;
}

export interface BacktestPlan {
  from: number;
  to: number;
  /** Those whose deployments are looked at. */
  services: string[];
  cases: LabelledCase[];
  /** There are more in the time. */
  isCut: boolean;
}

type World = Pick<EndpointDependencies, 'store' | 'metrics' | 'clock' | 'settings'>;

const dayMs = 86_400_000;

/** The longest watch that is judged, in slots; one whose breach outlived its window goes on for days. */
export const mostSlots = 720;

/** What is to be judged, newest first; throws a 422 that names what is wrong with the request. */
export async function planBacktest(world: World, asked: BacktestAsked): Promise<BacktestPlan> {
  const { store, clock, settings } = world;
  const now = clock.now();
  const { from, to } = timeOf(asked, now);
  const chosen = await chooseServices(world, asked);
  const byKey = new Map(chosen.map((one) => [one.service.key, one]));
  const limit = asked.deployments ?? 40;
  const rows = await store.views.pastDeployments({ services: [...byKey.keys()], from, to, limit: limit + 1 });
  const { intervalMs } = settings.judging;
  const cases = rows.slice(0, limit).flatMap((row): LabelledCase[] => {
    const of = byKey.get(row.deployment.service);
    return of ? [caseOf(row, of, { intervalMs, now })] : [];
  });
  return { from, to, services: [...byKey.keys()], cases, isCut: rows.length > limit };
}

function timeOf({ since, until }: BacktestAsked, now: number): { from: number; to: number } {
  const from = since === undefined ? now - standardDays * dayMs : Date.parse(since);
  const to = until === undefined ? now : Math.min(now, Date.parse(until));
  if (from < now - longestDays * dayMs - dayMs)
    refuse([{ path: '/since', message: `is more than ${longestDays} days ago. Give a later instant.` }]);
  if (from >= to)
    refuse([
      until === undefined
        ? { path: '/since', message: 'is not in the past. Give an earlier instant.' }
        : { path: '/until', message: 'is not after since. Give a later instant.' },
    ]);
  return { from, to };
}

/** A service with the one trigger that is tried on it. */
type Chosen = Pick<TriggeredService, 'service'> & { trigger: RollbackTrigger };

async function chooseServices(world: World, asked: BacktestAsked): Promise<Chosen[]> {
  const { trigger, name, set, services } = asked;
  if ((trigger === undefined) === (name === undefined))
    refuse([{ path: '/trigger', message: 'or name is needed, one of both: what is to be tried?' }]);
  if (set !== undefined && !(await world.store.triggerSets.get(set)))
    refuse([{ path: '/set', message: `There is no trigger set ${set}.` }]);
  const found = await world.store.views.triggeredServices({ services, set });
  const keys = new Set<string>(found.map(({ service }) => service.key));
  const missing = (services ?? []).findIndex((key) => !keys.has(key));
  if (missing !== -1)
    refuse([
      {
        path: `/services/${missing}`,
        message: `${services?.[missing]} is not declared${set === undefined ? '' : `, or does not use ${set}`}.`,
      },
    ]);
  return trigger ? tryDeclared(world, asked, trigger, found) : tryNamed(asked, name ?? '', found);
}

async function tryDeclared(
  { metrics }: World,
  { set, services }: BacktestAsked,
  declared: NonNullable<BacktestAsked['trigger']>,
  found: readonly TriggeredService[],
): Promise<Chosen[]> {
  const faults = await lintTriggers([declared], metrics);
  refuse(faults.map(({ path, message }) => ({ path: path.replace('/triggers/0', '/trigger'), message })));
  const trigger = acceptDeclared(declared);
  if (!isAskedOfThePast(trigger)) return refused('/trigger', notOfThePast);
  const chosen = found
    .filter(({ service }) => isForWorkloadOf(trigger, service))
    .filter((one) => (services ? true : set ? !overrides(one, trigger.name) : has(one, trigger.name)))
    .map(({ service }) => ({ service, trigger }));
  if (chosen.length > 0) return chosen;
  const message = set
    ? `No service uses ${set} with this trigger.`
    : `No service has a trigger ${trigger.name}. Say whose deployments it is tried on.`;
  return refused(set && !services ? '/set' : '/services', message);
}

function tryNamed({ services }: BacktestAsked, name: string, found: readonly TriggeredService[]): Chosen[] {
  const lacking = (services ?? []).findIndex((key) =>
    found.some((one) => one.service.key === key && !has(one, name)),
  );
  if (lacking !== -1) return refused(`/services/${lacking}`, `has no trigger ${name} in force.`);
  const chosen = found.flatMap(({ service, triggers }) => {
    const trigger = triggers.find((one) => one.name === name);
    return trigger ? [{ service, trigger }] : [];
  });
  if (chosen.some(({ trigger }) => !isAskedOfThePast(trigger))) return refused('/name', notOfThePast);
  return chosen.length > 0 ? chosen : refused('/name', `No service has a trigger ${name} in force.`);
}

const notOfThePast =
  'asks of alerts, and what was told of them is kept for a while only and as it was told: it cannot be tried on the past. Let it watch with shadow: true instead.';

/** Alerts are no metric: nobody can be asked what they were. */
function isAskedOfThePast(trigger: RollbackTrigger): boolean {
  return triggerKind(trigger).queries(trigger).length > 0;
}

function refused(path: string, message: string): never {
  return refuse([{ path, message }]);
}

function has({ triggers }: TriggeredService, name: string): boolean {
  return triggers.some((one) => one.name === name);
}

/** A trigger of its own, or what it says otherwise of the set's, is in force in place of that of the set. */
function overrides({ service }: TriggeredService, name: string): boolean {
  const { triggers, triggerOverrides } = service;
  return (
    triggers.some((one) => one.name === name) || triggerOverrides.some(({ trigger }) => trigger === name)
  );
}

function caseOf(
  { deployment, takenBack }: PastDeploymentRow,
  { service, trigger }: Chosen,
  { intervalMs, now }: { intervalMs: number; now: number },
): LabelledCase {
  const first = Math.ceil(deployment.startedAt / intervalMs) * intervalMs;
  const end = Math.min(deployment.watchClosedAt ?? now, now);
  const until = Math.min(end, first + mostSlots * intervalMs);
  const count = Math.max(0, Math.ceil((until - first) / intervalMs));
  return {
    ...{ deployment, service, trigger, until, isShortened: until < end },
    slots: Array.from({ length: count }, (_, index) => first + index * intervalMs),
    ...pastLabelOf(deployment, takenBack),
  };
}
