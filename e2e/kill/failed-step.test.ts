import { expect, test } from 'vitest';
import { accountOf, faults, query, sums } from './account.ts';
import { openDesk, type RunView } from './desk.ts';
import { type Failure, failures, gateCheck, type Scene } from './failures.ts';
import type { Released } from './fleet.ts';
import { isFull, report, sized } from './goals.ts';
import { inLanes } from './lanes.ts';
import { type Page, type PageReceiver, startPageReceiver } from './page-receiver.ts';
import { type ReplicaProcess, until } from './replica-process.ts';
import { type Stage, stageOf, type Theatre, useTheatre } from './stage.ts';
import {
  type Expected,
  stepKinds,
  workloadOf,
  wronglyLeft,
  wronglyResumed,
  wronglyTold,
} from './stopped-run.ts';
import { strikeAt } from './strike-at.ts';

/*
 * R11: each step of a run of seven (two workloads: rehearse, set, wait each; verify) fails for every reason it has, with the
 * owner alive, or killed while the step fails. What a person is told is read from the API, what is left from the cluster.
 * Each lane has a cluster of its own, because mending ends all faults of a cluster.
 */
const theatres = Array.from({ length: sized(2, 1) }, () => useTheatre(() => 1));

/** A page that was turned away comes again after two seconds. */
const longerThanARetryMs = 4_000;

interface Round {
  ordinal: number;
  failure: Failure;
  /** Where the owner is killed; null: it lives. */
  strike: { when: 'before' | 'after'; verb: string } | null;
  command: 'resume' | 'retry';
}

const strikes: Round['strike'][] = [
  null,
  { when: 'after', verb: 'start' },
  { when: 'after', verb: 'effect' },
  { when: 'before', verb: 'record' },
  { when: 'after', verb: 'record' },
];

/** The rounds of the share, each kind of step once: the step, its cause, and where the owner is killed. */
const share = ['1/0/3', '3/1/0', '5/0/1', '6/1/0'];

const everyRound = stepKinds.flatMap((kind, ordinal) =>
  failures
    .filter((failure) => failure.kind === kind)
    .flatMap((failure, cause) =>
      strikes.map((strike, place): Round & { isShare: boolean } => ({
        ordinal,
        failure,
        strike,
        command: (ordinal + cause + place) % 2 === 0 ? 'resume' : 'retry',
        isShare: share.includes(`${ordinal}/${cause}/${place}`),
      })),
    ),
);

test('R11: a step that fails leaves the named end state and one page, and the run goes on from it', async (context) => {
  const rounds = everyRound.filter(({ isShare }) => isFull() || isShare);
  const receiver = await startPageReceiver();
  const lanes = await Promise.all(theatres.map((theatre) => openLane(theatre, receiver)));
  const played = await inLanes(rounds, lanes.length, (round, lane, index) => {
    const open = lanes[lane];
    if (!open) throw new Error(`there is no lane ${lane}`);
    return open.play(round, index);
  });
  await Promise.all(lanes.map(({ stage }) => until('the outbox', () => allDelivered(stage))));
  await new Promise((resolve) => setTimeout(resolve, longerThanARetryMs));
  await receiver.close();
  const accounts = played.map(({ account }) => account);
  const { lost, doubled, outOfOrder } = sums(accounts);
  const wrong = {
    pages: played.flatMap(({ name, stop, runId }) =>
      wronglyPaged(receiver.pagesOf(runId), stop).map((what) => `${name}: ${what}`),
    ),
    ends: played.flatMap(({ ends }) => ends),
    resumes: played.flatMap(({ resumes }) => resumes),
    account: faults(accounts),
    notKilled: played.flatMap(({ missed }) => missed),
  };
  expect.soft(wrong).toEqual({ pages: [], ends: [], resumes: [], account: [], notKilled: [] });
  const size = `of ${rounds.length} stops, ${rounds.filter(({ strike }) => strike).length} of them with a kill`;
  const goal = (what: string, value: number) => ({ goal: 'R11', what: `${what}, ${size}`, value, bound: 0 });
  report(context, [
    goal('lost', lost),
    goal('doubled or out of order', doubled + outOfOrder),
    goal('pages other than one', wrong.pages.length),
    goal('ends other than the named one', wrong.ends.length),
    goal('resumes that did not finish', wrong.resumes.length),
  ]);
});

