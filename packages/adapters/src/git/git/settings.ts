import { Address, Content, Label, Secret } from '@lastgood/domain/bounds';
import { Type } from 'typebox';

const defaultTimeoutMs = 20_000;

/** One repository, as the configuration writes it. */
export const gitSettings = Type.Object(
  {
    url: Address({
      pattern: '^(https?|ssh|file)://\\S+$',
      description:
        'Where it is: https://, ssh:// or file://; http:// carries no password. Without a password in it',
    }),
    username: Type.Optional(
      Label({ description: 'For https; what most hosts take beside a token is any name' }),
    ),
    password: Type.Optional(Secret({ description: 'For https: a password or a token that may push' })),
    tlsCa: Type.Optional(
      Content({ description: 'For https: PEM of the authority that signed the certificate of its host' }),
    ),
    proxy: Type.Optional(
      Secret({
        // Nothing that curl could not read: it would be quoted with its password.
        pattern: '^(https?|socks5h?)://([^\\s:@/]+:[^\\s:@/]+@)?[A-Za-z0-9.-]+(:[0-9]{1,5})?/?$',
        description: 'For https: the proxy on the way to its host, such as { env: HTTPS_PROXY }',
      }),
    ),
    sshKeyFile: Type.Optional(Address({ description: 'Path of the private key for ssh' })),
    knownHostsFile: Type.Optional(
      Address({
        description: 'Path of the known_hosts file that says which host is trusted; needed for ssh',
      }),
    ),
    authorName: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        pattern: '^[^<>\\u0000-\\u001f]+$',
        description: 'Who signs off the reverts; default Lastgood',
      }),
    ),
    authorEmail: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        pattern: '^[^<>\\s\\u0000-\\u001f]+$',
        description: 'Default lastgood@localhost',
      }),
    ),
    folder: Type.Optional(
      Address({
        description:
          "Folder for Lastgood's own copy of the repository, which only its user may write to; each replica keeps its own in it, by the name of its host; without it a temporary one, and a new copy after every start",
      }),
    ),
    timeoutMs: Type.Optional(
      Type.Integer({
        minimum: 1_000,
        maximum: 120_000,
        default: defaultTimeoutMs,
        description: 'Longest wait for one exchange with the host of the repository',
      }),
    ),
  },
  { additionalProperties: false },
);

export type GitSettings = Type.Static<typeof gitSettings>;

/** With every default in its place. */
export function completeSettings(settings: GitSettings) {
  return {
    authorName: 'Lastgood',
    authorEmail: 'lastgood@localhost',
    timeoutMs: defaultTimeoutMs,
    ...settings,
  };
}

export type CompleteSettings = ReturnType<typeof completeSettings>;
