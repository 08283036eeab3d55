import { ServiceKeyText } from '@lastgood/domain/bounds';
import { type Static, Type } from 'typebox';
import { named, nullable, strict } from '../../wire/named.ts';

export const NotificationTestInput = named(
  'NotificationTestInput',
  strict({
    service: Type.Optional(
      ServiceKeyText({
        description: 'Only where its notifications go. Default: down each route of the configuration.',
      }),
    ),
  }),
);

const TestedPlace = Type.Object({
  notifier: Type.String(),
  to: nullable(Type.String(), 'Where at its receiver; null for what its settings say.'),
  routes: Type.Array(Type.String(), { description: 'Which routes lead there.' }),
  arrived: nullable(Type.Boolean(), 'Null where nothing is sent as a test, and where no answer tells.'),
  accepted: Type.Boolean({ description: 'Its receiver took what was sent.' }),
  words: Type.String({ description: 'What arrived or was accepted, or why not.' }),
});

export const NotificationTest = named(
  'NotificationTest',
  Type.Object({
    service: nullable(Type.String()),
    places: Type.Array(TestedPlace),
    left: Type.Integer({ description: 'How many further places were not tested.' }),
    passed: Type.Boolean({ description: 'Somebody was told, and nothing that was sent did not arrive.' }),
    sentence: Type.String(),
  }),
);
export type NotificationTest = Static<typeof NotificationTest>;
