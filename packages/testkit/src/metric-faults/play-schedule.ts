import { setImmediate as afterOthers } from 'node:timers/promises';
import { type Decision, type Deployment, defaultPolicy } from '@lastgood/domain';
import { createInMemoryStore, type InMemoryStore } from '../fakes/in-memory-store.ts';
import { createRandom } from '../random.ts';
import { aBaseline, aDeployment, aService, aSnapshot, dayZero } from '../scenario/builders.ts';
import { createVirtualTime, type VirtualTime } from '../virtual-time.ts';
import { type SourceFault, slotMs } from './fault-plan.ts';
import { lostCommits, type PlantedFault } from './planted-faults.ts';
import { type Replica, startReplica } from './replica.ts';
import { type Schedule, scrapedSince, serviceNames } from './schedule.ts';
import { createScrapedStore, type ScrapeConditions } from './scraped-store.ts';
import { createSimulatedPrometheus, type WireQuery } from './simulated-prometheus.ts';
import { definitionOf } from './watched-triggers.ts';

/** How long after its beginning a slot is judged here. */
export const judgedAfterMs = 300;

/** A decision, and when it was made by the time of the world. */
export interface Made {
  decision: Decision;
  at: number;
}

export interface Played {
  schedule: Schedule;
  made: Made[];
  asked: WireQuery[];
  /** How many readings were judged. */
  judged: number;
}

/** The hash that pods of a service's new version bear, as its cluster would tell it. */
export function hashOf(service: string): string {
  return snapshotOf(service, 'v2').podTemplateHash ?? '';
}

const snapshotOf = (service: string, version: string) => aSnapshot(`registry.example/${service}:${version}`);

/**
 * Plays a schedule: the real monitor and the real adapter, from rendering and batching to reading the bytes of an answer, over a
 * store in memory and a source that evaluates PromQL over what it has scraped. It ends with the first rollback of what is breached.
 */
export async function playSchedule(schedule: Schedule, planted: PlantedFault | null = null): Promise<Played> {
  const { plan, seed, breach } = schedule;
  const time = createVirtualTime(dayZero);
  const store = createInMemoryStore({ now: time.now, notifiers: [{ name: 'hook', hears: 'people' }] });
  await declare(store, schedule);
  const random = createRandom(seed + 1_000_000);
  const scraped = createScrapedStore(schedule.stories, scrapedSince, conditionsOf(schedule));
  let slot = 0;
  const client = createSimulatedPrometheus({
    ...{ store: scraped.store, clock: time.clock, chance: random.next },
    fault: () => faultIn(schedule, slot),
    isLeft: (pod) => pod.endsWith('-0'),
  });
  const lost = lostCommits(planted);
  let ids = 0;
  let processes = 0;
  const world = { time, store, client, planted, lost, newId: () => `id-${++ids}` };
  const start = (): Replica => {
    processes += 1;
    const process = processes;
    return startReplica(world, `process-${process}`, (at) => skewOf(plan, process, at));
  };
  const play = { time, start, replica: start() };
  const made: Made[] = [];
  for (; slot < schedule.slots; slot += 1) {
    await time.runUntil(dayZero + slot * slotMs + judgedAfterMs);
    scraped.scrapeUntil(time.now());
    await takeSlot(play, schedule, slot);
    for (const decision of store.world.decisions.slice(made.length)) made.push({ decision, at: time.now() });
    if (made.some(({ decision }) => breach && isRollbackOf(decision, breach.service))) break;
  }
  return { schedule, made, asked: client.log, judged: store.world.readings.length };
}

/** Set in the middle of each slot, so that a clock that was right when a slot began is wrong at the next. */
function skewOf({ skewsMs }: Schedule['plan'], process: number, at: number): number {
  const set = Math.floor((at - dayZero) / slotMs + 0.5);
  return skewsMs[(process + set) % skewsMs.length] ?? 0;
}

export function isRollbackOf({ verdict, service }: Decision, name: string): boolean {
  return verdict === 'roll_back' && service.endsWith(`/${name}`);
}

