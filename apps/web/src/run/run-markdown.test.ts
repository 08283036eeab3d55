import type { RunView } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { runMarkdown } from './run-markdown.ts';

const at = '2026-01-01T03:00:00.000Z';
const release = (number: number) => ({
  deploymentId: `d${number}`,
  release: number,
  version: `v${number}`,
  origin: 'pipeline' as const,
  proof: 'presumed_good' as const,
  at,
});

const no = { allowed: false, step: null, whyNot: 'it is over', leavesBehind: null };

const view: RunView = {
  at,
  run: {
    id: 'r1',
    service: 'prod/shop/checkout',
    serviceName: 'checkout',
    deploymentId: 'd42',
    targetDeploymentId: 'd41',
    from: release(42),
    target: release(41),
    members: [],
    requester: { kind: 'automatic', name: 'high_error_rate' },
    reason: '8.2 % > 5 % for 2 min',
    accepting: [],
    removing: [],
    including: [],
    status: 'done',
    verdict: 'passed',
    createdAt: at,
    startsAt: at,
    startedAt: at,
    finishedAt: '2026-01-01T03:00:21.000Z',
    durationSeconds: 21,
    workedSeconds: 21,
    pausedSeconds: 0,
    awaySeconds: 0,
    sentence: 'Rolled back and verified in 21 s.',
    stop: null,
    stopAsked: null,
  },
  evidence: [{ trigger: 'high_error_rate', phase: 'firing', text: '8.2 % > 5 %' }],
  decisionSentence: 'Roll back.',
  steps: [
    {
      ordinal: 0,
      kind: 'set-template',
      title: 'Set the template',
      status: 'applied',
      attempts: 1,
      startedAt: at,
      finishedAt: at,
      elapsedSeconds: 1.5,
      awaySeconds: 0,
      expectedSeconds: 2,
      expected: null,
      note: null,
      leavesBehind: 'nothing',
    },
  ],
  warnings: [],
  parts: {
    ...{ sentence: 'Goes back: the code of checkout. Stays: rows written since.' },
    ...{ losses: [], schemas: [], stacks: [], commits: [] },
  },
  links: [],
  checks: [
    {
      name: 'errors',
      type: 'prometheus',
      verdict: 'could_not_ask',
      expected: '<= 1 | 2',
      actual: null,
      reason: null,
      passesInARow: 0,
      passesNeeded: 3,
      attempts: 1,
      lastAttemptAt: at,
      deadlineAt: at,
    },
  ],
  holder: null,
  trouble: [],
  actions: { undo: no, resume: no, retry: no, skip: no, hurry: no, stop: no },
  overtaken: null,
  putBack: null,
  earlier: null,
  timeline: [
    {
      id: 1,
      at,
      type: 'rollback.queued',
      urgency: 'act',
      service: 's',
      deploymentId: null,
      runId: 'r1',
      text: 'Queued.',
    },
  ],
};

test('the record says from what to what, why, and what happened', () => {
  const text = runMarkdown(view, 'http://lastgood/runs/r1');
  expect(text).toContain('# Rollback of checkout: v42 → v41 (release 42 → 41)');
  expect(text).toContain('- To: v41 (release 41), presumed good');
  expect(text).toContain('## What goes back\n\nGoes back: the code of checkout.');
  expect(text).toContain('1. Set the template: applied (1 s)');
  expect(text).toContain('- 2026-01-01 03:00:00 Queued.');
});

test('a bar in a value does not break the table', () => {
  expect(runMarkdown(view, '')).toContain('| errors | could not ask | <= 1 \\| 2 | not seen | 0 of 3 |');
});

test('empty sections are left out', () => {
  expect(runMarkdown(view, '')).not.toContain('## Warnings');
  expect(runMarkdown(view, '')).not.toContain('## Stopped');
});

test('a timeline that is cut says so', () => {
  const line = '- Older events are not in this record.';
  expect(runMarkdown({ ...view, earlier: null }, 'http://localhost/runs/r1')).not.toContain(line);
  expect(runMarkdown({ ...view, earlier: 'MTI' }, 'http://localhost/runs/r1')).toContain(line);
});
