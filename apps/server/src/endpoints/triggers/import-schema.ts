import { type Static, Type } from 'typebox';
import { TriggerInput } from '../../declaration/trigger-input-schema.ts';
import { literals, named, ref } from '../../wire/named.ts';

const ImportedAlert = named(
  'ImportedAlert',
  Type.Object({
    group: Type.String(),
    name: Type.String({ description: 'As the rule file has it.' }),
    outcome: literals(
      ['same', 'differs', 'left_out'],
      'same: it breaches where the rule has a sample, with the same value. differs: it breaches where the rule has a sample, and the notes say what is otherwise. left_out: the notes say why.',
    ),
    triggers: Type.Array(ref(TriggerInput), {
      description: 'Several where one of several conditions is enough.',
    }),
    notes: Type.Array(Type.String()),
  }),
);

export const RuleImport = named(
  'RuleImport',
  Type.Object({
    alerts: Type.Array(ref(ImportedAlert)),
    notes: Type.Array(Type.String(), { description: 'What is true of the whole file.' }),
  }),
);
export type RuleImport = Static<typeof RuleImport>;
