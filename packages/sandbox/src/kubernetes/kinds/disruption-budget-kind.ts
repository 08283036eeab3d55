import { forbidden } from '../api-error.ts';
import type { Condition, JsonObject, KubeObject, LabelSelector } from '../objects.ts';
import { defineKind } from './define-kind.ts';
import type { Cause } from './kind-definition.ts';
import { LABEL_SELECTOR } from './pod-template.ts';
import { ageColumn, column } from './workload-columns.ts';

export interface PodDisruptionBudget extends KubeObject {
  spec: {
    /** None selects no pod, an empty one every pod of the namespace. */
    selector?: LabelSelector;
    minAvailable?: number | string;
    maxUnavailable?: number | string;
    unhealthyPodEvictionPolicy?: 'IfHealthyBudget' | 'AlwaysAllow';
  };
  status: {
    observedGeneration?: number;
    /** Pods whose eviction was let through and that are not yet seen to end, with when that was. */
    disruptedPods?: Record<string, string>;
    disruptionsAllowed: number;
    currentHealthy: number;
    desiredHealthy: number;
    expectedPods: number;
    conditions?: (Condition & { observedGeneration?: number })[];
  };
}

/** https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/pod-disruption-budget-v1/ */
export const DISRUPTION_BUDGETS = defineKind({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  subresources: ['status'],
  generation: 'spec',
  fields: {
    spec: {
      fields: {
        selector: LABEL_SELECTOR,
        minAvailable: 'intOrString',
        maxUnavailable: 'intOrString',
        unhealthyPodEvictionPolicy: 'string',
      },
      goType: 'PodDisruptionBudgetSpec',
    },
    status: 'object',
  },
  setDefaults(object) {
    object.spec ??= {};
    object.status ??= { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  },
  validate: (object) => validateSpec(object.spec as JsonObject),
  columns: [
    column('Min Available', 'string', 0, (o) =>
      String((o as PodDisruptionBudget).spec.minAvailable ?? 'N/A'),
    ),
    column('Max Unavailable', 'string', 0, (o) =>
      String((o as PodDisruptionBudget).spec.maxUnavailable ?? 'N/A'),
    ),
    column('Allowed Disruptions', 'integer', 0, (o) => (o as PodDisruptionBudget).status.disruptionsAllowed),
    ageColumn(),
  ],
});

function validateSpec({ minAvailable, maxUnavailable, unhealthyPodEvictionPolicy }: JsonObject): Cause[] {
  const causes: Cause[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined)
    causes.push(forbidden('spec', 'minAvailable and maxUnavailable cannot be both set'));
  for (const [name, value] of Object.entries({ minAvailable, maxUnavailable })) {
    if (value !== undefined && !isCount(value))
      causes.push({
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${JSON.stringify(value)}: must be a whole number or a percentage`,
        field: `spec.${name}`,
      });
  }
  const policies = ['AlwaysAllow', 'IfHealthyBudget'];
  if (unhealthyPodEvictionPolicy !== undefined && !policies.includes(String(unhealthyPodEvictionPolicy)))
    causes.push({
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: ${JSON.stringify(unhealthyPodEvictionPolicy)}: supported values: "AlwaysAllow", "IfHealthyBudget"`,
      field: 'spec.unhealthyPodEvictionPolicy',
    });
  return causes;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' ? value >= 0 : /^(\d{1,2}|100)%$/.test(String(value));
}
