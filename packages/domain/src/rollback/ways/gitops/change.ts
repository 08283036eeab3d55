import { Type } from 'typebox';
import { Name } from '../../../bounds.ts';
import type { ChangeOf } from '../change-schemas.ts';

/** No option of a program, no revision expression, nothing that Git would not take as the name of a branch. */
const branchPattern = '^(?![-./])(?!.*(\\.\\.|//|@\\{|\\.lock$|[./]$))[A-Za-z0-9._/+#@=-]+$';
/** Relative, within the repository, and no pathspec magic. */
const pathPattern = '^(?![-:/.])(?!.*(//|/\\.{1,2}(/|$)|/$))[^\\u0000-\\u001f\\u007f\\\\]+$';

const place = {
  repository: Name({ description: 'The Git repository, by its name in the configuration of Lastgood' }),
  branch: Type.String({ minLength: 1, maxLength: 250, pattern: branchPattern, description: 'The branch' }),
  path: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1_000,
      pattern: pathPattern,
      description:
        'The folder or file that holds what this service deploys; without it, all of the repository',
    }),
  ),
};

const commit = Type.String({
  maxLength: 64,
  pattern: '^[0-9a-f]{7,64}$',
  description: 'A commit, by its id',
});

/** A release as commits on a branch: the one that was deployed before, and the one that is deployed with it. */
export const gitopsChange = {
  kind: 'gitops',
  target: Type.Object(place, { additionalProperties: false }),
  before: commit,
  after: commit,
} as const;

export type GitopsChange = ChangeOf<typeof gitopsChange>;

/** Where a Git controller takes a service from. */
export const gitopsDeclaration = Type.Object(
  {
    ...place,
    application: Type.Object(
      {
        kind: Type.Enum(['Application', 'Kustomization'], {
          type: 'string',
          description: 'Application of Argo CD, or Kustomization of Flux',
        }),
        namespace: Name(),
        name: Name(),
        cluster: Type.Optional(
          Name({ description: 'Where the controller runs, when not in the cluster of the service' }),
        ),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
