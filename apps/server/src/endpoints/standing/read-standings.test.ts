import { defaultPolicy, type Watched } from '@lastgood/domain';
import type { StandingRow } from '@lastgood/store/views/view-rows';
import { aBaseline, aDeployment, aService, aTrigger, dayZero } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { createSourceBoard } from '../../outside/source-board.ts';
import { aJudging } from './judging-harness.ts';
import { toStandings } from './read-standings.ts';
import { advance } from './truth-worlds-harness.ts';

const { intervalMs } = aJudging;

test('a rollback that breaches with nothing further back is not said to go back to what serves', () => {
  const service = aService({ policy: defaultPolicy });
  const deployment = aDeployment({ service: service.key, origin: 'rollback', status: 'completed' });
  const trigger = aTrigger({ severity: 'page_and_suggest', forMs: 0, threshold: 0.5 });
  const triggers = [{ trigger, state: advance(trigger, null, { kind: 'value', value: 1 }, dayZero) }];
  const row: StandingRow = {
    ...{ service, triggers, release: { ...deployment, doubt: null }, target: aBaseline() },
    ...{ activeRunId: null, expectedBackAt: null, declaredAt: null, stoppedRunId: null },
    ...{ acknowledgement: null, unreadable: false },
  };
  const standingWith = (lastKnownGood: Watched['lastKnownGood']) => {
    const watched: Watched = {
      ...{ deployment, service, triggers, lastKnownGood, activeRunId: null, lastAttemptAt: null },
      ...{
        between: [],
        lastDecision: null,
        acknowledgement: null,
        isTakenBack: false,
        dependencyEvidence: [],
      },
    };
    const board = createSourceBoard([]);
    const rows = { rows: [row], pressing: [watched], automaticAt: [] };
    return toStandings(rows, { board, judging: aJudging }, dayZero + intervalMs - 1).of(service.key);
  };
  expect(standingWith(aBaseline())?.standing.sentence).toMatch(/a rollback to v1 /);
  expect(standingWith(null)?.known.target).toBeNull();
  expect(standingWith(null)?.standing.sentence).not.toMatch(/v1/);
});
