import {
  advanceTrigger,
  brakedOverMs,
  type Decision,
  type DependencyEvidence,
  defaultBrakes,
  defaultPolicy,
  foresee,
  initialTriggerState,
  type LookedBack,
  type Reading,
  type RollbackTrigger,
  type TriggerState,
  type Watched,
} from '@lastgood/domain';
import {
  aBaseline,
  aDeployment,
  aService,
  aTrigger,
  dayZero,
  minute,
} from '@lastgood/testkit/scenario/builders';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Advanced, guarded, judgeSlot, slotCommit } from './judge-slot.ts';

/* What is foreseen is what the monitor does, if every answer stays as it is and nothing new becomes known. */

const intervalMs = 15_000;
const rules = { intervalMs, outageToleranceMs: 5 * minute };
const pace = { intervalMs, standingMs: minute };
const horizon = 40;

const breach: Reading = { kind: 'value', value: 1 };
const healthy: Reading = { kind: 'value', value: 0 };

const triggers = fc.record({
  forMs: fc.constantFrom(0, 10_000, 30_000, 45_000, 2 * minute),
  severity: fc.constantFrom('auto_rollback', 'auto_rollback', 'page_and_suggest', 'log_only' as const),
  shadow: fc.constantFrom(false, false, false, true),
  /** What it answered before, newest last; it goes on answering the last. */
  answers: fc.array(fc.constantFrom<Reading>(breach, breach, healthy, { kind: 'no-data' }), {
    minLength: 1,
    maxLength: 8,
  }),
});

const dependencies: fc.Arbitrary<DependencyEvidence> = fc.record({
  service: fc.constantFrom('main/shop/search', 'main/shop/edge'),
  release: fc.constant(4),
  trigger: fc.constant('errors'),
  startedAt: fc.constant(dayZero),
  watchClosedAt: fc.constantFrom(null, null, dayZero + minute),
  stands: fc.constantFrom('breaches', 'quiet', 'unreadable' as const),
  reason: fc.constant(null),
  readAt: fc.constantFrom(null, dayZero, dayZero + 8 * intervalMs),
});

const services = fc.record({
  triggers: fc.array(triggers, { minLength: 1, maxLength: 3 }),
  dependencies: fc.oneof(
    { weight: 3, arbitrary: fc.constant<DependencyEvidence[]>([]) },
    fc.array(dependencies, { maxLength: 2 }),
  ),
  /** How long before day zero the last attempt ended; null for none. */
  attempt: fc.constantFrom(null, null, 0, 2 * minute, 10 * minute),
  isRollback: fc.constantFrom(false, false, false, true),
  hasTarget: fc.constantFrom(true, true, true, false),
  watchOver: fc.constantFrom(false, false, false, true),
  policy: fc.record({
    withoutEvidence: fc.constantFrom('suggest', 'act', 'wait' as const),
    evidenceWaitSlots: fc.integer({ min: 0, max: 3 }),
    afterWatch: fc.constantFrom('suggest', 'roll_back' as const),
  }),
});

const worlds = fc.record({
  services: fc.array(services, { minLength: 1, maxLength: 6 }),
  /** Of each automatic rollback of the last hour, in how many slots from the last one it is an hour old; 0.5 is half a slot. */
  countedFor: fc.oneof(
    fc.constant<number[]>([]),
    fc.array(fc.constantFrom<number>(0.5, 1, 2, 2.5, 7, 12, 20, 300), { minLength: 4, maxLength: 6 }),
  ),
});

type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never;

const lastSlot = dayZero + 8 * intervalMs;

const automaticIn = ({ countedFor }: World): number[] =>
  countedFor.map((slots) => lastSlot + slots * intervalMs - brakedOverMs);

/** Health before the deployments started: what nobody has looked at yet is taken for it. */
const lookedBack: LookedBack = { reading: healthy, samples: null, memory: breach };

function build({ services: all }: World): { watched: Watched[]; now: number } {
  // All stand at the slot that was judged last.
  const last = lastSlot;
  const watched = all.map((one, index): Watched => {
    const service = aService({
      name: `s${index}`,
      dependencies: one.dependencies.map(({ service }) => service),
      policy: { ...defaultPolicy, ...one.policy },
    });
    return {
      deployment: aDeployment({
        id: `d${index}`,
        service: service.key,
        ...(one.isRollback
          ? { origin: 'rollback', status: 'completed', completedAt: dayZero, watchEndsAt: last }
          : {}),
        ...(one.watchOver
          ? { status: 'completed', completedAt: dayZero, watchEndsAt: last, watchClosedAt: last }
          : {}),
      }),
      service,
      triggers: one.triggers.map(({ answers, ...over }, at) => {
        const trigger = aTrigger({ ...over, name: `t${at}`, threshold: 0.5, query: `q${at}` });
        const states = answers.reduce<TriggerState | null>(
          (before, reading, n) =>
            advance(trigger, before, reading, last - (answers.length - 1 - n) * intervalMs),
          null,
        );
        return { trigger, state: states };
      }),
      lastAttemptAt: one.attempt === null ? null : dayZero - one.attempt,
      activeRunId: null,
      isTakenBack: false,
      lastKnownGood: one.hasTarget ? aBaseline({ service: service.key }) : null,
      between: [],
      lastDecision: null,
      acknowledgement: null,
      dependencyEvidence: one.dependencies,
    };
  });
  return { watched, now: last + 3_000 };
}

