import { type Deployment, defaultPolicy, isGoodTarget, noContracts } from '@lastgood/domain';
import { registerDeployment, reportStatus, takeBaseline } from '@lastgood/engine';
import { fakeTemplateDigest } from '../fakes/fake-template.ts';
import { aService, aTrigger, dayZero, imageOf, minute, webWorkload } from '../scenario/builders.ts';
import { createTestEngine, monitorSettings, type TestEngine } from '../scenario/test-engine.ts';
import {
  generateHistory,
  type History,
  type PipelineAct,
  stepMs,
  type Watch,
  type WorldAct,
} from './history.ts';
import { isBreachHidden, type PlantedBelief, plantBelief } from './planted-beliefs.ts';
import { type Moment, wrongCalledGood } from './truth.ts';

const serviceWatched = ({ windowMs, forMs }: Watch) =>
  aService({
    triggers: [aTrigger({ forMs })],
    policy: {
      ...defaultPolicy,
      ...{
        watchWindowMs: windowMs,
        cooldownMs: 20_000,
        stableTimeoutMs: 60_000,
        maxInProgressMs: 4 * minute,
      },
    },
  });

/** What came of a history. */
export interface Played {
  seed: number;
  /** Releases that were called good and had no right to it. */
  violations: string[];
  /** The newest row of every release. */
  deployments: Deployment[];
  runs: number;
}

/** Plays a history against the real engine over a store in memory, and judges whatever it calls good by what was true. */
export async function playHistory(seed: number, planted: PlantedBelief | null = null): Promise<Played> {
  const history = generateHistory(seed);
  const engine = createTestEngine();
  plantBelief(engine, planted);
  const play: Play = {
    ...{ history, engine, planted, server: startServer(engine) },
    ...{ moments: [], deployedAt: new Map(), registered: null },
  };
  begin(play);
  const violations: string[] = [];
  const judged = new Set<string>();
  for (let step = 0; step < history.steps; step += 1) {
    await takeStep(play, step);
    for (const { deployment } of engine.store.world.deployments.values()) {
      if (judged.has(deployment.id) || !isGoodTarget(deployment)) continue;
      judged.add(deployment.id);
      const wrong = wrongCalledGood(deployment, play.moments, history.watch);
      if (wrong) violations.push(`release ${deployment.release} is ${deployment.proof}: ${wrong}`);
    }
    await engine.time.pass(stepMs);
  }
  const deployments = [...engine.store.world.deployments.values()].map(({ deployment }) => deployment);
  return { seed, violations, deployments, runs: engine.runs().length };
}

/** What lives in one process and is gone with it. */
type Server = ReturnType<typeof startServer>;

function startServer(engine: TestEngine) {
  const [follower, monitor] = [engine.createLooker(), engine.createTicker('one')];
  return { follower, monitor, worker: engine.createWorker('one') };
}

interface Play {
  history: History;
  engine: TestEngine;
  planted: PlantedBelief | null;
  server: Server;
  moments: Moment[];
  /** Version to the step it was last deployed in. */
  deployedAt: Map<string, number>;
  /** Id of the deployment that the pipeline registered last. */
  registered: string | null;
}

const workload = ({ engine }: Play) => engine.rollout.cluster.at(webWorkload);

function begin(play: Play): void {
  const { cluster } = play.engine.rollout;
  cluster.create(webWorkload, { app: imageOf('v1') });
  const { begins } = play.history;
  if (begins === 'stuck-beside-serving') cluster.deploy(webWorkload, { app: imageOf('v2') }, { hold: true });
  if (begins === 'at-zero') workload(play).replicas = 0;
  if (begins === 'not-ready') workload(play).ready = 0;
}

/** The world moves, what is true is written down, then everybody who is there does what they do. */
async function takeStep(play: Play, step: number): Promise<void> {
  const { history, engine } = play;
  const isAway = (of: string) =>
    history.outages.some((one) => one.of === of && one.from <= step && step < one.until);
  for (const { act } of history.world.filter(({ at }) => at === step)) moveWorld(play, act, step);
  if (isAway('server') || history.restarts.includes(step)) {
    play.server.follower.stop();
    play.server = startServer(engine);
  }
  if (!isAway('server') && engine.runs().length > 0) await play.server.worker.work(engine.forever);
  const isErring = errs(play, step);
  play.moments.push(momentOf(play, isErring, !isAway('server') && !isAway('source')));
  if (isAway('server')) return;
  engine.metrics.setDown(isAway('source') ? 'refused' : null);
  engine.metrics.answer((_question, at) => {
    const isNow = at > engine.time.now() - 20_000;
    const isSaid = isErring && isNow && !isBreachHidden(engine, play.planted);
    return { kind: 'value', value: isSaid ? 0.5 : 0 };
  });
  await actAsServer(play, step, isAway('cluster'));
}

