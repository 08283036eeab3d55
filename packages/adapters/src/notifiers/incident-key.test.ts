import { expect, test } from 'vitest';
import { alertKey, alertStepOf, incidentAlert, receiptOf } from './incident-key.ts';

test('an incident is one key, whatever its length', () => {
  expect(alertKey({ deploymentId: 'd-42' }, 1, 255)).toBe('lastgood/deployment/d-42');
  expect(alertKey({ deploymentId: 'd-42' }, 2, 255)).toBe('lastgood/deployment/d-42/2');
  const long = (id: string) => alertKey({ deploymentId: 'x'.repeat(500) + id }, 1, 255);
  expect(long('a')).toHaveLength(255);
  expect(long('a')).toBe(long('a'));
  expect(long('a')).not.toBe(long('b'));
});

test('a receipt brings back how the alert was left', () => {
  const left = { round: 3, state: 'acknowledged' } as const;
  expect(incidentAlert({ deploymentId: 'd' }, receiptOf(left), 255)).toEqual({
    ...left,
    key: 'lastgood/deployment/d/3',
  });
  const first = { key: 'lastgood/deployment/d', round: 1, state: 'closed' };
  expect(incidentAlert({ deploymentId: 'd' }, null, 255)).toEqual(first);
  expect(incidentAlert({ deploymentId: 'd' }, { round: '1e9', state: 'x' }, 255)).toEqual(first);
});

test('only a page opens an alert', () => {
  expect(alertStepOf({ kind: 'rollback_suggested', urgency: 'page' })).toBe('open');
  expect(alertStepOf({ kind: 'rollback_failed', urgency: 'page' })).toBe('open');
  expect(alertStepOf({ kind: 'rollback_failed', urgency: 'info' })).toBe('none');
  expect(alertStepOf({ kind: 'drill_overdue', urgency: 'info' })).toBe('none');
  expect(alertStepOf({ kind: 'rolling_back', urgency: 'info' })).toBe('acknowledge');
  expect(alertStepOf({ kind: 'rolled_back', urgency: 'info' })).toBe('close');
});
