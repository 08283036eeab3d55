import type { EvaluatorRow, ServiceRow } from '@lastgood/store/views/view-rows';
import { aService, dayZero } from '@lastgood/testkit/scenario/builders';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { standingIn, toDeploymentView } from '../deployments/deployment-view.ts';
import { toNowView } from '../now/now-dto.ts';
import { toServiceSummary } from '../services/service-dto.ts';
import type { SystemStatus } from '../status/status-schema.ts';
import { aJudging } from './judging-harness.ts';
import { toStandings } from './read-standings.ts';
import type { Standing } from './standing-schema.ts';
import { faultsIn, type Said } from './truth-faults.ts';
import { type TruthWorld, truthWorlds } from './truth-worlds-harness.ts';

const evaluator: EvaluatorRow = { lastSlot: dayZero, lateMs: 0, missed: 0, hasWork: true };
const settings = {
  version: '0',
  replica: 'a',
  judging: aJudging,
  retentionDays: 30,
  clusterDeadlineMs: 0,
};

/** Through the functions that answer requests, from one set of rows. */
function sayAll({ rows, pressing, board, watched, now }: TruthWorld): Said {
  const standings = toStandings({ rows, pressing, automaticAt: [] }, { board, judging: aJudging }, now);
  const shown = standings.ranked().flatMap(({ known }) => {
    const row = watched.find(({ service }) => service.key === known.service.key);
    return row ? [row] : [];
  });
  const nothing = { evaluator, runs: [], moreRuns: 0 };
  return {
    now: toNowView({ ...nothing, watched: shown }, standings, {} as SystemStatus, now),
    summaries: rows.flatMap(({ service }) => {
      const found = standings.of(service.key);
      return found ? [toServiceSummary(serviceRow(service), found.standing, [])] : [];
    }),
    deployments: watched.map((row) =>
      toDeploymentView(
        { sources: board, settings },
        {
          ...row,
          service: aService({ ...row.service }),
          ...{
            lastDecision: null,
            previous: null,
            lastRunId: null,
            isNewest: true,
            readUntil: null,
            overrides: [],
            holds: [],
            evaluator,
            timeline: [],
          },
        },
        standingIn(standings, { deployment: row.deployment, lastRunId: null, isNewest: true }),
        now,
      ),
    ),
  };
}

function serviceRow(service: { key: string; name: string; dependencies: string[] }): ServiceRow {
  return {
    service: aService(service),
    ...{ dependents: [], dependentCount: 0, current: null, lastKnownGood: null },
    ...{ activeRunId: null, stoppedRunId: null },
  };
}

/** Each makes something untrue that must be noticed in some world; null where it has nothing to lie about. */
const lies: Record<string, (said: Said) => Said | null> = {
  'what cannot be seen is quiet': (said) => lieAbout(said, 'unseen', { state: 'quiet', meaning: 'quiet' }),
  'what is gone is quiet': (said) => lieAbout(said, 'gone', { state: 'quiet', meaning: 'quiet' }),
  'what starts is quiet': (said) => lieAbout(said, 'starting', { state: 'quiet', meaning: 'quiet' }),
  'nobody is needed where something fires': (said) => lieAbout(said, 'firing', { actor: 'nobody' }),
  'a stopped rollback hides what serves': (said) =>
    lieAbout(said, 'stopped', ({ lead }) => ({ lead: lead.replace(/;.*/, '') })),
  'what was read where a rollback stopped is not read yet': (said) =>
    lieAbout(said, 'stopped', ({ lead, readAt }) =>
      readAt === null ? null : { lead: lead.replace(/;.*/, '; what serves is not read yet') },
    ),
  'a stopped rollback says that all is well': (said) =>
    lieAbout(said, 'stopped', ({ lead }) => ({ lead: lead.replace(/;.*/, '; what serves is well') })),
  'a countdown is a slot late': (said) => {
    const late = (next: NonNullable<Standing['next']>) => ({
      next: next.at && { ...next, at: new Date(Date.parse(next.at) + aJudging.intervalMs).toISOString() },
    });
    return lieAbout(said, 'pending', ({ next }) => (next?.at ? (late(next) as Partial<Standing>) : null));
  },
  'one service is not counted': (said) => {
    const [first, ...rest] = said.now.fleet.counts;
    if (!first) return null;
    const counts = [{ ...first, count: first.count - 1 }, ...rest];
    return { ...said, now: { ...said.now, fleet: { ...said.now.fleet, counts } } };
  },
  'Now says something else than Services': (said) => {
    const [first, ...rest] = said.now.attention;
    if (!first) return null;
    const calmer = { ...first, standing: { ...first.standing, sentence: 'All is well' } };
    return { ...said, now: { ...said.now, attention: [calmer, ...rest] } };
  },
  'a deployment says something else': (said) => {
    const [first, ...rest] = said.deployments;
    if (!first) return null;
    return {
      ...said,
      deployments: [{ ...first, standing: { ...first.standing, lead: '', word: 'Fine' } }, ...rest],
    };
  },
  'work in hand stands first': (said) => {
    const attention = said.now.attention.toReversed();
    return new Set(attention.map(({ standing }) => standing.actor)).size > 1
      ? { ...said, now: { ...said.now, attention } }
      : null;
  },
  'the title forgets who is needed': ({ now, ...said }) =>
    now.fleet.title.startsWith('You:')
      ? { ...said, now: { ...now, fleet: { ...now.fleet, title: 'All quiet' } } }
      : null,
};

/** The same lie in every place, so that only the truth can tell. */
function lieAbout(
  { now, summaries, deployments }: Said,
  state: Standing['state'],
  over: Partial<Standing> | ((standing: Standing) => Partial<Standing> | null),
): Said | null {
  let told = false;
  const lie = (standing: Standing): Standing => {
    const change = standing.state === state ? (typeof over === 'function' ? over(standing) : over) : null;
    told ||= change !== null;
    return change ? { ...standing, ...change } : standing;
  };
  const lied = {
    now: {
      ...now,
      attention: now.attention.map((row) => ({ ...row, standing: lie(row.standing) })),
      watched: now.watched.map((row) => ({ ...row, standing: lie(row.standing) })),
    },
    summaries: summaries.map((row) => ({ ...row, standing: lie(row.standing) })),
    deployments: deployments.map((row) => ({ ...row, standing: lie(row.standing) })),
  };
  return told ? lied : null;
}

test('every place says the same, and it is true; every planted lie is noticed wherever it is told', () => {
  const seen = new Map<string, number>();
  const noticed = new Map(Object.keys(lies).map((lie) => [lie, 0]));
  fc.assert(
    fc.property(truthWorlds, (world) => {
      const said = sayAll(world);
      expect(faultsIn(said, world)).toEqual([]);
      for (const { standing } of said.summaries)
        seen.set(standing.state, (seen.get(standing.state) ?? 0) + 1);
      for (const [name, lie] of Object.entries(lies)) {
        const lied = lie(said);
        if (!lied) continue;
        expect([name, ...faultsIn(lied, world)].length).toBeGreaterThan(1);
        noticed.set(name, (noticed.get(name) ?? 0) + 1);
      }
    }),
    { numRuns: 1_000, seed: 20_261_129 },
  );
  for (const [lie, times] of noticed) expect([lie, times > 10]).toEqual([lie, true]);
  const states = [
    'stopped',
    'firing',
    'rolling_back',
    'pending',
    'failed',
    'unseen',
    'gone',
    'starting',
    'deploying',
  ];
  for (const state of [...states, 'watched', 'recorded', 'quiet'])
    expect([state, (seen.get(state) ?? 0) > 10]).toEqual([state, true]);
});