async function actAsServer(play: Play, step: number, clusterIsAway: boolean): Promise<void> {
  const { history, engine } = play;
  const { rollout } = engine;
  const { read } = rollout;
  const { observe } = rollout.watch;
  if (clusterIsAway) {
    rollout.read = async () => ({ kind: 'unreachable', reason: 'refused' });
    rollout.watch.observe = () => ({ kind: 'unreachable', reason: 'not in sync' });
  }
  if (step >= history.declaredAt && engine.store.world.services.size === 0) {
    const service = serviceWatched(history.watch);
    await engine.store.services.apply(service, 'test', engine.time.now());
    await takeBaseline(depsOf(play), service.key, engine.forever);
  }
  for (const { act } of history.pipeline.filter(({ at }) => at === step)) await speak(play, act);
  const { follower, monitor } = play.server;
  await follower.follow(engine.forever);
  const now = engine.time.now();
  if ((now - dayZero) % monitorSettings.intervalMs === 0) await monitor.tick(now, engine.forever);
  rollout.read = read;
  rollout.watch.observe = observe;
}

function depsOf({ engine }: Play) {
  const { store, rollout, time, newId } = engine;
  const ports = { rollout, workloads: rollout.workloads };
  return { deployments: store.deployments, ports, clock: time.clock, newId, deadlineMs: 2_000 };
}

function moveWorld(play: Play, act: WorldAct, step: number): void {
  const { cluster } = play.engine.rollout;
  switch (act.kind) {
    case 'deploy':
      play.deployedAt.set(act.version, step);
      cluster.deploy(webWorkload, { app: imageOf(act.version) }, { hold: !act.settles });
      return;
    case 'settle':
      if (play.engine.image() === imageOf(act.version)) cluster.settle(webWorkload);
      return;
    case 'scale':
      workload(play).replicas = act.replicas;
      return;
    case 'ready':
      workload(play).ready = act.ready;
  }
}

async function speak(play: Play, act: PipelineAct): Promise<void> {
  const { engine } = play;
  if (act.kind === 'register') {
    const { version } = act;
    const images = { app: imageOf(version) };
    const about = {
      service: aService().key,
      idempotencyKey: null,
      commit: 'abc',
      author: null,
      pipelineUrl: null,
    };
    const registration = { ...about, version, images, changes: [], contracts: noContracts };
    const result = await registerDeployment(depsOf(play), registration, engine.forever);
    play.registered = result.kind === 'registered' ? result.deployment.id : null;
  } else if (play.registered !== null) {
    const report = { id: play.registered, status: act.status, detail: null };
    const result = await reportStatus(depsOf(play), report, engine.forever);
    if (play.planted === 'claim-is-completion' && act.status === 'completed' && result.kind === 'recorded')
      await believeClaim(play, result.deployment);
  }
}

async function believeClaim(play: Play, { id, completedAt }: Deployment): Promise<void> {
  if (completedAt !== null) return;
  const now = play.engine.time.now();
  const watchEndsAt = now + play.history.watch.windowMs;
  await play.engine.commit({ deployments: [{ id, status: 'completed', completedAt: now, watchEndsAt }] });
}

function momentOf(play: Play, isErring: boolean, isSeen: boolean): Moment {
  const { replicas, ready, served, template } = workload(play);
  const pods = Math.min(replicas, ready ?? replicas);
  return {
    at: play.engine.time.now(),
    serves: pods > 0 ? fakeTemplateDigest(served) : null,
    isComplete: replicas > 0 && pods === replicas && served === template,
    ...{ isErring, isSeen },
  };
}

/** Whether what serves answers with errors now. */
function errs(play: Play, step: number): boolean {
  const served = JSON.stringify(workload(play).served);
  return Object.entries(play.history.erring).some(([version, { from, until }]) => {
    const age = step - (play.deployedAt.get(version) ?? 0);
    return served.includes(imageOf(version)) && age >= from && age < until;
  });
}
