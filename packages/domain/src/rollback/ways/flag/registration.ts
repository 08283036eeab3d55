import { type Static, Type } from 'typebox';
import { Name } from '../../../bounds.ts';
import type { OtherChange } from '../../../deployment/deployment.ts';
import { type FlagValue, servesFlag } from '../../contracts/flag-state.ts';
import type { ChangeRegistration } from '../change-registration.ts';
import { type FlagChange, flagChange } from './change.ts';

/** Where the flags of a service are, so that a pipeline need not say it each time. */
export const flagDeclaration = Type.Object(
  {
    provider: Name({ description: 'The name under which its provider is configured' }),
    project: Type.Optional(Name({ description: 'As its provider calls it; default: `default`' })),
    environment: Name({ description: 'As its provider calls it' }),
    flags: Type.Optional(
      Type.Array(
        Type.Object(
          {
            flag: flagChange.target.properties.flag,
            provider: Type.Optional(flagChange.target.properties.provider),
            project: Type.Optional(flagChange.target.properties.project),
            environment: Type.Optional(flagChange.target.properties.environment),
          },
          { additionalProperties: false },
        ),
        {
          maxItems: 20,
          description:
            'Flags that are looked at with each deployment, so that one which was changed and not registered is seen; what is left out is as above',
        },
      ),
    ),
  },
  { additionalProperties: false },
);

type Declared = Static<typeof flagDeclaration>;

/** A pipeline names the flag and what it sets it to; what it served before is read at its provider. */
export const flagRegistration: ChangeRegistration<'flag', Declared> = {
  given: Type.Object(
    {
      ...flagChange.target.properties,
      provider: Type.Optional(flagChange.target.properties.provider),
      project: Type.Optional(flagChange.target.properties.project),
      environment: Type.Optional(flagChange.target.properties.environment),
    },
    { additionalProperties: false },
  ),
  complete(target, declared) {
    const { flags: _flags, ...place } = declared ?? {};
    const completed = { project: 'default', ...place, ...target };
    const missing = ['provider', 'environment'].filter((name) => !Object.hasOwn(completed, name));
    if (missing.length === 0) return { kind: 'complete', target: completed };
    const reason = `names no ${missing.join(' and no ')}, and the service declares none: name it, or declare it under rollback.flag of the service`;
    return { kind: 'missing', reason };
  },
  reading: {
    need: (change) => ({ kind: 'flag', ask: { ...(change as FlagChange & OtherChange).target } }),
    before: ({ answer }) => (answer.kind === 'seen' && !answer.seen.archived ? answer.seen.value : null),
    isInPlace: (read, after) => after !== null && servesFlag(read as FlagValue, after as FlagValue),
  },
};
