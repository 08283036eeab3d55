import { type FamilyName, families } from '@lastgood/adapters';
import { defaultBrakes } from '@lastgood/domain';
import { type Static, type TProperties, Type } from 'typebox';
import { Name, sectionOf } from './family-section.ts';

function section<T extends TProperties>(properties: T, description: string) {
  return Type.Object(properties, { additionalProperties: false, description });
}

const Server = section(
  {
    host: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Address to bind; default 127.0.0.1. Any other needs tokens.',
      }),
    ),
    port: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 65_535,
        description: 'Default 4600, or a free one when that is taken. Given here it must be free.',
      }),
    ),
    publicUrl: Type.Optional(
      Type.String({ pattern: '^https?://', description: 'Where people reach Lastgood; used in links.' }),
    ),
    allowedHosts: Type.Optional(
      Type.Array(Type.String({ pattern: '^[^:/]+$|^\\[.*\\]$' }), {
        description: 'Host names without port.',
      }),
    ),
    allowedOrigins: Type.Optional(
      Type.Array(Type.String({ pattern: '^https?://[^/@]+$' }), {
        description: 'Other sites whose pages may write and listen.',
      }),
    ),
    tokens: Type.Optional(
      Type.Array(
        section(
          {
            name: Name,
            sha256: Type.String({
              pattern: '^[0-9a-fA-F]{64}$',
              description: 'SHA-256 of the token, in hex: printf %s "$TOKEN" | sha256sum',
            }),
          },
          'A bearer token, by its hash.',
        ),
      ),
    ),
    webRoot: Type.Optional(Type.String({ description: 'Folder of the built web app.' })),
  },
  'How Lastgood is reached.',
);

const Database = Type.Union([
  Type.Literal('embedded'),
  section(
    {
      url: Type.String({
        pattern: '^postgres(ql)?://',
        description:
          'postgresql://user:password@host/name, with ?sslmode=verify-full&sslrootcert=/path for TLS',
      }),
      maxConnections: Type.Optional(Type.Integer({ minimum: 4, maximum: 200, default: 20 })),
    },
    'A PostgreSQL server.',
  ),
]);

const Evaluator = section(
  {
    intervalSeconds: Type.Optional(Type.Number({ minimum: 1, maximum: 3600, default: 15 })),
    offsetSeconds: Type.Optional(
      Type.Number({ minimum: 0, maximum: 600, default: 0, description: 'Queries ask for slot - offset.' }),
    ),
    outageToleranceSeconds: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: 86_400,
        default: 300,
        description: 'After a longer gap in readings a breach is counted from its start again.',
      }),
    ),
  },
  'How triggers are evaluated.',
);

const Brakes = section(
  {
    maxAutomaticPerHour: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1_000_000,
        default: defaultBrakes.maxAutomaticPerHour,
        description: 'Automatic rollbacks an hour, over the fleet.',
      }),
    ),
    maxServicesPerSlot: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        default: defaultBrakes.maxTrippedPerSlot,
        description: 'More services tripping in one slot: the monitoring is likelier at fault.',
      }),
    ),
  },
  'What stops automatic rollbacks.',
);

const Own = section(
  {
    server: Type.Optional(Server),
    database: Type.Optional(Database),
    sandbox: Type.Optional(
      Type.Boolean({ description: 'Run the sample world; default without a file: true.' }),
    ),
    dataDir: Type.Optional(Type.String({ description: 'Folder of embedded data; default .lastgood.' })),
    evaluator: Type.Optional(Evaluator),
    brakes: Type.Optional(Brakes),
    runs: Type.Optional(
      section(
        {
          atOnce: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 100,
              default: 8,
              description: 'Runs of one cluster that a replica carries at the same time.',
            }),
          ),
          leaseSeconds: Type.Optional(
            Type.Number({
              minimum: 0.5,
              maximum: 60,
              default: 2,
              description: 'A frozen replica loses them.',
            }),
          ),
        },
        'How rollbacks are carried out.',
      ),
    ),
    retention: Type.Optional(
      section({ days: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650, default: 30 })) }, 'Readings.'),
    ),
    log: Type.Optional(
      section(
        {
          level: Type.Optional(
            Type.Union(
              (['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const).map((level) =>
                Type.Literal(level),
              ),
            ),
          ),
        },
        'Logs go to standard output.',
      ),
    ),
    replica: Type.Optional(Name),
  },
  'Settings of Lastgood itself.',
);

/**
 * `lastgood.yaml`: Lastgood's own settings and a section for each family that has vendors. Any string may be written as
 * `{env: NAME}` or `{file: path}`; its value is then never shown.
 */
export const ConfigFile = section({ ...Own.properties, ...familySections() }, 'Configuration of Lastgood.');

/** What a family's entries say is known to its vendors alone. */
export type ConfigFile = Static<typeof Own> & Partial<Record<FamilyName, unknown>>;

function familySections(): TProperties {
  const furnished = Object.entries(families).filter(([, family]) => family.vendors.length > 0);
  return Object.fromEntries(furnished.map(([key, family]) => [key, Type.Optional(sectionOf(family))]));
}
