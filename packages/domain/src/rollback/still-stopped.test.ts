import { expect, it } from 'vitest';
import type { WritersTarget } from './contracts/writers.ts';
import { plannedStep } from './planned-step.ts';
import type { Step } from './step.ts';
import { withStillStopped } from './still-stopped.ts';

const workload = { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'cart-worker' } as const;
const writers: WritersTarget = { writers: [{ workload, uid: 'u1', replicas: 2 }], database: 'shop' };
const planned = (step: Step) =>
  plannedStep(step, { title: step.kind, target: 'release 1', expectedMs: null });

it('every step between stopping and starting the writers says that they are stopped', () => {
  const before = [
    planned({ kind: 'notify', urgency: 'info', title: 'now', text: '' }),
    planned({ kind: 'stop-writers', ...writers }),
    planned({ kind: 'migrate-to', database: 'shop', from: '0018', to: '0017', acceptedLoss: [] }),
    planned({ kind: 'start-writers', ...writers }),
    planned({ kind: 'verify' }),
  ];
  const after = withStillStopped(before);
  const added = after.map(({ leavesBehind }, index) =>
    leavesBehind.slice(before[index]?.leavesBehind.length).trim(),
  );
  expect(added).toEqual(['', '', 'Stopped and not started again: cart-worker.', '', '']);
});
