import { Address, Count, ListOf, Name, Secret } from '@lastgood/domain/bounds';
import { type Static, Type } from 'typebox';

/** Variables that would change what Lastgood asks the program to do, or where it keeps what. */
const ownVariables =
  'TF_CLI_ARGS|TF_LOG|TF_DATA_DIR|TF_WORKSPACE|TF_IN_AUTOMATION|GIT_DIR|GIT_INDEX_FILE|GIT_WORK_TREE';

/** One stack: where its configuration is kept, what applies it, and where Lastgood works. */
export const terraformSettings = Type.Object(
  {
    binary: Type.Optional(
      Address({
        pattern: '^(/|[^/]+$)',
        description:
          'Program that applies it, by name or absolute path: `terraform` (default) or `tofu`. A relative path would lead into the configuration that was checked out.',
      }),
    ),
    repository: Address({
      // As Git tells a path from a host: https://git-scm.com/docs/git-clone#_git_urls
      pattern: '^(/|[^/]+:)',
      description:
        'Git repository with the configuration: the absolute path of a clone on this machine, or a URL.',
    }),
    path: Type.Optional(
      Type.String({
        maxLength: 1_000,
        pattern: '^(?!/)(?!.*(^|/)\\.\\.(/|$))[^\\u0000]*$',
        description: 'Folder of the root module within the repository; default: its root.',
      }),
    ),
    folder: Address({
      pattern: '^/',
      description:
        'Absolute path of a folder for private work and encrypted plans: of this stack alone, and kept between starts.',
    }),
    key: Secret({
      description: 'Base64 of 32 random bytes: saved plans are encrypted with it (AES-256-GCM).',
      pattern: '^[A-Za-z0-9+/]{43}=$',
    }),
    workspace: Type.Optional(Name({ description: 'Workspace of the state; default: `default`.' })),
    varFiles: Type.Optional(
      ListOf(Type.String({ minLength: 1, maxLength: 1_000, pattern: '^(?!-)[^\\u0000]+$' }), 20, {
        description: 'Files of variables, from the folder of the root module.',
      }),
    ),
    backend: Type.Optional(
      Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_]{0,100}$' }), Type.String({ maxLength: 8_192 }), {
        additionalProperties: false,
        maxProperties: 50,
        writeOnly: true,
        description: 'What the configuration leaves out of its backend (`-backend-config`).',
      }),
    ),
    environment: Type.Optional(
      Type.Record(
        Type.String({ pattern: `^(?!(?:${ownVariables}))[A-Za-z_][A-Za-z0-9_]{0,200}$` }),
        Type.String({ maxLength: 16_384 }),
        {
          additionalProperties: false,
          maxProperties: 100,
          writeOnly: true,
          description:
            'All that the program is given of the environment, by name, each as `{env: NAME}`; nothing else is passed on but a PATH.',
        },
      ),
    ),
    stateful: Type.Optional(
      ListOf(Name(), 200, { description: 'Types of resources that keep data, besides the known ones.' }),
    ),
    planSeconds: Type.Optional(
      Count(5, 3_600, { default: 600, description: 'Longest time a plan may take before it is called off.' }),
    ),
    lockSeconds: Type.Optional(
      Count(0, 600, { default: 20, description: 'How long is waited for the lock of the state.' }),
    ),
  },
  { additionalProperties: false },
);

export type TerraformSettings = Static<typeof terraformSettings>;
