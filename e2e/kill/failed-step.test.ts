import { expect, test } from 'vitest';
import { accountOf, faults, query, sums } from './run-outcomes.ts';
import { openDesk } from './operator-client.ts';
import { type Failure, failures } from './failures.ts';
import { isFull, report, sized } from './goals.ts';
import { inLanes } from './in-parallel.ts';
import { type PageReceiver, startPageReceiver } from './page-receiver.ts';
import { type ReplicaProcess, until } from './replica-process.ts';
import { setScene } from './prepare-failure-case.ts';
import { type Stage, stageOf, type Theatre, useTheatre } from './kill-harness.ts';
import { stepKinds, wronglyLeft, wronglyPaged, wronglyResumed, wronglyTold } from './stopped-run.ts';
import { strikeAt } from './interrupt-at.ts';
import { twoAlive } from './two-live-replicas.ts';

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
    notKilled: played.flatMap(({ notKilled }) => notKilled),
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

/** A cluster, two replicas that carry runs on it, and the server that a person asks, whom nobody kills. */
async function openLane(theatre: Theatre, receiver: PageReceiver) {
  const stage = stageOf(theatre, 0);
  const start = () => stage.start({ webhookUrl: receiver.url, loops: 'all' });
  const [office, ...first] = await Promise.all([
    stage.start({ replica: 'desk', atOnce: 0 }),
    ...Array.from({ length: 2 }, start),
  ]);
  const desk = openDesk(office.url);
  let carriers: readonly ReplicaProcess[] = first;

  async function play(round: Round, token: number) {
    const { ordinal, failure, strike, command } = round;
    const place = strike ? `${strike.verb}/${ordinal}` : '';
    const name = `${failure.name} at step ${ordinal + 1}${strike ? `, killed ${strike.when} ${place}` : ''}`;
    const [expected, replicas] = await Promise.all([
      setScene(theatre.cluster, stage, round, token),
      twoAlive(start, carriers),
    ]);
    carriers = replicas;
    const { scene, released } = expected;
    const at = strike && { service: released.service.name, place, when: strike.when };
    const struck = at && strikeAt(replicas, { ...at, signal: 'SIGKILL' }, theatre);
    const { id } = await stage.fleet.queue(released);
    if (failure.meanwhile) await desk.waiting(id, ordinal);
    const replaced = await theatre.cluster.imageOf(scene.workload.kind, scene.workload.name);
    await failure.meanwhile?.(scene);
    const stopped = await desk.ended(id);
    const ends = [...wronglyTold(stopped, expected), ...(await wronglyLeft(expected))];
    await failure.mend(scene, replaced);
    await desk.goOn(id, command);
    const ended = await desk.ended(id);
    await until(`the page of ${name}`, () => receiver.pagesOf(id).some((page) => page.taken));
    return {
      name,
      runId: id,
      stop: stopped.run.stop,
      account: await accountOf(stage.databaseUrl, theatre.cluster, [id]),
      ends: ends.map((what) => `${name}: ${what}`),
      resumes: wronglyResumed(stopped, ended, ordinal).map((what) => `${name}: ${what}`),
      notKilled: struck?.at() === null ? [name] : [],
    };
  }

  return { stage, play };
}

async function allDelivered({ databaseUrl }: Stage): Promise<boolean> {
  return (await query(databaseUrl, "select 1 from outbox where status = 'pending'")).length === 0;
}
