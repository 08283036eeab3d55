import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { longest, Name } from '../../../bounds.ts';
import type { Change, OtherChange } from '../../../deployment/deployment.ts';
import {
  type ConfigurationRef,
  type ConfigurationState,
  configurationKinds,
} from '../../../workload/configuration.ts';

const target = Type.Object({
  cluster: Name(),
  namespace: Name(),
  kind: Type.Enum([...configurationKinds], { type: 'string' }),
  name: Name(),
});

const state = Type.Union([
  Type.Object({
    kind: Type.Literal('there'),
    digest: Type.String({ maxLength: longest.name }),
    keys: Type.Record(Type.String(), Type.String()),
  }),
  Type.Object({ kind: Type.Literal('absent') }),
]);

/** What a rollback has set a ConfigMap or a Secret to. What a release changed of them is recorded with its workloads. */
export type ConfigurationChange = OtherChange & {
  kind: 'config';
  target: ConfigurationRef & { cluster: string; namespace: string };
  before: ConfigurationState;
  after: ConfigurationState;
};

/** Lastgood's own record; what a pipeline registers as `config` in its own words nobody takes back. */
export function isConfigurationChange(change: Change): change is ConfigurationChange {
  return (
    change.kind === 'config' &&
    Check(target, change.target) &&
    Check(state, change.before) &&
    Check(state, change.after)
  );
}
