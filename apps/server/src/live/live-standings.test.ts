import type { StandingRow } from '@lastgood/store/views/view-rows';
import { aDeployment, aTrigger, dayZero } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { aJudging } from '../endpoints/standing/judging-harness.ts';
import { toStandings } from '../endpoints/standing/read-standings.ts';
import { advance } from '../endpoints/standing/truth-worlds-harness.ts';
import { createSourceBoard } from '../outside/source-board.ts';
import { createLiveStandings } from './live-standings.ts';

const slotMs = aJudging.intervalMs;

/** Read in every slot up to the one given; in breach from `breachFrom` on. */
function row(name: string, slots: number, breachFrom = Number.POSITIVE_INFINITY): StandingRow {
  const trigger = aTrigger({ severity: 'page_and_suggest' });
  let state = null as ReturnType<typeof advance> | null;
  for (let n = 1; n <= slots; n += 1)
    state = advance(trigger, state, { kind: 'value', value: n >= breachFrom ? 1 : 0 }, dayZero + n * slotMs);
  const service = `main/shop/${name}`;
  const open = { status: 'completed', completedAt: dayZero, watchEndsAt: dayZero + 1_800_000 } as const;
  return {
    service: { key: service, name, dependencies: [] },
    release: { ...aDeployment({ id: name, service, ...open }), doubt: null },
    triggers: [{ trigger, state }],
    ...{
      target: null,
      activeRunId: null,
      expectedBackAt: null,
      declaredAt: null,
      stoppedRunId: null,
      acknowledgement: null,
      unreadable: false,
    },
  };
}

test('tells what has changed and nothing else; who is read again and stands as before has not', async () => {
  let rows: StandingRow[] = [];
  const board = createSourceBoard();
  const live = createLiveStandings(async (now) =>
    toStandings({ rows, pressing: [], automaticAt: [] }, { board, judging: aJudging }, now),
  );
  const pull = async (slots: number) =>
    (await live.pull(dayZero + slots * slotMs + 1_000)).map((one) =>
      one.type === 'fleet' ? one.fleet.title : `${one.standing.service} ${one.standing.state}`,
    );
  rows = [row('calm', 3), row('web', 3)];
  expect(await pull(3)).toEqual([expect.stringMatching(/2 watched/)]);
  rows = [row('calm', 4), row('web', 4)];
  expect(await pull(4)).toEqual([]);
  rows = [row('calm', 5), row('web', 5, 5)];
  expect(await pull(5)).toEqual(['main/shop/web pending', expect.stringMatching(/^You: web/)]);
  live.forget();
  expect(await pull(5)).toEqual(['main/shop/web pending', expect.stringMatching(/^You: web/)]);
});

test('a countdown goes on without another message: what is told has its instant', async () => {
  const backAt = dayZero + 4 * slotMs + 40_000;
  const rows = [row('calm', 4), { ...row('web', 4, 4), activeRunId: 'r1', expectedBackAt: backAt }];
  const board = createSourceBoard();
  const live = createLiveStandings(async (now) =>
    toStandings({ rows, pressing: [], automaticAt: [] }, { board, judging: aJudging }, now),
  );
  const told = await live.pull(dayZero + 4 * slotMs + 1_000);
  const fleet = told.find(({ type }) => type === 'fleet');
  expect(fleet).toMatchObject({
    fleet: {
      title: 'Lastgood: web rolling back · nobody: 1 watched',
      actors: [
        { actor: 'lastgood', text: 'web', next: { words: 'back', at: new Date(backAt).toISOString() } },
        { actor: 'nobody', text: '1 watched', next: null },
      ],
    },
  });
  expect(await live.pull(dayZero + 4 * slotMs + 11_000)).toEqual([]);
});
