import { describe, expect, it } from 'vitest';
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
  it.each(['none', 'ordered', 'held'] as const)(
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
      '`kubectl annotate scaledobject work --namespace shop --overwrite autoscaling.keda.sh/paused=true autoscaling.keda.sh/paused-replicas-`',
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
