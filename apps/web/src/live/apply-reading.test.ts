import type {
  DeploymentReadings,
  DeploymentView,
  LiveReading,
  NowView,
  TriggerView,
} from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { appendPoints, applyToDeployment, applyToNow, applyToTrigger } from './apply-reading.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

const trigger: TriggerView = {
  name: 'high_error_rate',
  description: '',
  severity: 'auto_rollback',
  shadow: false,
  kind: 'threshold',
  queries: [{ title: '', query: 'up' }],
  fires: '> 5 % for 20 s',
  threshold: 0.05,
  comparison: 'greater_than',
  unit: 'ratio',
  phase: 'inactive',
  since: at(0),
  heldSeconds: 0,
  forSeconds: 20,
  holdLeftSeconds: null,
  reading: { kind: 'value', value: 0.01, text: '1 %', parts: [], words: null },
  readAt: at(10),
  trouble: null,
  companion: null,
  frozen: false,
  links: [],
  sentence: '',
};

function live(second: number, change: Partial<LiveReading> = {}): LiveReading {
  return {
    type: 'reading',
    service: 'c/n/checkout',
    deploymentId: 'd1',
    trigger: 'high_error_rate',
    at: at(second),
    reading: { kind: 'value', value: 0.08, text: '8 %', parts: [], words: null },
    threshold: 0.05,
    comparison: 'greater_than',
    unit: 'ratio',
    phase: 'pending',
    heldSeconds: 5,
    forSeconds: 20,
    holdLeftSeconds: 15,
    trouble: null,
    frozen: false,
    lateMs: 12,
    ...change,
  };
}

test('a reading moves phase, value and hold, and the phase begins with it', () => {
  expect(applyToTrigger(trigger, live(15))).toMatchObject({
    phase: 'pending',
    since: at(15),
    holdLeftSeconds: 15,
    reading: { text: '8 %', parts: [], words: null },
    readAt: at(15),
  });
});

test('a late reading never takes the screen back in time', () => {
  expect(applyToTrigger(trigger, live(5))).toBe(trigger);
});

test('a source that does not answer is told since when', () => {
  const first = applyToTrigger(trigger, live(15, { trouble: 'timed out' }));
  const second = applyToTrigger(first, live(20, { trouble: 'timed out' }));
  expect(second.trouble).toEqual({ since: at(15), reason: 'timed out' });
  expect(applyToTrigger(second, live(25)).trouble).toBeNull();
});

test('a gap reaches the chart as a gap, and a slot is drawn once', () => {
  const data: DeploymentReadings = {
    earlierTo: null,
    from: at(0),
    to: at(10),
    intervalSeconds: 5,
    series: [
      {
        trigger: 'high_error_rate',
        threshold: 0.05,
        points: [{ at: at(10), value: 0.01, kind: 'value', phase: 'inactive', heldSeconds: 0, lateMs: 0 }],
      },
    ],
  };
  const gap = live(15, {
    reading: { kind: 'no-data', value: null, text: 'no data', parts: [], words: null },
  });
  const after = appendPoints(data, [live(10), gap, live(20, { trigger: 'other' })]);
  expect(after.series[0]?.points.map((point) => [point.at, point.value, point.kind])).toEqual([
    [at(10), 0.01, 'value'],
    [at(15), null, 'no-data'],
  ]);
});

test('the Now page changes in place and keeps its order', () => {
  const row = (id: string) => ({ deploymentId: id, worst: trigger, spark: [0.01] });
  const view = { attention: [row('d0'), row('d1')], watched: [] } as unknown as NowView;
  const after = applyToNow(view, [live(15)]);
  expect(after.attention.map((one) => one.deploymentId)).toEqual(['d0', 'd1']);
  expect(after.attention[0]).toBe(view.attention[0]);
  expect(after.attention[1]?.spark).toEqual([0.01, 0.08]);
});

test('another trigger that breaches becomes the one that the row shows; one that does not is left', () => {
  const view = { attention: [{ deploymentId: 'd1', worst: trigger, spark: [0.01] }], watched: [] };
  const after = (change: Partial<LiveReading>) =>
    applyToNow(view as unknown as NowView, [live(15, { trigger: 'high_latency', unit: 's', ...change })])
      .attention[0];
  expect(after({})).toMatchObject({
    worst: { name: 'high_latency', phase: 'pending', unit: 's', readAt: at(15) },
    spark: [0.08],
  });
  expect(after({ phase: 'inactive' })).toMatchObject({ worst: { name: 'high_error_rate' }, spark: [0.01] });
});

test('what an older slot says of another trigger takes no row back in time', () => {
  const view = { attention: [{ deploymentId: 'd1', worst: trigger, spark: [0.01] }], watched: [] };
  const old = live(5, { trigger: 'high_latency', phase: 'firing' });
  expect(applyToNow(view as unknown as NowView, [old]).attention[0]).toBe(view.attention[0]);
});

test('a chunk that comes late does not take the last slot back', () => {
  const evaluator = { lastSlotAt: at(30), lateMs: 3 };
  const view = { deployment: { id: 'd1' }, triggers: [trigger], evaluator } as unknown as DeploymentView;
  const after = applyToDeployment(view, [live(15)]);
  expect(after.evaluator).toEqual(evaluator);
  expect(after.triggers[0]).toMatchObject({ readAt: at(15), phase: 'pending' });
  expect(applyToDeployment(view, [live(45)]).evaluator).toEqual({ lastSlotAt: at(45), lateMs: 12 });
});
