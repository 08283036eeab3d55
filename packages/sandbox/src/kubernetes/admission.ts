import type { KindDefinition } from './kinds/kind-definition.ts';
import type { JsonObject, KubeObject } from './objects.ts';

/**
 * A mutating admission policy: what becomes of an object that a client creates or updates. May change its argument.
 * https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/
 */
export type AdmissionPolicy = (object: JsonObject, kind: string) => void;

export interface Admission {
  /** From now on; null for none, as at the start. What is stored already stays as it is. */
  setPolicy(policy: AdmissionPolicy | null): void;
  admit(kind: KindDefinition, object: KubeObject): KubeObject;
}

export function createAdmission(): Admission {
  let inForce: AdmissionPolicy | null = null;
  return {
    setPolicy(policy) {
      inForce = policy;
    },
    admit({ kind }, object) {
      if (!inForce) return object;
      const changed = structuredClone(object);
      inForce(changed as unknown as JsonObject, kind);
      return changed;
    },
  };
}
