import { Agent } from 'node:http';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openapiDocument } from '../http/openapi-document.ts';
import { deployNext, type Fleet, startFleet } from './fuzz/fleet-harness.ts';
import { type FuzzRequest, fuzzRequest } from './fuzz/fuzz-request.ts';
import { createJudge, type FaultKind, type Judge } from './fuzz/judge-answer.ts';
import { readKnownNames } from './fuzz/known-names.ts';
import { type ApiDocument, operationsOf } from './fuzz/operations.ts';
import { keepPace } from './fuzz/pace.ts';
import { sendRequest } from './fuzz/send-request.ts';
import { createTally, type Finding, type Tally } from './fuzz/tally.ts';
import { reportGoal } from './report-goal.ts';

/*
 * Valid, nearly valid and hostile requests over every operation of the OpenAPI document, against a whole server whose fleet
 * is deployed and taken back meanwhile. LASTGOOD_FUZZ_SEED repeats a run, LASTGOOD_FUZZ_REQUESTS asks for more of them.
 */
const seed = Number(process.env.LASTGOOD_FUZZ_SEED ?? Date.now() % 2 ** 31);
const more = process.env.LASTGOOD_FUZZ_REQUESTS;
const wanted = Number(more ?? 6_000);
const longestMs = more === undefined ? 25_000 : 3_600_000;
const atOnce = 16;
const perRound = 400;

const postgres = usePostgres();
const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet(postgres.url);
});
afterAll(async () => {
  agent.destroy();
  await fleet.stop();
});

test(
  'every answer to a fuzzed request is below 500, as the document declares it, and problem details when it is an error',
  async () => {
    const document = (await openapiDocument()) as ApiDocument;
    const operations = operationsOf(document);
    const requests = fc.oneof(...operations.map((one) => fuzzRequest(one, document.components.schemas)));
    const judge = createJudge(document);
    const pace = keepPace(() => fetch(`${fleet.url}/readyz`).then((answer) => answer.text()));
    const tally = createTally(pace);
    const endsAt = Date.now() + longestMs;
    try {
      for (let round = 0; tally.sent() < wanted && Date.now() < endsAt; round += 1) {
        await deployNext(fleet, round);
        const drawn = fc.sample(requests, { seed: seed + round, numRuns: perRound });
        await Promise.all([sendAll(drawn, judge, tally), fleet.work()]);
      }
    } finally {
      process.stdout.write(`fuzz: ${tally.summary()} over ${operations.length} operations, seed ${seed}\n`);
      report(tally.findings(), tally.sent());
      await pace.stop();
    }
    const findings = tally.findings();
    expect({ findings, log: fleet.log.slice(0, 5) }).toEqual({ findings: [], log: [] });
  },
  longestMs + 60_000,
);

async function sendAll(drawn: readonly FuzzRequest[], judge: Judge, tally: Tally): Promise<void> {
  const names = await readKnownNames(fleet.url);
  const left = [...drawn];
  const sendOnAndOn = async () => {
    for (let next = left.pop(); next; next = left.pop()) {
      const answer = await sendRequest(fleet.url, agent, next, names);
      tally.add(next, answer);
      if (answer.kind === 'none') continue;
      for (const fault of judge(next.operation, next.method, answer)) tally.note(next, fault);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sendOnAndOn));
}

function report(findings: readonly Finding[], of: number): void {
  const goal = (id: string, what: string, ...kinds: FaultKind[]) => {
    const counts = findings.filter(({ kind }) => kinds.includes(kind)).map(({ count }) => count);
    reportGoal({ goal: id, what, count: counts.reduce((sum, one) => sum + one, 0), of, bound: 0 });
  };
  goal('S7', 'answers of 500 or more, late or missing', 'server-error', 'late', 'unanswered');
  goal('S7', 'answers that the document does not declare', 'off-schema');
  goal('S7', 'errors that are no problem details', 'not-a-problem');
  goal('S7', 'errors that tell of the inside', 'tells-of-the-inside');
  goal('S4', 'answers that a browser could take for a page', 'readable-as-a-page');
}
