import { markVerdicts } from '@lastgood/domain';
import { Prose } from '@lastgood/domain/bounds';
import { type Static, Type } from 'typebox';
import { Instant, literals, named, nullable, strict } from '../../wire/named.ts';

const MarkVerdict = literals(markVerdicts);

export const DeploymentMarkInput = named(
  'DeploymentMarkInput',
  strict({
    verdict: MarkVerdict,
    note: Type.Optional(Prose({ description: 'Why, for whoever reads it later.' })),
  }),
);

/** What a person says that a deployment was. */
export const DeploymentMark = named(
  'DeploymentMark',
  Type.Object({ verdict: MarkVerdict, by: Type.String(), note: nullable(Type.String()), at: Instant }),
);
export type DeploymentMark = Static<typeof DeploymentMark>;
