import type { WorkloadTarget } from '@lastgood/domain';
import { writersContract } from '../../contracts/writers.ts';
import { createReceiverState } from './receivers.ts';
import { createInMemoryWriters, type WriterStates } from './writers.ts';

const target = (name: string): WorkloadTarget => ({
  ...{ cluster: 'main', namespace: 'shop', kind: 'Deployment', name },
});

writersContract('the fake', async () => {
  const receivers = createReceiverState();
  const running = (uid: string) => ({ uid, desired: 3, ready: 3, pods: 3 });
  const state: WriterStates = { writers: { web: running('a'), worker: running('b') }, sessions: {} };
  const at = ({ name }: WorkloadTarget) => state.writers[name] ?? running('nobody');
  return {
    writers: createInMemoryWriters(receivers, state),
    workloads: [target('web'), target('worker')],
    async settle() {
      for (const end of receivers.working.splice(0)) end();
    },
    async scale(workload, replicas) {
      Object.assign(at(workload), { desired: replicas, ready: replicas, pods: replicas });
    },
    async replace(workload) {
      state.writers[workload.name] = running('c');
    },
    loseNextReply: () => void receivers.faults.push('lost-reply'),
    cutOff() {
      receivers.unreachableFor = 9;
    },
    close: async () => {},
  };
});
