import { describe, expect, it } from 'vitest';
import type { AutoscalerFromZero } from './autoscaler-from-zero.ts';
import type { KedaScaling } from './keda-scaling.ts';
import { stopWriters } from './stop-writers.ts';
import type { WritersSeen } from './writers.ts';

const workload = { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'worker' } as const;
const step = { writers: [{ workload, uid: 'u', replicas: 3 }], database: 'orders' };
const stopped = { uid: 'u', desired: 0, ready: 0, pods: 0 };
const seen = (over: Partial<WritersSeen['writers'][number]>): WritersSeen => ({
  writers: [{ ...stopped, ...over }],
  sessions: 0,
});
const keda = (pause: KedaScaling['pause']) => ({ name: 'work', namespace: 'shop', pause });

describe('a writer that KEDA scales', () => {
  it.each(['none', 'ordered', 'held', 'one-way'] as const)(
    'is refused, and not stopped even where it has no pods, while its pause is %s',
    (pause) => {
      for (const running of [{ desired: 3, ready: 3, pods: 3 }, {}]) {
        const found = seen({ ...running, keda: keda(pause) });
        expect(stopWriters.isDone(step, found)).toBe(false);
        expect(stopWriters.refusal(step, found, 'r/1')).toMatchObject({
          reason: expect.stringContaining(
            'Deployment worker is scaled by KEDA ScaledObject work, which would start it again while the schema goes back',
          ),
          advice: expect.stringContaining('shows PAUSED True, resume'),
        });
      }
    },
  );

  it('is told how to be paused, in the command that does so', () =>
    expect(stopWriters.refusal(step, seen({ keda: keda('none') }), 'r/1')?.advice).toContain(
      '`kubectl annotate scaledobject work --namespace shop --overwrite autoscaling.keda.sh/paused=true autoscaling.keda.sh/paused-replicas- autoscaling.keda.sh/paused-scale-in- autoscaling.keda.sh/paused-scale-out-`',
    ));

  it('that is paused in part may have been so before all of it was', () =>
    expect(stopWriters.refusal(step, seen({ keda: keda('one-way') }), 'r/1')?.reason).toMatch(
      /scales it still, for only one direction is, or was when all of it was paused\.$/,
    ));

  it('is unpaused before it is paused where KEDA takes a pause of one direction for the whole', () =>
    expect(stopWriters.refusal(step, seen({ keda: keda('one-way') }), 'r/1')?.advice).toMatch(
      /^Take every pause of it away first.*paused- .*shows PAUSED False\. Then pause it: .*paused=true/,
    ));

  it.each(['at-zero', 'left-alone'] as const)('is stopped as any other while KEDA keeps it %s', (pause) => {
    const found = seen({ keda: keda(pause) });
    expect(stopWriters.refusal(step, found, 'r/1')).toBe(null);
    expect(stopWriters.isDone(step, found)).toBe(true);
  });

  it('is stopped as any other where nobody may look: the plan has told so', () => {
    const found = seen({ keda: { unread: 'no right' } });
    expect(stopWriters.refusal(step, found, 'r/1')).toBe(null);
    expect(stopWriters.isDone(step, found)).toBe(true);
  });
});

describe('a writer that an autoscaler may bring up from none', () => {
  const scaled = (from: AutoscalerFromZero['from'] = 'may-be-none') =>
    seen({ autoscaler: { name: 'queue', namespace: 'shop', from } });

  it('is refused, and not stopped even where it has no pods', () => {
    expect(stopWriters.isDone(step, scaled())).toBe(false);
    expect(stopWriters.refusal(step, scaled(), 'r/1')).toMatchObject({
      reason: expect.stringContaining(
        'Deployment worker is scaled by HorizontalPodAutoscaler queue, which may start it again while the schema goes back, as its minReplicas is 0',
      ),
      advice: expect.stringMatching(
        /^Set its minReplicas to 1, .*`kubectl patch hpa queue --namespace shop --patch '\{"spec":\{"minReplicas":1\}\}'`.* resume;/,
      ),
    });
  });

  it('is waited for where that is about to bring up what it had brought down', () =>
    expect(stopWriters.refusal(step, scaled('brought-to-none'), 'r/1')?.advice).toMatch(
      /^Wait until it has, or scale it to 1 yourself where it stays at 0\. Once /,
    ));

  it('is stopped as any other where nobody may look: the plan has told so', () =>
    expect(stopWriters.refusal(step, seen({ autoscaler: { unread: 'no right' } }), 'r/1')).toBe(null));
});
