import { declaredOverride } from '@lastgood/domain/trigger/override';
import { type Static, Type } from 'typebox';
import { literals, named } from '../wire/named.ts';

export const TriggerOverride = named('TriggerOverride', declaredOverride);

/** What an override does, as it is shown. */
export const AppliedOverride = named(
  'AppliedOverride',
  Type.Object({
    trigger: Type.String(),
    effect: literals(
      ['changed', 'off', 'none'],
      '`off`: the trigger does not watch the service. `none`: it does nothing, since its set has changed; `words` say why.',
    ),
    words: Type.Array(Type.String(), { description: '"threshold 10 % (set web says 5 %)"' }),
  }),
);
export type AppliedOverride = Static<typeof AppliedOverride>;
