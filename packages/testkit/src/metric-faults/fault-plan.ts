import type { WithoutEvidence } from '@lastgood/domain';
import type { Random } from '../random.ts';
import { dayZero } from '../scenario/builders.ts';

/** Distance of two slots. */
export const slotMs = 15_000;

/** What a source does in place of answering what is asked. */
export const sourceFaults = [
  'refused',
  'silent',
  'slow',
  'flapping',
  'restarting',
  'too-many-requests',
  'failed-with-a-body',
  'failed-query',
  'page',
  'cut-off',
  'error-in-200',
  'partial',
  'empty',
  'no-number',
  'cached',
  'other-tenant',
  'twice',
] as const;

export type SourceFault = (typeof sourceFaults)[number];

/** What happens between the services and the store of Prometheus. */
export const scrapeFaults = [
  'not-written',
  'unreached',
  'relabelled',
  'renamed',
  'cluster-unreached',
] as const;

export type ScrapeFault = (typeof scrapeFaults)[number];

/** What befalls whoever judges a slot. */
export const replicaFaults = [
  /** Nobody judges it. */
  'down',
  /** It dies with the slot claimed. */
  'dies-claimed',
  /** It dies with everything judged. */
  'dies-judged',
  /** It dies when all is committed. */
  'dies-committed',
  /** Its commit did not come through, and it lives on. */
  'commit-lost',
  /** Its commit came through, and the answer to it did not. */
  'reply-lost',
  /** It freezes with everything judged, and goes on some slots later, when another has judged them. */
  'freezes',
  /** Two judge it at once. */
  'raced',
] as const;

export type ReplicaFault = (typeof replicaFaults)[number];

/** From one slot to before another. */
interface Span {
  from: number;
  until: number;
}

export interface FaultPlan {
  source: (Span & { kind: SourceFault })[];
  /** `of`: the pod, or the service, that it befalls; null for all. */
  scrapes: (Span & { kind: ScrapeFault; of: string | null })[];
  replicas: { slot: number; kind: ReplicaFault; slots: number }[];
  /** How wrong the clock of a process is, in the order in which processes are started and their clocks are set. */
  skewsMs: number[];
  withoutEvidence: WithoutEvidence;
}

export const slotAt = (at: number) => Math.floor((at - dayZero) / slotMs);

/** In these a slot is not judged by what is true then. */
const losesSlot: ReadonlySet<ReplicaFault> = new Set([
  ...(['down', 'dies-claimed', 'dies-judged', 'commit-lost', 'freezes'] as const),
]);

/** Whether in this slot anything keeps what is true from being judged, by the plan. `slow` answers are answers. */
export function isBlind(plan: FaultPlan, slot: number): boolean {
  return (
    plan.source.some(({ kind, from, until }) => kind !== 'slow' && slot >= from && slot < until) ||
    plan.replicas.some((one) => losesSlot.has(one.kind) && slot >= one.slot && slot < one.slot + one.slots)
  );
}

/** In about which slots the hold goes through its phases; a plan puts faults there. */
export interface HoldPhases {
  begins: number;
  fires: number;
}

export interface PlanShape {
  slots: number;
  services: readonly string[];
  pods: readonly string[];
  phases: HoldPhases | null;
  /** Whether scrapes may be disturbed, too. */
  scrapes: boolean;
}

export function planFaults(random: Random, shape: PlanShape): FaultPlan {
  const plan: FaultPlan = {
    ...{ source: [], scrapes: [], replicas: [] },
    skewsMs: Array.from({ length: 12 }, () => (random.chance(0.6) ? 0 : whole(random, -45, 45) * 1_000)),
    withoutEvidence: random.pick(['suggest', 'wait']),
  };
  for (let n = random.pick([0, 1, 1, 2, 3]); n > 0; n -= 1) disturbSource(random, shape, plan);
  for (let n = shape.scrapes ? random.pick([0, 1, 1, 2]) : 0; n > 0; n -= 1)
    disturbScrapes(random, shape, plan);
  for (let n = random.pick([0, 1, 2, 4]); n > 0; n -= 1)
    disturbReplica(random, plan, somewhere(random, shape));
  return plan;
}

function disturbSource(random: Random, shape: PlanShape, plan: FaultPlan): void {
  const from = somewhere(random, shape);
  const until = from + random.pick([1, 2, 3, 5, 9, 12, 25]);
  const kind = random.pick(sourceFaults);
  plan.source.push({ kind, from, until });
  // Who is away scrapes nothing either.
  if (kind !== 'restarting') return;
  plan.source.push({ kind: 'refused', from: from - 1, until: from });
  if (shape.scrapes) plan.scrapes.push({ kind: 'not-written', of: null, from: from - 1, until });
}

function disturbScrapes(random: Random, shape: PlanShape, plan: FaultPlan): void {
  const from = somewhere(random, shape);
  const until = from + random.pick([1, 2, 4, 8, 12]);
  const kind = random.pick(scrapeFaults);
  const of = {
    'not-written': null,
    'cluster-unreached': null,
    unreached: random.pick(shape.pods),
    renamed: random.pick(shape.pods),
    relabelled: random.pick(shape.services),
  }[kind];
  plan.scrapes.push({ kind, of, from, until });
}

function disturbReplica(random: Random, plan: FaultPlan, slot: number): void {
  const kind = random.pick(replicaFaults);
  const slots = kind === 'down' ? random.pick([1, 2, 4, 9, 24]) : 1;
  const isFree = !plan.replicas.some((one) => slot < one.slot + one.slots + 4 && one.slot < slot + slots + 4);
  if (isFree) plan.replicas.push({ kind, slot, slots });
}

/** Anywhere, or where a hold begins, is on its way, is about to fire, fires, or has fired. */
function somewhere(random: Random, { slots, phases }: PlanShape): number {
  if (!phases || random.chance(0.3)) return whole(random, 1, slots - 2);
  const { begins, fires } = phases;
  const middle = Math.round((begins + fires) / 2);
  return Math.max(1, random.pick([begins - 1, begins, begins + 1, middle, fires - 1, fires, fires + 1]));
}

function whole(random: Random, low: number, high: number): number {
  return Math.floor(random.between(low, high));
}
