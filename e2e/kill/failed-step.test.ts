import { expect, test } from 'vitest';
import { type Failure, failures } from './failures.ts';
import { isFull, report, sized } from './goals.ts';
import { inParallel } from './in-parallel.ts';
import { interruptAt } from './interrupt-at.ts';
import { databaseOf, type KillHarness, type TestDatabase, useKillHarness } from './kill-harness.ts';
import { createOperatorClient } from './operator-client.ts';
import { type Page, type PageReceiver, startPageReceiver } from './page-receiver.ts';
import { prepareFailureCase } from './prepare-failure-case.ts';
import { type ReplicaProcess, until } from './replica-process.ts';
import { faults, outcomeOf, query, sums } from './run-outcomes.ts';
import {
  stepKinds,
  wronglyLeft,
  wronglyPaged,
  wronglyResumed,
  wronglyTold,
  wronglyTurnedAway,
} from './stopped-run.ts';
import { twoLiveReplicas } from './two-live-replicas.ts';

/*
 * R11: each step of a run of seven (two workloads: rehearse, set, wait each; verify) fails for every reason it has, with the
 * owner alive, or killed while the step fails. What a person is told is read from the API, what is left from the cluster.
 * Each track has a cluster of its own, because repairing ends all faults of a cluster.
 */
const harnesses = Array.from({ length: sized(2, 1) }, () => useKillHarness(() => 1));

/** A page that was turned away comes again after two seconds. */
const longerThanARetryMs = 4_000;

interface Round {
  ordinal: number;
  failure: Failure;
  /** Where the owner is killed; null: it lives. */
  interruption: { when: 'before' | 'after'; verb: string } | null;
  command: 'resume' | 'retry';
}

const interruptions: Round['interruption'][] = [
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
      interruptions.map((interruption, place): Round & { isShare: boolean } => ({
        ordinal,
        failure,
        interruption,
        command: (ordinal + cause + place) % 2 === 0 ? 'resume' : 'retry',
        isShare: share.includes(`${ordinal}/${cause}/${place}`),
      })),
    ),
);

test('R11: a step that fails leaves the named end state and one page, and the run goes on from it, unless something was deployed since', async (context) => {
  const rounds = everyRound.filter(({ isShare }) => isFull() || isShare);
  const receiver = await startPageReceiver();
  const tracks = await Promise.all(harnesses.map((harness) => openTrack(harness, receiver)));
  const played = await inParallel(rounds, tracks.length, (round, track, index) => {
    const open = tracks[track];
    if (!open) throw new Error(`there is no track ${track}`);
    return open.play(round, index);
  });
  await Promise.all(tracks.map(({ database }) => until('the outbox', () => allDelivered(database))));
  await new Promise((resolve) => setTimeout(resolve, longerThanARetryMs));
  await receiver.close();
  const outcomes = played.map(({ outcome }) => outcome);
  const { lost, doubled, outOfOrder } = sums(outcomes);
  const wrong = {
    pages: played.flatMap(({ name, stop, runId, failure }) =>
      wronglyPaged(
        receiver.pagesOf(runId).filter((page) => !isOfRepair(page, failure)),
        stop,
      ).map((what) => `${name}: ${what}`),
    ),
    ends: played.flatMap(({ ends }) => ends),
    resumes: played.flatMap(({ resumes }) => resumes),
    outcome: faults(outcomes),
    notKilled: played.flatMap(({ notKilled }) => notKilled),
  };
  expect.soft(wrong).toEqual({ pages: [], ends: [], resumes: [], outcome: [], notKilled: [] });
  const size = `of ${rounds.length} stops, ${rounds.filter(({ interruption }) => interruption).length} of them with a kill`;
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
async function openTrack(harness: KillHarness, receiver: PageReceiver) {
  const database = databaseOf(harness, 0);
  const start = () => database.start({ webhookUrl: receiver.url, loops: 'all' });
  const [office, ...first] = await Promise.all([
    database.start({ replica: 'operator', atOnce: 0 }),
    ...Array.from({ length: 2 }, start),
  ]);
  const operator = createOperatorClient(office.url);
  let carriers: readonly ReplicaProcess[] = first;

  async function play(round: Round, token: number) {
    const { ordinal, failure, interruption, command } = round;
    const place = interruption ? `${interruption.verb}/${ordinal}` : '';
    const name = `${failure.name} at step ${ordinal + 1}${interruption ? `, killed ${interruption.when} ${place}` : ''}`;
    const [expected, replicas] = await Promise.all([
      prepareFailureCase(harness.cluster, database, round, token),
      twoLiveReplicas(start, carriers),
    ]);
    carriers = replicas;
    const { failureCase, released } = expected;
    const at = interruption && { service: released.service.name, place, when: interruption.when };
    const interrupted = at && interruptAt(replicas, { ...at, signal: 'SIGKILL' }, harness);
    const { id } = await database.fleet.queue(released);
    if (failure.meanwhile) await operator.waiting(id, ordinal);
    const replaced = await harness.cluster.imageOf(failureCase.workload.kind, failureCase.workload.name);
    await failure.meanwhile?.(failureCase);
    const stopped = await operator.ended(id);
    const ends = [...wronglyTold(stopped, expected), ...(await wronglyLeft(expected))];
    await failure.repair(failureCase, replaced);
    const turnedAway = await operator.continueRun(id, command);
    const ended = await operator.ended(id);
    await until(`the page of ${name}`, () => receiver.pagesOf(id).some((page) => page.taken));
    const outcome = await outcomeOf(database.databaseUrl, harness.cluster, [id]);
    const resumes =
      turnedAway === null
        ? wronglyResumed(stopped, ended, ordinal)
        : wronglyTurnedAway(stopped, ended, expected);
    return {
      ...{ name, failure },
      runId: id,
      stop: stopped.run.stop,
      outcome: turnedAway === null ? outcome : { ...outcome, lost: [] },
      ends: ends.map((what) => `${name}: ${what}`),
      resumes: resumes.map((what) => `${name}: ${what}`),
      notKilled: interrupted?.at() === null ? [name] : [],
    };
  }

  return { database, play };
}

/** Where something else was deployed meanwhile, its repair puts back a version that is held: where both were seen, that is a page beside that of the stop. */
function isOfRepair({ webhookId }: Page, { meanwhile }: Failure): boolean {
  return meanwhile !== undefined && webhookId.endsWith('/held_version_back');
}

async function allDelivered({ databaseUrl }: TestDatabase): Promise<boolean> {
  return (await query(databaseUrl, "select 1 from outbox where status = 'pending'")).length === 0;
}
