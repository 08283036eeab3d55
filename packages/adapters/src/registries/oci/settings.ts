import { Address, Content, Count, ListOf, Name, Secret, Text } from '@lastgood/domain/bounds';
import Type from 'typebox';

/** How one registry, primary or backup, is reached. */
const reached = {
  url: Type.Optional(
    Address({
      pattern: '^https?://',
      description: 'Of its API, without /v2; by default https:// and the host',
    }),
  ),
  username: Type.Optional(Text(1_000, { description: 'For basic authentication and for its token service' })),
  password: Type.Optional(Secret()),
  tokenService: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 300,
      pattern: '^[a-z0-9.-]+$|^\\[[0-9a-f:]+\\]$',
      description:
        'Host, without a port, of the token service that may see the username and password; by default the host of the registry, for docker.io auth.docker.io',
    }),
  ),
  plainHttp: Type.Optional(
    Type.Boolean({
      default: false,
      description:
        'Speak http without TLS to a host that is not this machine. Whoever is on the way can read the password then',
    }),
  ),
  tlsCa: Type.Optional(Content({ description: 'PEM of the authority that signed its certificate' })),
};

const host = Type.String({
  minLength: 1,
  maxLength: 300,
  pattern: '^[A-Za-z0-9.-]+(:[0-9]{1,5})?$|^\\[[0-9A-Fa-f:]+\\](:[0-9]{1,5})?$',
  description: 'Host and port as image references name it, such as registry.example:5000 or docker.io',
});

/** Settings of a registry that speaks the OCI distribution API, as the configuration writes them. */
export const ociSettings = Type.Object(
  {
    host,
    ...reached,
    backups: Type.Optional(
      ListOf(
        Type.Object(
          {
            name: Name({ description: 'What people call it' }),
            host,
            ...reached,
            repository: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 255,
                pattern: '^[a-z0-9._/{}-]*\\{repository\\}[a-z0-9._/{}-]*$',
                default: '{repository}',
                description:
                  'Where it keeps a repository: mirror/{repository} for one that keeps shop/web as mirror/shop/web',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        8,
        { description: 'Where an image is looked for that the registry has lost, in this order' },
      ),
    ),
    timeoutMs: Type.Optional(
      Count(100, 600_000, { default: 3_000, description: 'Longest silence while one answer is waited for' }),
    ),
  },
  { additionalProperties: false },
);

export type OciSettings = Type.Static<typeof ociSettings>;
export type BackupSettings = NonNullable<OciSettings['backups']>[number];
