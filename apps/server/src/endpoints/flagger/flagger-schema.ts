import { MapOf, Name, Text } from '@lastgood/domain/bounds';
import { Type } from 'typebox';
import { JsonValue } from '../../wire/json-value.ts';
import { named, ref, strict } from '../../wire/named.ts';

export const FlaggerParams = strict({ cluster: Name() });

/** Open: newer versions of Flagger say more. https://docs.flagger.app/usage/webhooks */
export const FlaggerAsk = named(
  'FlaggerAsk',
  Type.Object(
    {
      name: Name(),
      namespace: Name(),
      phase: Type.Optional(Text(63)),
      checksum: Text(63, { description: 'Of the version under analysis, as Flagger computes it.' }),
    },
    { ...MapOf(ref(JsonValue), 50) },
  ),
);

export const FlaggerOrder = named(
  'FlaggerOrder',
  strict({ runId: Type.String({ description: 'The rollback that orders it.' }) }),
);
