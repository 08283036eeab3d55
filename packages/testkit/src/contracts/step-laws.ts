import { contractOf, releaseRef, type StepKind, type StepOutcome } from '@lastgood/domain';
import { type Applied, applyStep } from '@lastgood/engine';
import { createInMemoryHttpProbe } from '../fakes/in-memory-http-probe.ts';
import { createInMemoryMetricSource } from '../fakes/in-memory-metric-source.ts';
import type { EffectFault } from '../fakes/step-world/receivers.ts';
import type { AnyStepCase } from '../fakes/step-world/step-case.ts';
import { createRandom, type Random } from '../random.ts';
import { aBaseline, aDeployment, aRun, aService, aStep, dayZero } from '../scenario/builders.ts';

/** Opens the same world for the same random numbers. */
export type OpenCase = (random: Random) => AnyStepCase;

/** What every kind of step promises. Each law opens a fresh world, and says in words how it was broken. */
const laws: Record<string, (open: () => AnyStepCase, random: Random) => Promise<string[]>> = {
  'apply twice is apply once': async (open) => {
    const one = open();
    const driver = takeStep(one);
    const first = await driver.drive();
    const { picture, accepted } = snapshot(one);
    const broken = [...mustBe('applied', first), ...mustHave(one.effects, accepted)];
    broken.push(...mustBe('applied', await driver.drive()), ...mustEqual(picture, accepted, one));
    const peer = takeStep(one, { epoch: 2 });
    broken.push(...mustBe('applied', await peer.drive()), ...mustEqual(picture, accepted, one));
    return broken;
  },
  'another run with the same target changes nothing': async (open) => {
    const one = open();
    if (one.step.kind === 'notify') return [];
    await takeStep(one).drive();
    const { picture, accepted } = snapshot(one);
    const again = await takeStep(one, { run: 'r2' }).drive();
    return [...mustBe('applied', again), ...mustEqual(picture, accepted, one)];
  },
  'a lost reply, then applied again, is once': async (open, random) => {
    const one = open();
    const faults = ['lost-reply', 'lost-request', 'unreachable', 'too-many-requests'] as const;
    one.world.failNext('lost-reply');
    for (let n = random.pick([0, 1, 2]); n > 0; n -= 1) one.world.failNext(random.pick<EffectFault>(faults));
    one.world.receivers.unreachableFor = random.pick([0, 0, 1, 3]);
    const outcome = await takeStep(one).drive();
    return [...mustBe('applied', outcome), ...mustHave(one.effects, one.world.accepted())];
  },
  'two holders at once send one effect': async (open, random) => {
    const one = open();
    const [old, young] = [takeStep(one, { epoch: 1 }), takeStep(one, { epoch: 2 })];
    if (random.chance(0.5)) one.world.failNext('lost-reply');
    await Promise.all(
      random.chance(0.5) ? [old.attempt(), young.attempt()] : [young.attempt(), old.attempt()],
    );
    const outcome = await young.drive();
    return [...mustBe('applied', outcome), ...mustHave(one.effects, one.world.accepted())];
  },
  'a change from outside is refused with the reason, and left alone': async (open) => {
    const one = open();
    const { meddle } = one;
    if (!meddle) return [];
    meddle.act();
    const { picture, accepted } = snapshot(one);
    const outcome = await takeStep(one).drive({ settling: false });
    return [...mustBe('failed', outcome, meddle.words), ...mustEqual(picture, accepted, one)];
  },
  'a change from outside between the look and the write is refused by the outside': async (open) => {
    const one = open();
    const { meddle, world } = one;
    if (!meddle || meddle.unfenced || one.effects === 0) return [];
    let then = snapshot(one);
    world.receivers.beforeNextEffect = () => {
      meddle.act();
      then = snapshot(one);
    };
    const outcome = await takeStep(one).drive({ settling: false });
    return [...mustBe('failed', outcome), ...mustEqual(then.picture, then.accepted, one)];
  },
  'whoever lost the lease sends nothing': async (open) => {
    const one = open();
    const { picture, accepted } = snapshot(one);
    await takeStep(one, { lost: () => true }).attempt();
    return one.step.kind === 'notify' ? [] : mustEqual(picture, accepted, one);
  },
};

