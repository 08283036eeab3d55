import { configurationsContract } from '../../contracts/configurations.ts';
import { createInMemoryStepWorld } from '../in-memory-step-world.ts';
import { fakeConfigurationKey } from './configurations.ts';

configurationsContract('the configuration in memory', async () => {
  const { state, ports, receivers } = createInMemoryStepWorld();
  let version = 0;
  return {
    ...{ configurations: ports.configurations, keep: ports.keep },
    place: { cluster: 'main', namespace: 'shop' },
    async put(object, held, immutable = false) {
      version += 1;
      const one = { uid: `u${version}`, version, held, ...(immutable ? { immutable: true as const } : {}) };
      state.configurations[fakeConfigurationKey(object)] = one;
    },
    held: async (object) => state.configurations[fakeConfigurationKey(object)]?.held ?? null,
    taken: () => receivers.accepted.length,
    beforeNextWrite(act) {
      receivers.beforeNextEffect = () => void act();
    },
    faults: {
      none() {
        receivers.faults = [];
        receivers.unreachableFor = 0;
      },
      hangs() {
        receivers.unreachableFor = 2;
      },
      'loses-replies': () => receivers.faults.push('lost-reply'),
    },
    close: async () => {},
  };
}, ['garbage', 'unavailable']);
