import { type FamilyName, families } from '@lastgood/adapters';
import { defaultBrakes, notifyRoute } from '@lastgood/domain';
import { Address, Name as Host, ListOf, longest } from '@lastgood/domain/bounds';
import { type Static, type TProperties, Type } from 'typebox';
import { defaultListeners } from '../http/connection-limits.ts';
import { defaultLimits, type LaneName, type RateName } from '../lanes/lane-limits.ts';
import { defaultConnections } from '../start/split-connections.ts';
import { Name, sectionOf } from './family-section.ts';

function section<T extends TProperties>(properties: T, description: string) {
  return Type.Object(properties, { additionalProperties: false, description });
}

const Server = section(
  {
    host: Type.Optional(
      Host({
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
      Address({
        pattern: '^https?://',
        description: 'Where people reach Lastgood, without a path; used in links.',
      }),
    ),
    allowedHosts: Type.Optional(
      ListOf(Type.String({ maxLength: longest.name, pattern: '^[^:/]+$|^\\[.*\\]$' }), 200, {
        description: 'Host names without port.',
      }),
    ),
    allowedOrigins: Type.Optional(
      ListOf(Address({ pattern: '^https?://[^/@]+$' }), 200, {
        description: 'Other sites whose pages may write and listen.',
      }),
    ),
    tokens: Type.Optional(
      ListOf(
        section(
          {
            name: Name,
            sha256: Type.String({
              maxLength: 64,
              pattern: '^[0-9a-fA-F]{64}$',
              description: 'SHA-256 of the token, in hex: printf %s "$TOKEN" | sha256sum',
            }),
            only: Type.Optional(
              Type.Literal('signals', {
                description:
                  'All that it is good for: to tell of alerts. For an Alertmanager, which need not be able to roll back.',
              }),
            ),
          },
          'A bearer token, by its hash.',
        ),
        1_000,
      ),
    ),
    webRoot: Type.Optional(Address({ description: 'Folder of the built web app.' })),
  },
  'How Lastgood is reached.',
);

const Database = Type.Union([
  Type.Literal('embedded'),
  section(
    {
      url: Address({
        pattern: '^postgres(ql)?://',
        description:
          'postgresql://user:password@host/name, with ?sslmode=verify-full&sslrootcert=/path for TLS',
      }),
      maxConnections: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 200,
          default: defaultConnections,
          description: 'Of one replica: two thirds to act with, the rest to read with, two for its session.',
        }),
      ),
    },
    'A PostgreSQL server.',
  ),
]);

const Evaluator = section(
  {
    intervalSeconds: Type.Optional(Type.Number({ minimum: 1, maximum: 3600, default: 15 })),
    standingSeconds: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: 3600,
        default: 60,
        description:
          'How often what serves is read once its watch is over, for as long as nothing is wrong with it; never more often than every slot.',
      }),
    ),
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

const perSecond = (name: RateName) =>
  Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: defaultLimits[name].perSecond,
      description: 'Of one caller: a token, else an address.',
    }),
  );

const lane = (name: LaneName, description: string) =>
  Type.Optional(
    section(
      {
        perSecond: perSecond(name),
        atOnce: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 10_000,
            default: defaultLimits[name].atOnce,
            description: 'Of all callers; one has two thirds at most, further ones wait their turn.',
          }),
        ),
      },
      description,
    ),
  );

const Limits = section(
  {
    acting: lane(
      'acting',
      'What a person tells a deployment or a run: rollback, undo, stop, resume, retry, skip.',
    ),
    asking: lane(
      'asking',
      'What asks a cluster or a metric source first: plans, declarations, registrations.',
    ),
    reading: lane('reading', 'Everything else of the API.'),
    signals: lane(
      'signals',
      'What others tell of their alerts. Answered 503 and not 429 beyond it, so that it is sent again.',
    ),
    listening: Type.Optional(
      section(
        {
          atOnce: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 20_000,
              default: defaultListeners,
              description:
                'Screens with a live line; one more is told so and asks every few seconds instead. The process may have to be allowed more open files: twice as many, and 2,000.',
            }),
          ),
        },
        'The live line, /api/v1/live.',
      ),
    ),
    files: Type.Optional(
      section({ perSecond: perSecond('files') }, 'The web app and the description of the API.'),
    ),
    probes: Type.Optional(section({ perSecond: perSecond('probes') }, '/healthz, /readyz and /metrics.')),
  },
  'How much is asked of one replica; a request beyond is answered 429 with Retry-After.',
);

const Own = section(
  {
    server: Type.Optional(Server),
    database: Type.Optional(Database),
    sandbox: Type.Optional(
      Type.Boolean({ description: 'Run the sample world; default without a file: true.' }),
    ),
    sandboxShows: Type.Optional(
      ListOf(Host(), 50, {
        description:
          'Which of the ways of *Try it* the sample world shows, by their names: plain, flag, ... Default all; fewer take less of a small machine.',
      }),
    ),
    dataDir: Type.Optional(Address({ description: 'Folder of embedded data; default .lastgood.' })),
    evaluator: Type.Optional(Evaluator),
    brakes: Type.Optional(Brakes),
    notifications: Type.Optional(
      section(
        {
          routes: Type.Optional(
            ListOf(notifyRoute, 200, {
              description:
                'The first that is for an event and its service is taken; without one every notifier is told.',
            }),
          ),
        },
        'Where notifications go.',
      ),
    ),
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
    limits: Type.Optional(Limits),
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
