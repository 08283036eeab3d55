import type { EffectResult, FlagSeen, StepEffect, StepOf, TemplateSeen } from '@lastgood/domain';
import { describe, expect, it } from 'vitest';
import { type AttemptControl, applyByContract } from './apply-by-contract.ts';

const flag: StepOf<'set-flag'> = {
  ...{ kind: 'set-flag', provider: 'flags', project: 'shop', environment: 'test', flag: 'new-cart' },
  ...{ from: true, to: false },
};
const operation = { key: 'r1/0', epoch: 1 };
const control = (over: Partial<AttemptControl> = {}): AttemptControl => ({
  clock: { now: () => 0, sleep: async () => {} },
  signal: new AbortController().signal,
  lost: () => false,
  ...over,
});
const seenOf = (value: boolean): FlagSeen => ({ ...flagSeen, value });
const flagSeen = { value: true, version: 7, archived: false };

/** Shows these values one after another; keeps what each write was given. */
function effectOf(result: EffectResult, ...values: boolean[]) {
  const given: FlagSeen[] = [];
  const effect: StepEffect<'set-flag'> = {
    observe: async () => ({ kind: 'seen', seen: seenOf(values.shift() ?? true) }),
    async apply(_step, seen) {
      given.push(seen);
      return result;
    },
  };
  return { effect, given };
}

describe('an attempt', () => {
  const took: EffectResult = { kind: 'applied', note: 'took it' };
  const lost: EffectResult = { kind: 'unknown', reason: 'the answer was lost' };

  it.each<[string, EffectResult, boolean[], string, string, boolean]>([
    ['applied, and read back', took, [true, false], 'applied', 'took it', true],
    ['applied, and not to be seen yet', took, [true, true], 'waiting', 'took it', true],
    ['lost, and found to be done', lost, [true, false], 'applied', 'the answer was lost', true],
    ['lost, and not to be seen yet', lost, [true, true], 'waiting', 'the answer was lost', true],
    ['found to be in place', { kind: 'already', note: 'was so' }, [true, false], 'applied', 'was so', false],
    [
      'put off',
      { kind: 'retry', reason: 'answered 429', afterMs: 1 },
      [true],
      'waiting',
      'answered 429',
      false,
    ],
  ])('that is %s', async (_words, result, values, kind, note, sent) => {
    const { effect, given } = effectOf(result, ...values);
    const attempted = await applyByContract(control(), effect, flag, operation);
    expect(attempted).toMatchObject({ outcome: { kind, note: expect.stringContaining(note) }, sent });
    expect(given).toEqual([seenOf(true)]);
  });

  it('that the outside refuses has sent nothing', async () => {
    const { effect } = effectOf({ kind: 'refused', reason: 'not so' }, true);
    const attempted = await applyByContract(control(), effect, flag, operation);
    expect(attempted).toMatchObject({ outcome: { kind: 'failed', reason: 'not so' }, sent: false });
  });

  it('sends nothing when it is done already, or when the run is held by another replica', async () => {
    const done = effectOf(took, false);
    expect(await applyByContract(control(), done.effect, flag, operation)).toMatchObject({
      outcome: { kind: 'applied' },
      sent: false,
    });
    const over = effectOf(took, true);
    expect(await applyByContract(control({ lost: () => true }), over.effect, flag, operation)).toEqual({
      outcome: { kind: 'waiting', until: 0, note: 'this replica no longer holds the run' },
      sent: false,
    });
    expect([...done.given, ...over.given]).toEqual([]);
  });

  it('of a rehearsal changes nothing, and one whose answer was lost is asked again', async () => {
    const seen: TemplateSeen = {
      ...{ uid: 'u', templateDigest: 'sha256:bad', paused: false, beingDeleted: false },
      ...{ template: {}, operation: null, resumeHint: '', fence: {} },
    };
    const step: StepOf<'rehearse-template'> = {
      kind: 'rehearse-template',
      workload: { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'web' },
      ...{ uid: 'u', fromDigest: 'sha256:bad', templateDigest: 'sha256:good' },
      ...{ template: {}, imageDigests: {} },
    };
    const rehearse = (result: EffectResult) =>
      applyByContract(
        control(),
        { observe: async () => ({ kind: 'seen', seen }), apply: async () => result },
        step,
        operation,
      );
    expect(await rehearse(took)).toEqual({ outcome: { kind: 'applied', note: 'took it' }, sent: false });
    expect(await rehearse(lost)).toMatchObject({ outcome: { kind: 'waiting' }, sent: false });
  });

  it('that is told *already* and then sees the effect under way has found it sent', async () => {
    const step: StepOf<'migrate-to'> = {
      ...{ kind: 'migrate-to', database: 'shop', from: '2', to: '1', acceptedLoss: [] },
    };
    const database = {
      head: '2',
      dirty: false,
      sessions: 0,
      sessionsHint: '',
      irreversible: null,
      undeclared: [],
      loss: {},
    };
    const running: (string | null)[] = [null, operation.key];
    const effect: StepEffect<'migrate-to'> = {
      observe: async () => ({ kind: 'seen', seen: { ...database, running: running.shift() ?? null } }),
      apply: async () => ({ kind: 'already', note: 'it runs' }),
    };
    expect(await applyByContract(control(), effect, step, operation)).toMatchObject({
      outcome: { kind: 'waiting' },
      sent: true,
    });
  });

  it('that breaks has sent nothing unless it broke in sending or after it', async () => {
    const broken = () => Promise.reject(new Error('not JSON'));
    const { effect } = effectOf(took, true);
    const waiting = { outcome: { kind: 'waiting', note: 'unexpected: not JSON' } };
    const attempt = (over: Partial<StepEffect<'set-flag'>>) =>
      applyByContract(control(), { ...effect, ...over }, flag, operation);
    expect(await attempt({ observe: broken })).toMatchObject({ ...waiting, sent: false });
    expect(await attempt({ apply: broken })).toMatchObject({ ...waiting, sent: true });
  });
});
