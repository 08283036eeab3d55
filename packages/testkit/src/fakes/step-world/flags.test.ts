import { flagStateOf } from '@lastgood/domain';
import { flagsContract } from '../../contracts/flags.ts';
import { createInMemoryStepWorld } from '../in-memory-step-world.ts';

flagsContract('the flag provider in memory', async () => {
  const { state, ports, receivers } = createInMemoryStepWorld();
  const flag = { provider: 'memory', project: 'shop', environment: 'production', flag: 'new-cart' };
  const held = { value: {}, version: 1, archived: false };
  state.flags['new-cart'] = held;
  const put = (over: object) => void Object.assign(held, over, { version: held.version + 1 });
  return {
    flags: ports.flags,
    flag,
    moves: [
      [true, false],
      [{ percentage: 100 }, { percentage: 10 }],
      [
        { on: true, variants: { blue: 40, green: 60 } },
        { on: true, variant: 'green' },
      ],
    ],
    third: { percentage: 33, variants: { red: 100 } },
    put: async (value) => put({ value: flagStateOf(value) }),
    picture: async () => structuredClone(state.flags),
    taken: () => receivers.accepted.length,
    faults: {
      none() {
        receivers.faults = [];
        receivers.unreachableFor = 0;
      },
      hangs() {
        receivers.unreachableFor = 2;
      },
      'loses-replies': () => receivers.faults.push('lost-reply'),
      'loses-writes': () => receivers.faults.push('lost-request'),
    },
    archive: async (archived) => put({ archived }),
    beforeNextWrite(act) {
      receivers.beforeNextEffect = () => void act();
    },
    secret: null,
    close: async () => {},
  };
}, ['garbage', 'unavailable', 'busy', 'forbidden']);