async function openLane(theatre: Theatre, receiver: PageReceiver) {
  const stage = stageOf(theatre, 0);
  const carriers: ReplicaProcess[] = [];
  const orders = { webhookUrl: receiver.url, loops: 'all' } as const;

  async function twoCarriers(): Promise<ReplicaProcess[]> {
    const alive = carriers.filter((replica) => replica.endedAt() === null);
    const fresh = Array.from({ length: 2 - alive.length }, () => stage.start(orders));
    carriers.splice(0, carriers.length, ...alive, ...(await Promise.all(fresh)));
    return carriers;
  }
  // Nobody kills the server that a person asks.
  const [office] = await Promise.all([stage.start({ replica: 'desk', atOnce: 0 }), twoCarriers()]);
  const desk = openDesk(office.url);

  async function play({ ordinal, failure, strike, command }: Round, index: number) {
    const place = strike ? `${strike.verb}/${ordinal}` : '';
    const name = `${failure.name} at step ${ordinal + 1}${strike ? `, killed ${strike.when} ${place}` : ''}`;
    const [{ released, expected }, replicas] = await Promise.all([
      setScene(theatre, stage, { ordinal, failure }, index),
      twoCarriers(),
    ]);
    const { scene } = expected;
    const service = released.service.name;
    const struck =
      strike && strikeAt(replicas, { service, place, when: strike.when, signal: 'SIGKILL' }, theatre);
    const { id } = await stage.fleet.queue(released);
    if (failure.meanwhile) await desk.waiting(id, ordinal);
    const replaced = await theatre.cluster.imageOf(scene.workload.kind, scene.workload.name);
    await failure.meanwhile?.(scene);
    const stopped = await desk.ended(id);
    const ends = [...wronglyTold(stopped, expected), ...(await wronglyLeft(expected))];
    await failure.mend(scene, replaced);
    await desk.goOn(id, command);
    const [ended] = await Promise.all([
      desk.ended(id),
      until(`the page of ${name}`, () => receiver.pagesOf(id).length > 0),
    ]);
    return {
      name,
      runId: id,
      stop: stopped.run.stop,
      account: await accountOf(stage.databaseUrl, theatre.cluster, [id]),
      ends: ends.map((what) => `${name}: ${what}`),
      resumes: wronglyResumed(stopped, ended, ordinal).map((what) => `${name}: ${what}`),
      missed: struck?.at() === null ? [name] : [],
    };
  }

  return { stage, play };
}

/** A service to roll back, and what will make the step fail. */
async function setScene(
  { cluster }: Theatre,
  { fleet }: Stage,
  { ordinal, failure }: Pick<Round, 'ordinal' | 'failure'>,
  index: number,
): Promise<{ released: Released; expected: Expected }> {
  const goodImages = [0, 1].map((one) => `shop/app:good-${index}-${one}`);
  const gate = `gate-${index}`;
  const checks = failure.kind === 'verify' ? [gateCheck(gate)] : [];
  const released = await fleet.release(['Deployment', 'StatefulSet'], 1, checks, goodImages);
  const { workloads, policy } = released.service;
  const about = workloadOf(ordinal) < workloads.length ? workloadOf(ordinal) : 0;
  const [workload, goodImage] = [workloads[about], goodImages[about]];
  if (!workload || !goodImage) throw new Error(`step ${ordinal} is about no workload`);
  // Short where it is what ends the step.
  const stableTimeoutMs = failure.meanwhile ? policy.stableTimeoutMs : 4_000;
  const impatient = { ...released.service, policy: { ...policy, stableTimeoutMs } };
  await fleet.store.services.apply(impatient, 'ada', Date.now());
  const scene: Scene = { cluster, workload, goodImage, gate };
  await failure.prepare(scene);
  return { released, expected: { ordinal, failure, scene, workloads, goodImages } };
}

/** What is not as it should be about the pages of one stop. */
function wronglyPaged(pages: readonly Page[], stop: RunView['run']['stop']): string[] {
  const ids = new Set(pages.map(({ webhookId }) => webhookId));
  const [page] = pages;
  const isTold =
    page?.title.endsWith(`stopped: ${stop?.reason}`) && page.text === `${stop?.endState} ${stop?.advice}`;
  return [
    ...(ids.size === 1 && pages.length === 1 ? [] : [`${pages.length} pages under ${[...ids].join(', ')}`]),
    ...(isTold ? [] : [`a page that says ${page?.title} ${page?.text}`]),
  ];
}

async function allDelivered({ databaseUrl }: Stage): Promise<boolean> {
  return (await query(databaseUrl, "select 1 from outbox where status = 'pending'")).length === 0;
}
