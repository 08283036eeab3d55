import { shortName } from '@lastgood/domain/trigger/declared-trigger';
import { type Static, Type } from 'typebox';
import { TriggerInput } from '../../declaration/trigger-input-schema.ts';
import { named, page, ref, strict } from '../../wire/named.ts';

export const SetParams = strict({ name: shortName });

export const TriggerSet = named(
  'TriggerSet',
  Type.Object({
    name: Type.String(),
    description: Type.String(),
    triggers: Type.Array(ref(TriggerInput)),
    warnings: Type.Array(Type.String(), { description: 'What the linter noticed but did not refuse.' }),
  }),
);
export type TriggerSet = Static<typeof TriggerSet>;

export const TriggerSetPage = named('TriggerSetPage', page(TriggerSet));