export const stepLaws = Object.keys(laws);

/** Every law in one generated world; empty when all hold. */
export async function brokenLaws(kind: StepKind, open: OpenCase, seed: number): Promise<string[]> {
  const broken: string[] = [];
  for (const [law, holds] of Object.entries(laws)) {
    const said = await holds(() => open(createRandom(seed)), createRandom(seed * 31 + 7));
    broken.push(...said.map((what) => `${kind}, seed ${seed}, "${law}": ${what}`));
  }
  return broken;
}

interface DriveOptions {
  run?: string;
  epoch?: number;
  lost?: () => boolean;
}

/** A worker on the one step of a world, with time that passes only while it waits. */
function takeStep(one: AnyStepCase, { run = 'r1', epoch = 1, lost = () => false }: DriveOptions = {}) {
  const { world, step } = one;
  const never = new AbortController().signal;
  let now = dayZero;
  const clock = { now: () => now, sleep: async () => {} };
  const deps = {
    ports: world.ports,
    metrics: createInMemoryMetricSource(),
    probe: one.probe ?? createInMemoryHttpProbe(),
    clock,
  };
  const planned = { ...aStep().planned, step, limits: contractOf(step).limits };
  const row = aStep({ planned, status: 'started', startedAt: now, attempts: 1 });
  const [deployment, target] = [aDeployment(), aBaseline()];
  const ref = releaseRef(target);
  const plan = {
    service: 'main/shop/web',
    strategy: 'rolling',
    from: ref,
    target: ref,
    steps: [planned],
    warnings: [],
  };
  const context = {
    lease: { runId: run, epoch, replica: `replica-${epoch}`, leaseMs: 2_000 },
    run: aRun({ id: run, status: 'running', plan }),
    steps: [row],
    checks: [] as NonNullable<Applied['checks']>,
    service: aService(one.service),
    deployment,
    target,
    isRecorded: false,
    takenOverFrom: null,
    unattendedMs: 0,
  };

  /** What the worker commits beside the outcome. */
  function record({ checks, notifications }: Applied): void {
    if (checks) context.checks = checks;
    for (const message of notifications ?? [])
      if (!world.messages.has(message.key)) world.messages.set(message.key, message);
  }

  const attempt = async (): Promise<StepOutcome> => {
    const applied = await applyStep(deps, context, row, { signal: never, lost });
    record(applied);
    return applied.outcome;
  };
  return {
    attempt,
    /** Attempts until it is over; what was set going ends while it waits. */
    async drive({ settling = true } = {}): Promise<StepOutcome> {
      let outcome = await attempt();
      for (let n = 0; n < 40 && outcome.kind === 'waiting'; n += 1) {
        now = Math.max(now + 1, outcome.until);
        if (settling) world.settle();
        outcome = await attempt();
      }
      return outcome;
    },
  };
}

function snapshot({ world }: AnyStepCase) {
  return { picture: world.picture(), accepted: world.accepted() };
}

function mustBe(kind: StepOutcome['kind'], outcome: StepOutcome, words?: RegExp): string[] {
  if (outcome.kind !== kind) return [`it is ${JSON.stringify(outcome)} instead of ${kind}`];
  if (outcome.kind !== 'failed') return [];
  const said = [];
  if (words && !words.test(outcome.reason)) said.push(`its reason is "${outcome.reason}", not ${words}`);
  if (outcome.reason === '' || outcome.advice === '') said.push('a refusal without a reason or an advice');
  return said;
}

function mustHave(effects: number, accepted: number): string[] {
  return accepted === effects ? [] : [`the outside took ${accepted} effects instead of ${effects}`];
}

function mustEqual(picture: string, accepted: number, { world }: AnyStepCase): string[] {
  const said = mustHave(accepted, world.accepted());
  if (world.picture() !== picture) said.push(`the world became ${world.picture()}, it was ${picture}`);
  return said;
}
