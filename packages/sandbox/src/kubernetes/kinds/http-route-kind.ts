import type { JsonObject, KubeObject } from '../objects.ts';
import { customKind, integerCauses } from './custom-kind.ts';
import { defineKind } from './define-kind.ts';

const mostWeight = 1_000_000;

interface HttpRouteSpec {
  parentRefs?: JsonObject[];
  rules?: (JsonObject & { backendRefs?: JsonObject[] })[];
}

/**
 * https://gateway-api.sigs.k8s.io/reference/spec/#httproute ; no gateway carries what it says: whoever plays one writes its
 * status.
 */
export const HTTP_ROUTES = defineKind({
  ...customKind,
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  kind: 'HTTPRoute',
  plural: 'httproutes',
  singular: 'httproute',
  categories: ['gateway-api'],
  fields: {
    spec: { fields: { parentRefs: 'any', hostnames: 'any', rules: 'any', useDefaultGateways: 'string' } },
    status: 'object',
  },
  setDefaults(object: KubeObject) {
    const { parentRefs = [], rules = [] } = (object.spec ?? {}) as HttpRouteSpec;
    const { parents = [] } = (object.status ?? {}) as { parents?: { parentRef?: JsonObject }[] };
    for (const parent of [...parentRefs, ...parents.map(({ parentRef = {} }) => parentRef)]) {
      parent.group ??= 'gateway.networking.k8s.io';
      parent.kind ??= 'Gateway';
    }
    for (const rule of rules) {
      rule.matches ??= [{ path: { type: 'PathPrefix', value: '/' } }];
      for (const backend of rule.backendRefs ?? []) {
        backend.group ??= '';
        backend.kind ??= 'Service';
        backend.weight ??= 1;
      }
    }
  },
  validate(object) {
    const { rules = [] } = (object.spec ?? {}) as HttpRouteSpec;
    return rules.flatMap(({ backendRefs = [] }, rule) =>
      backendRefs.flatMap(({ weight }, index) =>
        integerCauses(weight, `spec.rules[${rule}].backendRefs[${index}].weight`, [0, mostWeight]),
      ),
    );
  },
});
