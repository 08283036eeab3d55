import type { Random } from '../../random.ts';
import { createInMemoryHttpProbe } from '../in-memory-http-probe.ts';
import { createInMemoryStepWorld } from '../in-memory-step-world.ts';
import { integer, type StepCase, type StepCases } from './step-case.ts';

export const verifyAndNotifyCases: Pick<StepCases, 'verify' | 'notify'> = {
  notify: (random) => ({
    world: createInMemoryStepWorld(),
    step: {
      kind: 'notify',
      urgency: random.pick(['info', 'page']),
      title: 'Writers of shop stop now',
      text: `For about ${integer(random, 1, 9)} minutes.`,
    },
    effects: 1,
    meddle: null,
  }),
  verify: verifyCase,
};

function verifyCase(random: Random): StepCase<'verify'> {
  const probe = createInMemoryHttpProbe();
  const passes = integer(random, 1, 4);
  const url = 'http://shop.example/health';
  return {
    world: createInMemoryStepWorld(),
    step: { kind: 'verify' },
    effects: 0,
    probe,
    service: {
      checks: [
        { name: 'health', type: 'http', url, expectedStatus: 200, passes, everyMs: 1_000, timeoutMs: 15_000 },
      ],
    },
    meddle: {
      act: () => probe.answer(() => ({ kind: 'answered', status: 503, tookMs: 1, ageMs: 0 })),
      words: /health/,
    },
  };
}
