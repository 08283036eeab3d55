import { acceptDeclared } from '@lastgood/domain/trigger/declared-trigger';
import { aTrigger } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { warnOfIdlePolicies, warnOfSources, warnOfWaits } from './warn-of-sources.ts';

const told = (source: string) =>
  acceptDeclared({ ...{ kind: 'alert', name: 'told', severity: 'log_only' }, labels: { a: 'b' }, source });

test('who is not configured tells nothing, and that is said when the trigger is applied', () => {
  const triggers = [aTrigger(), told('main'), told('mian'), told('$CLUSTER')];
  expect(warnOfSources(triggers, [{ name: 'main' }])).toEqual([
    'told: its alerts are told by mian, which is not configured under "signals" (there are main): until it is, the trigger cannot be asked.',
  ]);
  expect(warnOfSources([told('main')], [])).toEqual([expect.stringContaining('(nobody is)')]);
});

test('that a condition may be older than the release is said of what rolls back by itself', () => {
  const automatic = { ...told('main'), severity: 'auto_rollback' as const };
  const heartbeat = { ...automatic, comparison: 'less_than' as const };
  expect(warnOfWaits([aTrigger(), told('main'), heartbeat, { ...automatic, shadow: true }])).toEqual([]);
  expect(warnOfWaits([automatic])).toEqual([
    expect.stringContaining('told: an alert counts from when it fired, not from when its condition began'),
  ]);
});

test('what alerts are never read as is said where something is declared for it', () => {
  const idle = { ...told('main'), onNoData: 'breach', onNotANumber: 'healthy' } as const;
  expect(warnOfIdlePolicies([told('main'), aTrigger({ onNoData: 'breach' }), idle])).toEqual([
    expect.stringContaining('told: onNoData: breach decides nothing here'),
    expect.stringContaining('told: onNotANumber: healthy decides nothing here'),
  ]);
});