function advance(trigger: RollbackTrigger, before: TriggerState | null, reading: Reading, slot: number) {
  const frame = { samples: null, rules, counts: true, settling: false };
  return advanceTrigger({ trigger, before, reading, slot, ...frame }).state;
}

/** The monitor's own judgement, slot after slot; what was said of each deployment until it is rolled back. */
function play(world: World): { said: Map<string, Decision[]>; standing: Watched[]; now: number } {
  const built = build(world);
  const said = new Map(built.watched.map(({ deployment }): [string, Decision[]] => [deployment.id, []]));
  let watched = built.watched;
  const automaticAt = automaticIn(world);
  for (let n = 1; n <= horizon; n += 1) {
    const slot = dayZero + (8 + n) * intervalMs;
    watched = watched.map((one) => ({ ...one, dependencyEvidence: readOn(one.dependencyEvidence, slot) }));
    const advanced = watched.flatMap((one) =>
      one.triggers.map(({ trigger, state }): Advanced => {
        const reading = state?.reading ?? healthy;
        const given = {
          definition: { trigger, rules },
          samples: null,
          counts: true,
          settling: false,
        };
        const due = { watched: one, trigger, parts: [], samples: null };
        return { due, reading, given, state: advance(trigger, state, reading, slot), events: [] };
      }),
    );
    const judgement = guarded(
      judgeSlot(watched, advanced, slot, () => ''),
      () => lookedBack,
      { slot, ...pace },
    );
    // Ids tell decisions apart for the brakes.
    for (const [at, one] of judgement.judged.entries()) one.decision.id = String(at);
    const commit = slotCommit(judgement, [], {
      ...{ slot, ...rules, now: slot + 300, lateMs: 300, newId: () => `r${slot}`, brakes: defaultBrakes },
      ...{ standingMs: pace.standingMs, asked: () => [] },
      fleet: {
        automaticInLastHour: automaticAt.filter((at) => at > slot - brakedOverMs).length,
        trippedInSlot: 0,
      },
    });
    automaticAt.push(...(commit.newRuns ?? []).map(({ createdAt }) => createdAt));
    const stored = new Map((commit.decisions ?? []).map((one) => [one.deploymentId, one]));
    const told = new Set(
      (commit.events ?? []).flatMap((one) => (one.type === 'decision.made' ? [one.deploymentId] : [])),
    );
    watched = watched.flatMap((one) => {
      const decision = stored.get(one.deployment.id);
      if (decision && told.has(one.deployment.id)) said.get(one.deployment.id)?.push(decision);
      if (decision?.verdict === 'roll_back') return [];
      const triggers = one.triggers.map(({ trigger }) => {
        const judged = advanced.find(({ due }) => due.watched === one && due.trigger === trigger);
        return { trigger, state: judged?.state ?? initialTriggerState };
      });
      return [{ ...one, triggers, lastDecision: decision ?? one.lastDecision }];
    });
  }
  return { said, standing: built.watched, now: built.now };
}

/** What was read in time goes on to be read. */
function readOn(evidence: readonly DependencyEvidence[], slot: number): DependencyEvidence[] {
  return evidence.map((one) =>
    one.readAt !== null && slot - one.readAt <= 2 * intervalMs ? { ...one, readAt: slot } : one,
  );
}

/** The sentence is what a notification says. */
const worded = ({ slot, verdict, trigger, restraints, sentence }: Decision) => ({
  ...{ slot, verdict, trigger, restraints, sentence },
});

/** Rolled back once the limit of an hour, and nothing else, held it back no more. */
const isReleased = ({ verdict }: Decision, before: Decision | undefined) =>
  verdict === 'roll_back' &&
  before?.restraints.length === 1 &&
  / an hour is reached/.test(before.restraints[0] ?? '');

test('what is foreseen is decided, in that slot, of that trigger, with those restraints', () => {
  let [acts, released] = [0, 0];
  fc.assert(
    fc.property(worlds, (world) => {
      const { said, standing, now } = play(world);
      const foreseen = foresee(standing, {
        now,
        ...rules,
        ...pace,
        brakes: defaultBrakes,
        automaticAt: automaticIn(world),
      });
      const until = dayZero + (8 + horizon) * intervalMs;
      for (const [id, decisions] of said) {
        const news = (foreseen.get(id)?.news ?? []).filter(({ slot }) => slot <= until);
        expect(news.map(worded)).toEqual(decisions.map(worded));
        acts += decisions.length;
        released += decisions.filter((one, at) => isReleased(one, decisions[at - 1])).length;
      }
    }),
    { numRuns: 1_000, seed: 20_261_129 },
  );
  expect(acts).toBeGreaterThan(1_000);
  expect(released).toBeGreaterThan(20);
});
