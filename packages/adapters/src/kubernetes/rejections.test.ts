import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { endOfAttempt, reasonOf } from './answer-words.ts';
import { isLostFence, longestRetryAfterMs, toRejection } from './api-answer.ts';
import { safeText } from './safe-text.ts';

interface Recorded {
  status: number;
  retryAfter?: string;
  body: unknown;
}

/** Answers of Kubernetes 1.36 as they were recorded. */
const recorded: Record<string, Recorded> = JSON.parse(
  readFileSync(new URL('./fixtures/refusals.json', import.meta.url), 'utf8'),
);

function rejection(id: string) {
  const answer = recorded[id];
  if (!answer) throw new Error(`nothing recorded as ${id}`);
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  return toRejection(answer.status, text, answer.retryAfter, 0);
}

describe('refusals of an API server are told apart', () => {
  it.each([
    ['get-403', 'missing-right'],
    ['list-all-403', 'missing-right'],
    ['scale-403', 'missing-right'],
    ['anonymous', 'missing-right'],
    ['cold-0', 'missing-right'],
    ['deny', 'policy'],
    ['deny-dry', 'policy'],
    ['deny-forbidden', 'policy'],
    ['deny-large', 'policy'],
    ['deny-error', 'policy'],
    ['deny-fence', 'lost-fence'],
    ['cm-stale', 'lost-fence'],
    ['hook-plain', 'webhook'],
    ['hook-message', 'webhook'],
    ['hook-403', 'webhook'],
    ['hook-409', 'webhook'],
    ['hook-fails', 'webhook-fails'],
    ['hook-hangs', 'webhook-fails'],
    ['hook-away', 'webhook-fails'],
    ['quota-deployments-403', 'quota'],
    ['b-create', 'namespace-ending'],
    ['expired', 'not-authenticated'],
    ['wrong-audience', 'not-authenticated'],
    ['get-429', 'busy'],
    ['patch-429', 'busy'],
    ['cm-immutable-data', 'other'],
  ])('%s is %s', (id, why) => {
    expect(rejection(id).why).toBe(why);
  });

  it.each(['hook-fails', 'hook-hangs', 'hook-away', 'patch-429'])('tries again after %s', (id) => {
    expect(endOfAttempt(rejection(id)).kind).toBe('retry');
  });

  it.each([
    'patch-403',
    'deny',
    'deny-forbidden',
    'hook-message',
    'hook-409',
    'quota-deployments-403',
    'b-create',
  ])('does not send again after %s', (id) => {
    expect(endOfAttempt(rejection(id)).kind).toBe('refused');
  });

  it('takes no 409, 422 or 400 of admission for a lost fence', () => {
    for (const id of ['hook-409', 'hook-plain', 'deny', 'deny-dry'])
      expect(isLostFence(rejection(id))).toBe(false);
    const hook422 = { kind: 'Status', message: 'admission webhook "w" denied the request: no', code: 422 };
    expect(isLostFence(toRejection(422, JSON.stringify(hook422), undefined, 0))).toBe(false);
    for (const id of ['deny-fence', 'cm-stale', 'cm-test-data-lost'])
      expect(isLostFence(rejection(id))).toBe(true);
  });

  it('says which right is missing where, and the rule that gives it', () => {
    expect(reasonOf(rejection('patch-403'))).toContain('may not patch deployments in namespace trace');
    expect(reasonOf(rejection('patch-403'))).toContain(
      '{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"] }',
    );
    expect(rejection('patch-403').right).toMatchObject({ verb: 'patch', name: 'web' });
    expect(reasonOf(rejection('scale-403'))).toContain('patch deployments/scale in namespace trace');
    expect(reasonOf(rejection('list-all-403'))).toContain('list deployments in the whole cluster');
    expect(reasonOf(rejection('delete-pod-403'))).toContain('apiGroups: [""]');
  });

  it.each([
    ['expired', /expired, was revoked/],
    ['deny', /admission policy .*only approved images/],
    ['hook-409', /admission webhook .*hook\.example\.com.*not on a Friday/],
    ['hook-hangs', /does not answer.*context deadline exceeded/],
    ['quota-deployments-403', /quota .*exceeded quota: small/],
    ['b-create', /namespace is being deleted/],
    ['patch-429', /too many requests/],
  ])('says in words what %s is', (id, words) => {
    expect(reasonOf(rejection(id))).toMatch(words);
  });

  it('knows pod security by its text', () => {
    const message = 'pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true';
    expect(toRejection(403, JSON.stringify({ message }), undefined, 0).why).toBe('pod-security');
  });
});

describe('what an API server quotes', () => {
  const secret = 'aHVudGVyMg';

  it.each(['secret-bad', 'cm-value-type', 'secret-type'])(
    'of %s nothing but fields and reasons is kept',
    (id) => {
      expect(JSON.stringify(recorded[id])).toMatch(/aHVudGVyMg|example\.com/);
      const told = JSON.stringify([rejection(id), reasonOf(rejection(id)), endOfAttempt(rejection(id))]);
      expect(told).not.toContain(secret);
      expect(told).not.toContain('example.com/other');
      expect(told).toContain('Invalid');
    },
  );

  it('keeps field, reason and detail', () => {
    expect(rejection('secret-bad').message).toBe(
      '422 Invalid: patch: Invalid value: (left out): illegal base64 data at input byte 3',
    );
    expect(rejection('secret-type').causes).toEqual(['type: Invalid value: (left out): field is immutable']);
  });

  it.each([
    `patch: Invalid value: "{"data":{"p":"${secret}"}}": bad`,
    `patch: Invalid value: {"data":{"p":"${secret}"}}: bad`,
    `Duplicate value: core.EnvVar{Name:"A", Value:"${secret}"}`,
    `cannot be handled: json parse error; object: {"data":{"p":"${secret}"}}`,
    `decode: {\\"data\\":\\"${secret}\\"}`,
    `the object provided is unrecognized (${Buffer.from(`{"data":{"p":"${secret}"}}`).toString('hex').repeat(2)})`,
    `Unsupported value: "${secret}", Invalid value: "${secret}"`,
    `two: Invalid value: "a\\"${secret}": must; three: Invalid value: "${secret}"`,
  ])('does not pass on %s', (text) => {
    const told = safeText(text);
    expect(told).not.toContain(secret);
    expect(told).not.toContain(Buffer.from(secret).toString('hex'));
  });

  it('keeps names, supported values and image digests, and not more than a few lines', () => {
    const image = `image registry.example/web@sha256:${'a'.repeat(64)} is not signed`;
    expect(safeText(image)).toBe(image);
    const enumeration = 'Unsupported value: "x": supported values: "Forbidden", "Invalid"';
    expect(safeText(enumeration)).toContain('supported values: "Forbidden"');
    expect(safeText('word '.repeat(1_000)).length).toBeLessThanOrEqual(400);
  });
});

describe('how long an API server asks to wait', () => {
  it.each([
    '86400',
    '100000000000000000000',
    '1e20',
    'Thu, 01 Jan 2099 00:00:00 GMT',
    '-5',
    'NaN',
    'soon',
    '',
  ])('is never longer than the ceiling, nor before now: %s', (value) => {
    const asked = toRejection(429, 'busy', value, 0);
    expect(asked.retryAfterMs ?? 0).toBeLessThanOrEqual(longestRetryAfterMs);
    expect(asked.retryAfterMs ?? 0).toBeGreaterThanOrEqual(0);
    const end = endOfAttempt(asked);
    expect(end.kind === 'retry' && end.afterMs >= 0 && end.afterMs <= longestRetryAfterMs).toBe(true);
  });
});