interface Play {
  time: VirtualTime;
  start: () => Replica;
  replica: Replica;
  frozen?: { replica: Replica; ticking: Promise<void>; until: number } | undefined;
}

async function takeSlot(play: Play, { plan }: Schedule, slot: number): Promise<void> {
  const found = plan.replicas.find((one) => slot >= one.slot && slot < one.slot + one.slots);
  const kind = found?.kind ?? null;
  if (kind === 'down') {
    if (slot === (found?.slot ?? 0) + (found?.slots ?? 0) - 1) play.replica = play.start();
    return;
  }
  if (kind === 'freezes') {
    const replica = play.replica;
    const ticking = replica.tick(kind).catch(() => {});
    await settle();
    play.frozen = { replica, ticking, until: slot + 2 };
    play.replica = play.start();
    return;
  }
  const others = kind === 'raced' ? [play.start()] : [];
  await Promise.all(
    [play.replica, ...others].map((one) =>
      finish(
        play.time,
        one.tick(kind).catch(() => {}),
      ),
    ),
  );
  if (kind?.startsWith('dies')) play.replica = play.start();
  if (kind === 'raced') play.replica = others[0] ?? play.replica;
  if (play.frozen && slot >= play.frozen.until) {
    play.frozen.replica.thaw();
    await finish(play.time, play.frozen.ticking);
    play.frozen = undefined;
  }
}

/** Lets time pass only where somebody waits for it. */
async function finish(time: VirtualTime, ticking: Promise<void>): Promise<void> {
  let isOver = false;
  void ticking.then(() => {
    isOver = true;
  });
  for (let waited = 0; waited < 60; waited += 1) {
    for (let turn = 0; turn < 20 && !isOver; turn += 1) await afterOthers();
    if (isOver) return;
    await time.pass(500);
  }
  throw new Error('a slot was never over');
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await afterOthers();
}

/** The last that was planned wins, so that one that answers between two others is seldom lost. */
function faultIn({ plan }: Schedule, slot: number): SourceFault | null {
  return plan.source.findLast(({ from, until }) => slot >= from && slot < until)?.kind ?? null;
}

function conditionsOf({ plan }: Schedule): ScrapeConditions {
  const befalls = (kind: string, of: string | null, at: number) =>
    plan.scrapes.some((one) => {
      const isNow = at >= dayZero + one.from * slotMs && at < dayZero + one.until * slotMs;
      return one.kind === kind && (one.of === null || one.of === of) && isNow;
    });
  return {
    isWritten: (at) => !befalls('not-written', null, at),
    isReached: (pod, at) =>
      pod === 'kube-state-metrics' ? !befalls('cluster-unreached', null, at) : !befalls('unreached', pod, at),
    isRelabelled: (service, at) => befalls('relabelled', service, at),
    instanceOf: (pod, at) => (befalls('renamed', pod, at) ? `${pod}:8081` : `${pod}:8080`),
  };
}

async function declare(store: InMemoryStore, { triggers, plan }: Schedule): Promise<void> {
  for (const name of serviceNames) {
    const service = aService({
      name,
      triggers: triggers.map(definitionOf),
      policy: { ...defaultPolicy, withoutEvidence: plan.withoutEvidence },
    });
    await store.services.apply(service, 'test', dayZero);
    const target = { kind: 'Deployment', name } as const;
    const [before, after] = [snapshotOf(name, 'v1'), snapshotOf(name, 'v2')];
    const of: Partial<Deployment> = { service: service.key };
    const baseline = aBaseline({
      ...of,
      id: `${name}-1`,
      changes: [{ kind: 'workload', target, before: null, after: before }],
    });
    const release = aDeployment({
      ...of,
      ...{
        id: `${name}-2`,
        previousDeploymentId: baseline.id,
        changes: [{ kind: 'workload', target, before, after }],
      },
    });
    await store.deployments.commit({ newDeployments: [baseline] });
    await store.deployments.commit({ newDeployments: [release] });
  }
}
