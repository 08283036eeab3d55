import { type Static, Type } from 'typebox';
import type { ChangeRegistration } from '../change-registration.ts';
import { gitopsChange, type gitopsDeclaration } from './change.ts';

/** A pipeline names the repository and its commit; branch and path are those from which the service is taken. */
export const gitopsRegistration: ChangeRegistration<
  'branch' | 'application',
  Static<typeof gitopsDeclaration>
> = {
  given: Type.Object(
    { ...gitopsChange.target.properties, branch: Type.Optional(gitopsChange.target.properties.branch) },
    { additionalProperties: false },
  ),
  complete(target, declared) {
    if (Object.hasOwn(target, 'branch')) return { kind: 'complete', target };
    if (declared && declared.repository === target.repository) {
      const { branch, path } = declared;
      return { kind: 'complete', target: { branch, ...(path ? { path } : {}), ...target } };
    }
    const reason =
      'names no branch, and the service is not declared to be taken from this repository: name it, or declare rollback.gitops of the service';
    return { kind: 'missing', reason };
  },
};
