import {
  type InfrastructureChange,
  infrastructureActions,
} from '@lastgood/domain/rollback/infrastructure-change';
import type { StepOf } from '@lastgood/domain/rollback/step';
import { attemptStep } from '@lastgood/testkit/contracts/attempt-step';
import { createCloudformation } from './cloudformation.ts';
import type { CloudformationSettings } from './settings.ts';
import type { ShownChange, StackServer } from './stack-server-harness.ts';

type Step = StepOf<'apply-infrastructure'>;

const never = () => new AbortController().signal;

/** Whatever happens to them was shown. */
const shown: InfrastructureChange[] = ['Queue', 'Database'].flatMap((address) =>
  infrastructureActions.map((action) => ({ address, type: 'any', action, keepsData: false })),
);

export const change = (over: Partial<ShownChange>): ShownChange => ({
  Action: 'Modify',
  LogicalResourceId: 'Database',
  ResourceType: 'AWS::RDS::DBInstance',
  Replacement: 'False',
  ...over,
});

/** The stack `queues` going back from v42 to v41; every attempt is that of a process which has just begun. */
export function goingBackOf(server: () => StackServer) {
  const adapter = (settings: Partial<CloudformationSettings> = {}) => {
    const { region, url: endpoint, key } = server();
    return createCloudformation({
      ...{ name: 'queues', region, endpoint, ...key, timeoutMs: 400 },
      templateUrl: 'https://templates.example/queues/{version}.yaml',
      versionParameter: 'Version',
      ...settings,
    });
  };
  const step = (over: Partial<Step> = {}): Step => ({
    ...{ kind: 'apply-infrastructure', stack: 'queues', lineage: server().stack.id, from: 'v42', to: 'v41' },
    ...{ changes: shown, acceptedDestroys: [] },
    ...over,
  });
  const attempt = async (over: Partial<Step> = {}, operation = 'r1/0', { applyInfrastructure } = adapter()) =>
    (await attemptStep(applyInfrastructure, step(over), operation)).outcome;

  return {
    adapter,
    step,
    attempt,
    plan: (to = 'v41', settings: Partial<CloudformationSettings> = {}) =>
      adapter(settings).readStack({ stack: 'queues', from: 'v42', to }, never()),
    /** Until the change set is made, and then what came of executing it. */
    async toExecution(over: Partial<Step> = {}, operation = 'r1/0', port = adapter()) {
      for (let tries = 0; tries < 5; tries += 1) {
        const outcome = await attempt(over, operation, port);
        if (outcome.kind !== 'waiting' || !outcome.note.includes('working out')) return outcome;
      }
      throw new Error('the change set is not made');
    },
    sent: (action: string) => server().calls.filter((call) => call.action === action),
    /** What it changes from now on. */
    changes(...changes: ShownChange[]) {
      server().templates.v41 = { parameters: ['Version', 'Size'], changes };
    },
  };
}
